"""Limits per driving state: the audit's own copy of the restriction profile's "Limits per state".

Duplicated deliberately, because the application's table is subject to the audit.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProfileColumn:
    """One column of the profile; lengths in mm, angles in arc minutes, None if unlimited."""

    restricted: bool
    rows: int | None
    items: int | None
    depth: int | None
    title: int | None
    title_wide: int | None
    string: int | None
    page: int | None
    groups: int | None
    secondary: int | None
    steps: int | None
    primary_mm: float
    target_mm: float
    target_dp: float
    gap_mm: float
    cap_main: float
    cap_other: float
    contrast_main: float
    contrast_text: float
    contrast_shape: float


MOVING = ProfileColumn(
    restricted=True, rows=4, items=12, depth=2, title=30, title_wide=15, string=60, page=220, groups=7, secondary=3,
    steps=4, primary_mm=20.0, target_mm=15.0, target_dp=76.0, gap_mm=4.0, cap_main=20.0, cap_other=16.0,
    contrast_main=7.0, contrast_text=4.5, contrast_shape=3.0,
)  # fmt: skip
IDLING = ProfileColumn(
    restricted=True, rows=6, items=21, depth=3, title=60, title_wide=31, string=120, page=300, groups=9, secondary=3,
    steps=6, primary_mm=20.0, target_mm=15.0, target_dp=76.0, gap_mm=4.0, cap_main=20.0, cap_other=16.0,
    contrast_main=7.0, contrast_text=4.5, contrast_shape=3.0,
)  # fmt: skip
PARKED = ProfileColumn(
    restricted=False, rows=None, items=None, depth=None, title=None, title_wide=None, string=None, page=None,
    groups=None, secondary=None, steps=None, primary_mm=15.0, target_mm=12.0, target_dp=64.0, gap_mm=3.8,
    cap_main=16.0, cap_other=12.0, contrast_main=4.5, contrast_text=4.5, contrast_shape=3.0,
)  # fmt: skip


def column_of(state: str, *, passenger: bool = False) -> ProfileColumn:
    """Return the column of a driving state (`moving`, `unknown`, `idling`, `parked`); anything else counts as
    moving."""
    if passenger:
        return PARKED
    return {"parked": PARKED, "idling": IDLING}.get(state, MOVING)
