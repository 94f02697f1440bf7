"""Controls of the emulated calendars: new, moved and cancelled meetings, as if a colleague had changed them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from carlendar.domain.timespan import Timespan
from carlendar.errors import UsageError
from carlendar_devtools.emulator.panel.command import Arguments, Order
from carlendar_devtools.emulator.panel.journal import Journal
from carlendar_devtools.emulator.world.entry import Contact, EntryOccurrence
from carlendar_devtools.emulator.world.invitation_parts import InvitationRequest
from carlendar_devtools.emulator.world.teams_invitations import teams
from carlendar_devtools.emulator.world.world import World

LISTED = 12
"""Meetings of a person that the page offers."""

BACK, AHEAD = timedelta(hours=1), timedelta(days=2)
"""The part of the calendar, around the whole hour, that the page offers."""

FURTHEST = 24 * 60
"""Minutes by which a meeting is moved at once, and minutes until a new one begins."""

COLLEAGUE = Contact("Jonas Weber", "jonas.weber@contoso.example")
DIAL_IN, CONFERENCE = "+49 69 0000 1234", "135792468"
"""Of the meetings that are made here."""


class MeetingsControl:
    """The meetings around now. `now` and `zone` are the car's; `changed` is called after each change."""

    def __init__(
        self,
        world: World,
        now: Callable[[], datetime],
        zone: Callable[[], ZoneInfo],
        journal: Journal,
        changed: Callable[[], None],
    ) -> None:
        self._world = world
        self._now = now
        self._zone = zone
        self._journal = journal
        self._changed = changed
        self._listed: tuple[tuple[object, ...], dict[str, list[list[str]]]] = ((), {})

    def state(self) -> dict[str, Any]:
        """By address: meetings as key, original date (empty for a single one) and what the page shows of it."""
        hour = self._now().replace(minute=0, second=0, microsecond=0)
        question = (hour, self._zone(), *(mailbox.revision for mailbox in self._world.people))
        if self._listed[0] != question:  # a calendar of 50,000 meetings is not read for each movement of a slider
            self._listed = (question, {each.person.address: self._of(each.person.address, hour) for each in
                                       self._world.people})  # fmt: skip
        return {"listed": self._listed[1]}

    def orders(self) -> Mapping[str, Order]:
        """Add, move, cancel."""
        return {"add": self._add, "move": self._move, "cancel": self._cancel}

    def _of(self, address: str, hour: datetime) -> list[list[str]]:
        found = self._world.events_between(address, hour - BACK, hour + AHEAD)
        timed = [each for each in found if isinstance(each.entry.span, Timespan) and not each.entry.cancelled]
        return [self._line(each) for each in timed[:LISTED]]

    def _line(self, shown: EntryOccurrence) -> list[str]:
        span = shown.entry.span
        start = span.start.astimezone(self._zone()) if isinstance(span, Timespan) else self._now()
        master = shown.master or shown.entry
        original = "" if shown.original is None else shown.original.isoformat()
        return [master.key, original, f"{start:%a %H:%M} {shown.entry.title}"]

    def _add(self, given: Arguments) -> None:
        """`minutes` from now, to the next full five, a colleague's Teams meeting with a telephone number."""
        mailbox = self._world.person(given.text("address"))
        title = given.text("title").strip() or "New meeting"
        minutes = given.number("minutes", 0, FURTHEST)
        start = _next_five(self._now() + timedelta(minutes=minutes))
        made = teams(InvitationRequest(seed=f"{title}{start}", dial_in=DIAL_IN, conference=CONFERENCE))
        mailbox.add(
            title, start, timedelta(minutes=30), organizer=COLLEAGUE, is_organizer=False, response="accepted",
            body=made.html, room=made.room, reminder=5,
        )  # fmt: skip
        self._log_event("new")

    def _move(self, given: Arguments) -> None:
        mailbox = self._world.person(given.text("address"))
        key, original = given.text("key"), _date(given.text("original"))
        span = mailbox.occurrence(key, original).entry.span
        if not isinstance(span, Timespan):
            raise UsageError("that meeting lasts whole days")
        minutes = given.number("minutes", -FURTHEST, FURTHEST)
        mailbox.move(key, span.start + timedelta(minutes=minutes), original=original)
        self._log_event(f"moved by {minutes:+.0f} min")

    def _cancel(self, given: Arguments) -> None:
        mailbox = self._world.person(given.text("address"))
        mailbox.cancel(given.text("key"), original=_date(given.text("original")))
        self._log_event("cancelled")

    def _log_event(self, what: str) -> None:
        """Titles are the person's own: the journal has none."""
        self._journal.add("meeting", what)
        self._changed()


def _next_five(moment: datetime) -> datetime:
    """The moment itself if it is at a full five minutes, else the next one."""
    whole = moment.replace(second=0, microsecond=0)
    late = timedelta(minutes=-whole.minute % 5)
    return whole + late if late or whole == moment else whole + timedelta(minutes=5)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError("that is no date") from error
