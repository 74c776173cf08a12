"""When did that happen? Questions in few words, and the instants that answer them."""

import pytest

from playground import questions
from playground.history import Counter, History
from playground.probe import layout
from playground.questions import Answer, Unclear, answer
from tests.unit.hostile import TEXTS, is_dangerous
from tests.unit.rows import MS, Run

NOBODY, THERE_ARE = "nobody and nothing here is called", "there are main, worker-3, worker-30, gate …"


def made_run() -> Run:
    """Two workers, a value, a lock that is called ``first`` and a queue; times in ms."""
    run = Run()
    main, a, b = run.process("main", role="main"), run.process("worker-3"), run.process("worker-30")
    lock, value, first = run.resource("gate"), run.resource("balance", "value"), run.resource("first")
    run.row(5, main, layout.CREATED, value, value=0)
    run.row(10, a, layout.ACQUIRED, lock)
    run.waits(20, b, lock, layout.OP_ACQUIRE)
    run.row(30, a, layout.WROTE, value, value=40)
    run.row(40, a, layout.RELEASING, lock)
    run.row(41, b, layout.ACQUIRED, lock)
    run.row(50, b, layout.WROTE, value, value=40)
    run.row(60, b, layout.WROTE, value, value=100)
    run.row(70, b, layout.WROTE, value, value=40)
    run.row(75, b, layout.RELEASING, lock)
    run.row(80, a, layout.ACQUIRED, first)
    run.waits(90, b, first, layout.OP_ACQUIRE)
    run.row(100, main, layout.JOINING, value=run_pid(a))
    run.row(110, a, layout.SLEEPING, value=5)
    run.row(111, a, layout.SLEPT)
    run.row(120, a, layout.STDOUT, value=run.text("Hello World"))
    run.row(125, a, layout.REPORT, value=run.text("balance is 40"))
    run.ended(130, a, -9)
    run.look(1_000, b)
    return run


def run_pid(index: int) -> int:
    return 100 + index


def asked(question: str) -> Answer:
    run = made_run()
    return answer(run.history(), run.findings(), question)


@pytest.mark.parametrize(
    ("question", "times"),
    {
        "balance = 40": [30, 70],
        "balance == 40": [30, 70],
        "when did `balance` become 40?": [30, 70],
        "When did balance first reach 100?": [60],
        "balance > 40": [60],
        "balance at least 40": [30],
        "balance below 50": [5, 70],
        "balance is not 40": [5, 60],
        "balance changes": [30, 60, 70],
        "worker-3 waits": [],
        "worker-30 waits": [20, 90],
        "when did worker-30 first wait?": [20, 90],
        "worker-30 waits for gate": [20],
        "worker-30 waits for first": [90],
        "when did worker-30 wait for `first`?": [90],
        "main waits for worker-3": [100],
        "anybody waits": [20, 90, 100],
        "worker-3 takes gate": [10],
        "worker-30 holds gate": [41],
        "worker-3 releases gate": [40],
        "gate taken": [10, 41],
        "gate taken by worker-30": [41],
        "gate released": [40, 75],
        "gate waited for": [20],
        "first wanted by worker-30": [90],
        "worker-3 ends": [130],
        "when was worker-3 killed?": [130],
        "worker-3 starts": [0],
        "worker-3 sleeps": [110],
        "found abandoned lock": [130],
        "abandoned_lock": [130],
        '"hello"': [120],
        "worker-3 says world": [120],
        "GATE TAKEN": [10, 41],
    }.items(),
)
def test_questions_are_answered(question: str, times: list[float]) -> None:
    if not times:
        with pytest.raises(Unclear, match=r"^that never happened: "):
            asked(question)
    else:
        assert [t / MS for t in asked(question).instants] == times


@pytest.mark.parametrize(
    ("question", "place"),
    {
        "balance = 40": None,
        "balance = 40, 2nd": 1,
        "balance = 40, 2nd time": 1,
        "balance = 40, last": 1,
        "when did balance first become 40?": 0,
        "worker-30 waits for first": None,
    }.items(),
)
def test_one_of_several_may_be_asked_for(question: str, place: int | None) -> None:
    assert asked(question).wanted == place


@pytest.mark.parametrize(
    ("question", "said"),
    {
        "": f"name somebody or something; {THERE_ARE}",
        "zork waits": f"{NOBODY} zork; {THERE_ARE}",
        "balance dances": "what is to have happened to balance? One of: = 40, > 40 or changes",
        "worker-3 dances": "what is to have happened to worker-3? One of: waits, takes, taken, ends or says",
        "worker-3 waits for zork": f"{NOBODY} zork; {THERE_ARE}",
        "balance = 40, 9th": "that happened only 2 times: balance = 40, 9th",
        "balance = 40, 0th": "the first is the 1st",
        "balance = 41": "that never happened: balance = 41",
    }.items(),
)
def test_what_cannot_be_answered_is_said_in_one_line(question: str, said: str) -> None:
    with pytest.raises(Unclear) as caught:
        asked(question)
    assert str(caught.value) == said


def said(history: History, question: str) -> str:
    """What is wrong with a question; "" when it is answered."""
    try:
        return "" if answer(history, [], question).instants else "no instants"
    except Unclear as refused:
        return str(refused)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_is_answered_or_refused(text: str) -> None:
    run = made_run()
    run.process(text, began=1_000)
    history = run.history()
    for question in (text, f"{text} waits", f"worker-3 says {text}", f"worker-3 waits for {text}", f"balance {text}"):
        refused = said(history, question)
        assert len(refused) < 600
        assert not any(is_dangerous(c) for c in refused)


def test_an_answer_is_walked_through() -> None:
    found = Answer("x", [10, 20, 30])
    assert [found.neighbour(t, 1) for t in (0, 10, 29, 30)] == [0, 1, 2, None]
    assert [found.neighbour(t, -1) for t in (40, 30, 10)] == [2, 1, None]


def test_the_examples_can_be_understood() -> None:
    run = made_run()
    run.process("A", began=1_000)
    history = run.history()
    for example in questions.EXAMPLES:
        refused = said(history, example)
        assert not refused or refused.startswith("that "), example


def test_a_million_steps_of_a_counter_are_looked_through() -> None:
    history = made_run().history()
    counter = Counter("long", 9, "value")
    counter.times.extend(range(1_000_000))
    counter.values.extend(i % 1000 for i in range(1_000_000))
    history.counters.append(counter)
    assert len(answer(history, [], "long = 500").instants) == 1000
