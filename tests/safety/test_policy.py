"""Restrictions and limits of each state, as the profile's table has them."""

from __future__ import annotations

import pytest
from msgspec.structs import astuple

from carlendar.safety.policy import PlatformReport, is_tightening, restrictions_for
from carlendar.safety.restrictions import DrivingState, Flag


@pytest.mark.parametrize(
    ("state", "mask", "limits"),
    [
        (DrivingState.UNKNOWN, 0x1FF, (4, 12, 2, 30, 15, 60, 220, 7)),
        (DrivingState.MOVING, 0x1FF, (4, 12, 2, 30, 15, 60, 220, 7)),
        (DrivingState.IDLING, 0x1FF, (6, 21, 3, 60, 31, 120, 300, 9)),
        (DrivingState.PARKED, 0x000, (None,) * 8),
    ],
)
def test_each_state_has_its_column(state: DrivingState, mask: int, limits: tuple[int | None, ...]) -> None:
    held = restrictions_for(state, "")
    assert (held.flags.value, astuple(held.limits)) == (mask, limits)


def test_a_platforms_limits_hold_where_they_are_tighter() -> None:
    report = PlatformReport(Flag.LIMIT_CONTENT, string=25, items=15, depth=1)
    limits = restrictions_for(DrivingState.IDLING, "", platform=report).limits
    assert (limits.string, limits.title, limits.title_cjk, limits.items, limits.depth) == (25, 25, 25, 15, 1)
    assert restrictions_for(DrivingState.MOVING, "", platform=report).limits.items == 12


def test_a_platform_that_restricts_while_we_are_parked_is_believed() -> None:
    held = restrictions_for(DrivingState.PARKED, "", platform=PlatformReport(Flag.NO_VIDEO))
    assert held.moving
    assert held.limits == restrictions_for(DrivingState.MOVING, "").limits


def test_what_counts_as_tightening() -> None:
    unknown, parked, idling, moving = (restrictions_for(state, "") for state in DrivingState)
    for looser, tighter in [(parked, idling), (parked, moving), (idling, moving), (idling, unknown), (parked, unknown)]:
        assert is_tightening(looser, tighter)
        assert not is_tightening(tighter, looser)
    assert not is_tightening(moving, unknown)
    assert not is_tightening(unknown, moving)
