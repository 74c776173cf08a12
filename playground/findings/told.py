"""What is told of all that was found: each thing once.

A danger that has come true is told as what it became, and a hang whose cause was found as its cause.
"""

from collections.abc import Collection, Iterable

from playground.findings.finding import Finding


def told(findings: Collection[Finding]) -> Iterable[Finding]:
    """All but the withdrawn, and what is told as something else.

    That is races that lost updates, orders of locks that deadlocked, waits for lost tasks and after an empty check, and
    executors that an initializer broke.
    """
    standing = [finding for finding in findings if not finding.withdrawn]
    lost = {finding.key for finding in standing if finding.kind == "lost_update"}
    stuck = [set(finding.resources) for finding in standing if finding.kind == "deadlock"]
    tasks = {resource for finding in standing if finding.kind == "lost_task" for resource in finding.resources}
    misled = [finding for finding in standing if finding.kind == "empty_check"]
    without_workers = {finding.resources for finding in standing if finding.kind == "failed_initializer"}
    for finding in standing:
        came_true = (finding.kind == "data_race" and finding.key in lost) or (
            finding.kind == "lock_order" and any(set(finding.resources) <= resources for resources in stuck)
        )
        explained = (
            finding.kind == "deadlock"
            and finding.resources
            and (tasks >= set(finding.resources) or any(_explains(each, finding) for each in misled))
        )
        initializer = finding.kind == "broken_pool" and finding.resources in without_workers
        if not (came_true or explained or initializer):
            yield finding


def _explains(cause: Finding, finding: Finding) -> bool:
    """Whether a finding is about all that another one is about."""
    resources, processes = set(cause.resources), set(cause.processes)
    return resources >= set(finding.resources) and processes >= set(finding.processes)
