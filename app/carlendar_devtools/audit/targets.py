"""H1, H2, H3: size and spacing of touch targets; the `reach` of a node is its touch area."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from carlendar_devtools.audit.page import JOINING

if TYPE_CHECKING:
    from carlendar_devtools.audit.finding import Judge
    from carlendar_devtools.audit.page import PageView

MM_PER_DP = 25.4 / 160
"""A density-independent pixel is 1/160 of an inch."""


def judge(page: PageView, verdict: Judge) -> None:
    """Check every target, and every pair of targets."""
    column = page.column
    for node in page.targets:
        reach = node.reach
        if reach is None:
            continue
        side = page.mm(min(reach.width, reach.height))
        main = node.intent in JOINING or node.look in ("go", "stop")
        verdict.least("H2", node.key, side, column.primary_mm if main else column.target_mm, reach)
        verdict.least("H1", node.key, side / MM_PER_DP, column.target_dp, reach)
    for one, other in combinations(page.targets, 2):
        if one.reach is not None and other.reach is not None:
            gap = page.mm(one.reach.gap_to(other.reach))
            verdict.least("H3", f"{one.key} and {other.key}", gap, column.gap_mm, one.reach)
