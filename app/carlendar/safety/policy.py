"""Restrictions for each driving state, from the restriction profile's "Limits per state"."""

from __future__ import annotations

from carlendar.domain.base import Value
from carlendar.safety.restrictions import ContentLimits, DrivingState, Flag, Restrictions, tightness

MOVING_LIMITS = ContentLimits(rows=4, items=12, depth=2, title=30, title_cjk=15, string=60, page=220, groups=7)
IDLING_LIMITS = ContentLimits(rows=6, items=21, depth=3, title=60, title_cjk=31, string=120, page=300, groups=9)
FREE = ContentLimits(rows=None, items=None, depth=None, title=None, title_cjk=None, string=None, page=None, groups=None)


class PlatformReport(Value, frozen=True):
    """State of the platform's own restriction manager (AOSP `CarUxRestrictions`): its flags, and its limits of string
    length, items on a path and depth of views, None if not set.
    """

    flags: Flag = Flag.BASELINE
    string: int | None = None
    items: int | None = None
    depth: int | None = None


NO_REPORT = PlatformReport()


def restrictions_for(
    state: DrivingState,
    cause: str,
    *,
    sequence: int = 0,
    passenger: bool = False,
    platform: PlatformReport = NO_REPORT,
) -> Restrictions:
    """Return the restrictions for `state`, combined with the platform's by taking the tighter of each.

    If the platform restricts while our own state is PARKED, the tightest limits apply. A passenger display has the
    parked column in every state, unless the platform restricts it.
    """
    free = passenger or state is DrivingState.PARKED
    flags = (Flag.BASELINE if free else Flag.FULLY_RESTRICTED) | platform.flags
    if flags == Flag.BASELINE:
        limits = FREE
    elif state is DrivingState.IDLING and not passenger:
        limits = IDLING_LIMITS
    else:
        limits = MOVING_LIMITS
    return Restrictions(state, flags, _tighter(limits, platform), cause, sequence, passenger)


def is_tightening(before: Restrictions, after: Restrictions) -> bool:
    """Whether `after` forbids anything that `before` allowed: a new flag, a lower limit, or a tighter column."""
    if after.flags & ~before.flags:
        return True
    if after.restricted and tightness(after.state) > tightness(before.state):
        return True
    return any(
        _lower(getattr(after.limits, name), getattr(before.limits, name)) for name in ContentLimits.__struct_fields__
    )


def _tighter(limits: ContentLimits, platform: PlatformReport) -> ContentLimits:
    return ContentLimits(
        rows=limits.rows,
        items=_least(limits.items, platform.items),
        depth=_least(limits.depth, platform.depth),
        title=_least(limits.title, platform.string),
        title_cjk=_least(limits.title_cjk, platform.string),
        string=_least(limits.string, platform.string),
        page=limits.page,
        groups=limits.groups,
    )


def _least(ours: int | None, theirs: int | None) -> int | None:
    return theirs if ours is None else ours if theirs is None else min(ours, theirs)


def _lower(after: int | None, before: int | None) -> bool:
    return after is not None and (before is None or after < before)
