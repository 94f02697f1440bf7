"""Meetings are added, moved and cancelled on the page, as a colleague would."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from carlendar.domain.timespan import Timespan
from carlendar.errors import UsageError
from carlendar_devtools.emulator.panel.controls import ControlRegistry
from carlendar_devtools.emulator.panel.journal import Journal
from carlendar_devtools.emulator.panel.meetings import MeetingsControl
from carlendar_devtools.emulator.world.entry import EntryOccurrence
from carlendar_devtools.emulator.world.library import scenario_file
from carlendar_devtools.emulator.world.scenario import load_world
from carlendar_devtools.emulator.world.world import World

BERLIN = ZoneInfo("Europe/Berlin")
ANA = "ana@contoso.example"


class Panel:
    """The control of the default scenario at its beginning."""

    def __init__(self) -> None:
        self.world = load_world(scenario_file("commute"))
        self.now = self.world.at
        self.journal = Journal(lambda: "", lambda: 0.0)
        self.changes = 0
        self.control = MeetingsControl(self.world, lambda: self.now, lambda: BERLIN, self.journal, self._changed)
        self._controls = ControlRegistry({"meetings": self.control})

    def _changed(self) -> None:
        self.changes += 1

    def order(self, name: str, **arguments: object) -> None:
        asyncio.run(self._controls.order(f"meetings.{name}", {"address": ANA} | arguments))

    def listed(self, address: str = ANA) -> list[str]:
        return [text for _, _, text in self.control.state()["listed"][address]]

    def named(self, title: str) -> dict[str, str]:
        key, original, _ = next(line for line in self.control.state()["listed"][ANA] if title in line[2])
        return {"key": key, "original": original}


@pytest.fixture
def panel() -> Panel:
    return Panel()


def test_the_meetings_around_now_are_listed_by_person(panel: Panel) -> None:
    assert panel.listed()[0] == "Mon 09:00 Product review"
    assert panel.listed("ben@contoso.example")[0] == "Mon 08:30 Vertriebsrunde"
    assert len(panel.listed()) == 12


@pytest.mark.parametrize("minutes", [15, -15, 600])
def test_a_meeting_is_moved(panel: Panel, minutes: int) -> None:
    panel.order("move", **panel.named("Product review"), minutes=minutes)
    start = datetime(2026, 11, 23, 9, tzinfo=BERLIN) + timedelta(minutes=minutes)
    assert f"{start:%a %H:%M} Product review" in panel.listed()
    assert panel.changes == 1


def test_one_occurrence_of_a_series_is_moved_alone(panel: Panel) -> None:
    panel.order("move", **panel.named("Team stand-up"), minutes=15)
    assert "Tue 09:00 Team stand-up" in panel.listed()
    panel.now += timedelta(days=4, hours=-1)
    assert "Fri 08:45 Team stand-up" in panel.listed()


def test_a_cancelled_meeting_stays_in_the_calendar_and_leaves_the_list(panel: Panel) -> None:
    given = panel.named("Product review")
    panel.order("cancel", **given)
    assert not any("Product review" in text for text in panel.listed())
    entry = panel.world.person(ANA).entry(given["key"])
    assert (entry.cancelled, entry.title) == (True, "Canceled: Product review")


def test_a_new_meeting_can_be_joined_by_telephone(panel: Panel) -> None:
    panel.order("add", title="Coffee", minutes=0)
    assert "Mon 09:00 Coffee" in panel.listed()
    entry = panel.world.person(ANA).entry(panel.named("Coffee")["key"])
    assert isinstance(entry.span, Timespan)
    assert entry.room is not None
    assert (entry.room.toll_number, entry.is_organizer) == ("+49 69 0000 1234", False)
    panel.order("add", title="  ", minutes=60)
    assert "Mon 10:00 New meeting" in panel.listed()


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("move", {"key": "none", "original": "", "minutes": 15}),
        ("move", {"key": "none", "original": "soon", "minutes": 15}),
        ("cancel", {"key": "", "original": ""}),
        ("cancel", {"key": "", "original": "2026-11-23", "address": "nobody@contoso.example"}),
        ("add", {"title": "x" * 201, "minutes": 0}),
        ("add", {"title": "x", "minutes": float("nan")}),
        ("add", {"title": "x", "minutes": -1}),
    ],
)
def test_what_is_not_there_or_makes_no_sense_is_refused(panel: Panel, name: str, arguments: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        panel.order(name, **arguments)
    assert panel.changes == 0


def test_the_journal_has_no_titles(panel: Panel) -> None:
    panel.order("add", title="Coffee", minutes=5)
    panel.order("move", **panel.named("Coffee"), minutes=-15)
    panel.order("cancel", **panel.named("Coffee"))
    logged = [(line.kind, line.text) for line in panel.journal.since(0)]
    assert logged == [("meeting", "new"), ("meeting", "moved by -15 min"), ("meeting", "cancelled")]


def test_a_calendar_is_read_once_an_hour_and_after_each_change(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    between = panel.world.events_between

    def count(_world: World, address: str, start: datetime, end: datetime) -> list[EntryOccurrence]:
        asked.append(address)
        return between(address, start, end)

    monkeypatch.setattr(World, "events_between", count)
    for _ in range(20):
        panel.control.state()
    assert len(asked) == len(list(panel.world.people))
