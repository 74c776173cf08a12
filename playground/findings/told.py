"""What is told of all that was found: each thing once.

A danger that has come true is told as what it became, and a hang whose cause was found as its cause.
"""

from collections.abc import Collection, Iterable

from playground.findings.finding import Finding


def told(findings: Collection[Finding]) -> Iterable[Finding]:
    """All but the withdrawn, the races that lost updates, the orders of locks that deadlocked, waits for lost tasks."""
    lost = {finding.key for finding in findings if finding.kind == "lost_update"}
    stuck = [set(finding.resources) for finding in findings if finding.kind == "deadlock"]
    tasks = {resource for finding in findings if finding.kind == "lost_task" for resource in finding.resources}
    for finding in findings:
        came_true = (finding.kind == "data_race" and finding.key in lost) or (
            finding.kind == "lock_order" and any(set(finding.resources) <= resources for resources in stuck)
        )
        explained = finding.kind == "deadlock" and finding.resources and tasks >= set(finding.resources)
        if not (finding.withdrawn or came_true or explained):
            yield finding
