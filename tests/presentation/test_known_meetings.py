"""Whose meetings count as known to the person: what was answered, and entries of their own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from carlendar.domain.event import Event, Person, Response
from carlendar.domain.timespan import Timespan
from carlendar.presentation.view_context import known_to_accept

OWN = Event("1", "c", "R", Timespan(datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 23, 10, tzinfo=UTC)))
INVITED = replace(OWN, organizer=Person("Ana Meyer", "ana@contoso.example"))


@pytest.mark.parametrize(
    ("event", "known"),
    [
        (OWN, True),
        (INVITED, False),
        (replace(INVITED, is_organizer=True), True),
        (replace(INVITED, response=Response.ACCEPTED), True),
        (replace(INVITED, response=Response.NOT_RESPONDED), False),
        (replace(OWN, response=Response.DECLINED), False),
    ],
)
def test_an_invitation_is_known_by_its_answer(event: Event, known: bool) -> None:
    assert known_to_accept(event) is known
