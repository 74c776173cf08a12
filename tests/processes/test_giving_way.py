"""A session that gives way has less weight for the kernel, and later its own again."""

import subprocess
from pathlib import Path

import pytest

from playground.giving_way import NICE, PERIOD_NS, GivingWay

SECOND = 1_000_000_000


def weight_of(process: "subprocess.Popen[bytes]") -> int:
    return int(Path(f"/proc/{process.pid}/autogroup").read_text().split()[-1])


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this kernel does not share out by session")
def test_it_gives_way_while_we_wait_and_gets_its_weight_back_when_it_is_not_busy() -> None:
    spent, now = (0, 0), 0

    def looks(times: int, *, waited: int, pressed: bool = True, busy: bool = True) -> int:
        nonlocal spent, now
        for _ in range(times):
            spent, now = (spent[0] + PERIOD_NS // 10, spent[1] + waited), now + PERIOD_NS
            way.look(now, process.pid, pressed=pressed, busy=busy)
        return weight_of(process)

    with subprocess.Popen(["sleep", "60"], start_new_session=True) as process:
        way = GivingWay(lambda: spent)
        try:
            assert looks(3, waited=PERIOD_NS // 50) == 0
            assert looks(3, waited=PERIOD_NS // 2, pressed=False) == 0
            assert looks(3, waited=PERIOD_NS // 2, busy=False) == 0, "who does little keeps nobody"
            assert looks(1, waited=PERIOD_NS // 2) == NICE
            assert looks(50, waited=0) == NICE, "a busy program would keep us again"
            assert looks(10, waited=0, busy=False) == NICE
            assert looks(20, waited=0, busy=False) == 0
            assert looks(10, waited=PERIOD_NS // 2) == 0, "not again at once: perhaps it is somebody else"
            assert looks(1, waited=PERIOD_NS // 2) == NICE
            assert looks(2, waited=PERIOD_NS // 2) == 0, "in vain: it is somebody else"
            assert looks(15, waited=PERIOD_NS // 2) == 0, "and not tried again at once"
        finally:
            process.kill()


def test_where_it_cannot_be_weighed_nothing_happens() -> None:
    with subprocess.Popen(["true"]) as process:
        process.wait()
        spent = iter([(0, 0), (0, SECOND)])
        GivingWay(lambda: next(spent)).look(SECOND, process.pid, pressed=True, busy=True)
