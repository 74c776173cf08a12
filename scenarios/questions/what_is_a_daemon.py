"""# Does a daemon end with the program?

With its **orderly** end, yes: whoever started it sends it SIGTERM when it returns from its main module, or leaves by an
exception. No `finally` and no `atexit` of the daemon runs.

If the program is killed, or leaves by `os._exit`, nobody sends anything, and the daemon lives on.

So a daemon is for what may be cut off at any point. Whatever has to clean up, to flush or to give back a lock wants to
be asked to stop, by an `Event` or a `None` in its queue, and joined. A daemon may have no children, and so no pool.

**Often told wrong:** that it dies with the main process in any case.
"""

from playground.scenario import card, run

main = card(
    covers=["S47"],
    proves="lifecycle/daemon_shutdown",
    knobs={"ends": "SIGKILL"},
    says={"broken": "exit code -9, its server lived on .* cleanup ran$", "fixed": "cleanup ran$"},
)

if __name__ == "__main__":
    run(main)
