"""The arrival in words, where a display has no room for its panel."""

from __future__ import annotations

from carlendar.presentation.states import ArrivalPanel, DriveState, Line, Tone
from carlendar.ui.layout.facts import with_arrival

NOTE = Line(("9 min late",), "alert", Tone.WARN)
ARRIVAL = Line(("Arrive 13:09 · 9 min late", "9 min late"), "alert", Tone.WARN, vital=True)
START, PLACE = Line(("13:00 – 14:00",)), Line(("Hafenstraße 12",), "map-marker")
SENT, EARLIER = Line(("Sent: arrival 13:09", "Sent")), Line(("Sent: arrival 13:02", "Sent"))


def lines(*given: Line, room: int = 4) -> tuple[str, ...]:
    """What stands under the title of a late meeting with these lines."""
    state = DriveState("Lunch", arrival=ArrivalPanel("You arrive", "13:09", NOTE, ARRIVAL))
    return tuple(line.text for line in with_arrival(state, given, room))


def test_the_arrival_is_said_once_where_it_was_sent() -> None:
    assert lines(START, SENT, PLACE) == (START.text, NOTE.text, SENT.text, PLACE.text)


def test_an_arrival_that_has_changed_since_it_was_sent_is_said() -> None:
    assert lines(START, EARLIER, PLACE) == (START.text, ARRIVAL.text, EARLIER.text, PLACE.text)


def test_an_arrival_is_said_where_there_is_no_room_for_what_was_sent() -> None:
    assert lines(START, SENT, room=2) == (START.text, ARRIVAL.text)
