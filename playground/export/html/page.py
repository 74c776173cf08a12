"""The report's page: its parts one after the other, with what runs and loads nothing."""

from pathlib import Path
from typing import TextIO

from playground import __version__
from playground.comparison.compare import Sequences, compare
from playground.export.html.compared import compared
from playground.export.html.drawings import counters, timeline
from playground.export.html.explained import ENDINGS
from playground.export.html.findings import found
from playground.export.html.markup import Html, join, tag, void
from playground.export.html.noted import noted
from playground.export.html.output import output
from playground.export.html.reported import ReportedRun, reported_run
from playground.export.html.source import source
from playground.export.html.style import style
from playground.export.html.tables import processes, resources
from playground.export.html.wording import sentence
from playground.export.links import Flows
from playground.export.opening import Opening, Options
from playground.history import Batch
from playground.replay import Replay


def write(opening: Opening, out: TextIO, options: Options) -> None:
    """Write the report of a recording, compared with another one if that is asked for."""
    flows = Flows()
    if options.against is None:
        replay, comparison = opening.read(flows.take), None
    else:
        replay, comparison = _read_both(opening, options.against, flows)
    replay.seek(replay.history.until)
    out.write(_page(reported_run(replay, list(flows.all)), comparison))


def _read_both(opening: Opening, against: Path, flows: Flows) -> tuple[Replay, Html]:
    """The recording, and how it differs from the other one; raises RecordingError."""
    did = Sequences(), Sequences()

    def take(batch: Batch) -> None:
        flows.take(batch)
        did[0].take(batch)

    replay = opening.read(take, share=0.5)
    other = Opening(against, lambda share: opening.progress(0.5 + share / 2)).read(did[1].take)
    found = compare(replay.summary, other.summary, *did)
    notices = [f"of the other run: {notice}" for notice in other.notices]
    if not all(each.whole for each in did):
        notices.append("runs so long are compared by their first events only")
    return replay, compared(found, (replay.info, other.info), notices)


def _page(run: ReportedRun, comparison: Html | None) -> str:
    parts = (
        _head(run),
        _verdict(run),
        found(run),
        noted(run),
        timeline(run),
        counters(run),
        processes(run),
        resources(run),
        comparison,
        source(run),
        output(run),
        _about(run),
    )
    title = f"{run.info.title or run.info.scenario}: {run.summary['outcome'] or 'not ended'}"
    head = tag(
        "head",
        void("meta", charset="utf-8"),
        void(
            "meta",
            http_equiv="Content-Security-Policy",
            content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
        ),
        void("meta", name="viewport", content="width=device-width, initial-scale=1"),
        void("meta", name="color-scheme", content="light dark"),
        void("meta", name="generator", content=f"mp-playground {__version__}"),
        tag("title", title),
        tag("style", Html(style())),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, tag('body', tag('main', *parts)), lang='en')}\n"


def _head(run: ReportedRun) -> Html:
    info, summary = run.info, run.summary
    facts = [(str(key), str(value)) for key, value in info.parameters.items()]
    facts += [("start method", summary["start_method"]), ("ran for", f"{summary['duration_s'] or 0:.3f} s")]
    facts += [("processes", str(len(summary["processes"]))), ("events", f"{summary['events']:,}")]
    facts += [("started", info.started_at[:19].replace("T", " "))]
    name = [tag("p", tag("code", info.scenario), class_="quiet")] if info.title else []
    notices = [tag("p", notice, class_="notice") for notice in run.notices]
    return join(
        tag("div", tag("b", "mp-playground"), " report of a recorded run", class_="brand"),
        tag("h1", info.title or info.scenario),
        *name,
        tag("ul", *(tag("li", f"{key} ", tag("b", value)) for key, value in facts if value), class_="chips"),
        *notices,
    )


def _verdict(run: ReportedRun) -> Html:
    worst = run.findings[0].severity if run.findings else ""
    outcome = run.summary["outcome"]
    bad = worst == "error" or outcome in {"stuck", "failed", "timeout"}
    tone = "bad" if bad else "warn" if worst == "warning" or outcome != "finished" else "good"
    sign = {"bad": "✗", "warn": "!", "good": "✓"}[tone]
    code = run.summary["exitcode"]
    end = ENDINGS.get(outcome, "") + (f" Its exit code was {code}." if code is not None else "")
    return tag(
        "section",
        tag("span", sign, class_="mark", aria_hidden="true"),
        tag("p", sentence(run.summary["verdict"])),
        tag("p", end),
        class_=f"verdict {tone}",
    )


def _about(run: ReportedRun) -> Html:
    info, summary = run.info, run.summary
    facts = [
        ("program", info.scenario),
        ("arguments", " ".join(info.argv)),
        ("Python", info.python),
        ("system", info.platform),
        ("started", info.started_at),
        ("events", f"{summary['events']:,}" + (f", {summary['dropped']:,} dropped" if summary["dropped"] else "")),
        ("made by", f"mp-playground {__version__}"),
    ]
    listed = join(*(join(tag("dt", key), tag("dd", value)) for key, value in facts if value))
    return join(
        tag("h2", "About this report"),
        tag(
            "div",
            tag("div", tag("h3", "The run"), tag("dl", listed)),
            tag(
                "div",
                tag("h3", "How it was made"),
                tag(
                    "p",
                    "The program ran unmodified in real processes. A probe in each of them wrote down what it did "
                    "with locks, queues, values and other processes, and when; the operating system was asked for "
                    "the rest. Findings are conclusions from these events; what is not certain says so.",
                ),
            ),
            tag(
                "div",
                tag("h3", "What it contains"),
                tag(
                    "ul",
                    tag("li", "the source of the main file, and the names of files, functions and processes"),
                    tag("li", "everything that the program printed, which may hold personal data"),
                    tag("li", "the command line, the values of shared counters, and the notes of bookmarks"),
                    tag("li", "no environment variables, no other files, no scripts; it loads nothing"),
                ),
            ),
            class_="panel about",
        ),
    )
