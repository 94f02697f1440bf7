"""Coarse cells are the H3 grid's, and have no room for more."""

from __future__ import annotations

import h3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carlendar.telemetry.cells import cell_of, from_h3
from carlendar.telemetry.schema import CELL_RESOLUTION, CELLS


def index_of(cell: int) -> str:
    """Return the H3 index of a cell's number: mode 1, the resolution, and all finer digits unused (7)."""
    unused = 3 * (15 - CELL_RESOLUTION)
    return f"{1 << 59 | CELL_RESOLUTION << 52 | cell << unused | (1 << unused) - 1:x}"


@settings(deadline=None)  # the machine may be busy
@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_cell_is_that_of_the_grid_and_is_found_again(latitude: float, longitude: float) -> None:
    index = h3.latlng_to_cell(latitude, longitude, CELL_RESOLUTION)
    cell = cell_of(latitude, longitude)
    assert cell == from_h3(index)
    assert 0 <= cell < CELLS
    assert index_of(cell) == index


def test_a_finer_cell_is_refused() -> None:
    with pytest.raises(ValueError, match="resolution"):
        from_h3(h3.latlng_to_cell(52.52, 13.405, CELL_RESOLUTION + 1))
    assert cell_of(float("nan"), 200.0) is None
