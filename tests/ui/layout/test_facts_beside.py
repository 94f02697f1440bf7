"""Facts with an arrival beside them: nothing of the facts is cut for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carlendar.presentation.states import ArrivalPanel, DriveState, Line, Tone
from carlendar.ui.layout.facts import with_arrival
from carlendar.ui.layout.lengths import Extent

if TYPE_CHECKING:
    from carlendar.ui.page import Page
    from tests.ui.layout.conftest import Build

RULE = """
    Stack:
        FactsBeside:
            id: beside
            Facts:
                title: root.state.title
                facts: root.state.lines
            Space:
                shown: root.state.arrival
                width: mm(150)
        Facts:
            title: root.state.title
            facts: root.state.lines
            shown: root.state.arrival
            unless: beside
"""
_ARRIVE = Line(("Arrive 13:09",), "flag-checkered")
LATE = ArrivalPanel(
    "You arrive", "13:09", Line(("9 min late",), "alert", Tone.WARN), Line(("Arrive 13:09",), "flag-checkered")
)


def state(place: str, arrival: ArrivalPanel | None = LATE) -> DriveState:
    return DriveState("Lunch", lines=(Line(("13:00",), "clock-outline"), Line((place,), "map-marker")), arrival=arrival)


@pytest.mark.parametrize(
    ("place", "arrival", "beside"),
    [
        ("Harbour", LATE, True),
        ("Contoso Turbine Works Quellhaven, meeting hall", LATE, False),
        ("Contoso Turbine Works Quellhaven, meeting hall", None, True),
    ],
)
def test_a_long_place_is_whole_for_the_arrival_is_a_line_then(
    build: Build, page: Page, place: str, arrival: ArrivalPanel | None, beside: bool
) -> None:
    (stack,) = build(RULE, state(place, arrival)).children
    seen = [type(node).__name__ for node in stack.seen(page, Extent(1000, 300))]
    assert seen == (["FactsBeside"] if beside else ["Facts"])


def test_the_arrival_as_a_line_stands_after_the_time_and_before_the_place() -> None:
    lines = with_arrival(state("Harbour"), state("Harbour").lines, room=4)
    assert [line.text for line in lines] == ["13:00", "Arrive 13:09", "Harbour"]


def test_the_date_takes_one_line_where_a_fact_would_have_no_room_under_two(build: Build, page: Page) -> None:
    (when,) = build(
        """
    Text:
        role: 'when'
        text: root.state.title
        fit: 'split'
        lines: 3
        spare: mm(10)
""",
        DriveState("Wednesday 23 November, 13:00 – 14:00"),
    ).children
    width = 0.93 * page.ruler.width(when.text, when.largest(page), bold=False)
    assert [len(when.set(page, Extent(width, height)).lines) for height in (300, 90)] == [2, 1]


def test_of_many_facts_a_warning_and_the_arrival_stay(build: Build, page: Page) -> None:
    facts = (
        Line(("Ben Okafor",), "account"), Line(("Arrive 12:45",), "flag-checkered", vital=True),
        Line(("Declined",), "alert", Tone.WARN), Line(("Calendar",), "calendar"),
    )  # fmt: skip
    (listed,) = build("\n    FactList:\n        facts: root.state.lines\n", DriveState("", lines=facts)).children
    whole = listed.natural(page, Extent(900, 1000))
    assert whole is not None
    one = whole / 4
    rows = listed._fitting(page, Extent(900, one * 1.5))
    assert {row.line.text for row in rows} == {"Arrive 12:45", "Declined"}
