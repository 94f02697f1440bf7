"""Every end code that is known, and what an unknown one becomes."""

from __future__ import annotations

import pytest

from carlendar.domain.online_call import OnlineEnd
from carlendar.online.end_codes import end_of
from tests.online.end_code_table import END_CODES


@pytest.mark.parametrize(("code", "sub_code", "end"), END_CODES)
def test_each_code_has_its_end(code: int, sub_code: int, end: OnlineEnd) -> None:
    assert end_of(code, sub_code, leaving=False, offline=False) is end


@pytest.mark.parametrize(("code", "sub_code"), [(0, 0), (0, 5300), (410, 3100), (487, 10004), (500, 1)])
def test_a_call_that_the_driver_left_is_left_whatever_the_code(code: int, sub_code: int) -> None:
    assert end_of(code, sub_code, leaving=True, offline=False) is OnlineEnd.LEFT


def test_media_that_fail_without_a_connection_are_a_lost_connection() -> None:
    assert end_of(410, 3111, leaving=False, offline=True) is OnlineEnd.CONNECTION_LOST
