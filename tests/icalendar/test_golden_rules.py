"""Rules as implementations of other lineages expand them: recorded results, with the names and versions of each."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest

from carlendar.icalendar.recurrence import expand
from carlendar.icalendar.recurrence_rule import RecurrenceRule, rule

RECORDED = json.loads(Path(__file__).with_name("golden_rules.json").read_text())
STAMP = "%Y%m%dT%H%M%S"


def last(given: RecurrenceRule) -> datetime:
    """The UNTIL of the cases, which is local time without exception."""
    until = given.until
    assert until is None or isinstance(until, datetime)
    return until or datetime(2040, 12, 31)  # noqa: DTZ001 - local time


@pytest.mark.parametrize(("start", "text", "moments", "others"), RECORDED["cases"])
def test_a_rule_gives_what_others_give(start: str, text: str, moments: list[str], others: list[str]) -> None:
    assert set(others) <= set(RECORDED["engines"])
    given = rule(text)
    begins = datetime.strptime(start, STAMP)  # noqa: DTZ007 - local time
    found = islice(expand(given, begins, begins, last(given)), len(moments))
    assert [moment.strftime(STAMP) for moment in found] == moments


@pytest.mark.parametrize(("start", "text", "moments", "others"), RECORDED["cases"])
def test_the_last_of_them_is_found_without_the_others(
    start: str, text: str, moments: list[str], others: list[str]
) -> None:
    given = rule(text)
    begins, alone = (datetime.strptime(stamp, STAMP) for stamp in (start, moments[-1]))  # noqa: DTZ007 - local time
    assert list(expand(given, begins, alone, alone + timedelta(seconds=1)))[:1] == [alone]
