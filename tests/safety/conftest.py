"""A clock that stands still until it is moved."""

from __future__ import annotations

import pytest


class ManualClock:
    """An `ElapsedClock` in the test's hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def seconds(self) -> float:
        return self.now


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()
