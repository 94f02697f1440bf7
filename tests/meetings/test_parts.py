"""A part of an invitation that makes its reader fail costs no other part."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.meetings import extract

BODY = "https://contoso.zoom.us/j/94512345678\n+49 69 12345678,,94512345678# Germany\n"
EVENT = Event("e", "c", "", Timespan(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)))


def failing(*_: object) -> None:
    raise RecursionError


def test_numbers_that_cannot_be_read_do_not_cost_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "_dial_ins", failing)
    found = extract.find_join_details(EVENT, BODY)
    assert (found.url, found.dial_ins) == ("https://contoso.zoom.us/j/94512345678", ())


def test_a_link_that_cannot_be_read_does_not_cost_the_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "_best_link", failing)
    found = extract.find_join_details(EVENT, BODY)
    assert (found.url, [each.number for each in found.dial_ins]) == ("", ["+496912345678"])
