"""A clock that stands still until it is moved."""

from __future__ import annotations

import pytest

from tests.fakes.clocks import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()
