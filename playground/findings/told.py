"""What is told of all that was found: a danger that has come true is told once, as what it became."""

from collections.abc import Collection, Iterable

from playground.findings.finding import Finding


def told(findings: Collection[Finding]) -> Iterable[Finding]:
    """All but the withdrawn, the races that lost updates, and the orders of locks that deadlocked."""
    lost = {finding.key for finding in findings if finding.kind == "lost_update"}
    stuck = [set(finding.resources) for finding in findings if finding.kind == "deadlock"]
    for finding in findings:
        came_true = (finding.kind == "data_race" and finding.key in lost) or (
            finding.kind == "lock_order" and any(set(finding.resources) <= resources for resources in stuck)
        )
        if not finding.withdrawn and not came_true:
            yield finding
