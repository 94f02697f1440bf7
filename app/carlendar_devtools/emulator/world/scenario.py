"""Scenarios: TOML files whose times are days from the first day and times of the clock.

title, tenant, zone, at                    the moment at which it begins unless another is given
[[people]]  name, address, …, calendars    fields of `DirectoryUser`; `calendars` are of `CalendarBook`, one by default
[[events]]  owner, title, day, start, …    see `_entry`; without `start` it covers whole days
[town]      start                          where the car stands: an address of the fictional town, as `Ankerstraße 1`
[generator] events, days, seed             fills the first person's calendar beside that
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any

from carlendar.domain.timespan import DateSpan, Timespan
from carlendar.errors import UsageError
from carlendar_devtools.emulator.town.plan import POSTCODE, TOWN, house_at
from carlendar_devtools.emulator.world.entry import Attendee, Contact, Entry, Spot
from carlendar_devtools.emulator.world.generator import fill
from carlendar_devtools.emulator.world.identifiers import key_of
from carlendar_devtools.emulator.world.invitation_parts import Invitation, InvitationRequest
from carlendar_devtools.emulator.world.invitations import invitation
from carlendar_devtools.emulator.world.mailbox import Mailbox
from carlendar_devtools.emulator.world.pattern import DAYS, Recurrence
from carlendar_devtools.emulator.world.person import CalendarBook, DirectoryUser
from carlendar_devtools.emulator.world.world import World
from carlendar_devtools.emulator.world.zones import zone

Table = Mapping[str, Any]
_OWN = {"key": "own", "name": "Calendar", "is_default": True}
"""The calendar of a person for whom the scenario has none."""
_SENSELESS = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What wrong names, values and types of a scenario raise."""
_ADDRESS_KEYS = {
    "street": "street",
    "city": "city",
    "state": "state",
    "country": "countryOrRegion",
    "postal": "postalCode",
}


def load_world(path: Path, at: datetime | None = None) -> World:
    """Read a scenario; its first day is that of `at`, of the scenario's own moment if None.

    Raises UsageError for a file that cannot be read or does not make sense; it names the line of the table.
    """
    try:
        source = path.read_text(encoding="utf-8")
        text = tomllib.loads(source)
    except OSError as err:
        raise UsageError(f"the scenario {path} cannot be read: {err.strerror}", detail=str(err)) from err
    except ValueError as err:
        raise UsageError(f"the scenario {path.name} is not TOML: {err}") from err
    return _Reader(path.name, source, text).world(at)


class _Reader:
    """Reads one scenario's text, and names the table that does not make sense."""

    def __init__(self, name: str, source: str, text: Table) -> None:
        self._name = name
        self._source = source
        self._text = text

    def world(self, at: datetime | None) -> World:
        """The scenario's world. Raises UsageError."""
        text = self._text
        with self._table():
            home = zone(text["zone"])
            begin = at if at is not None else text["at"].replace(tzinfo=home)
            start = str(text.get("town", {}).get("start", ""))
            world = World(title=text["title"], tenant=text["tenant"], at=begin, start=start)
            if start:
                house_at(start)
            first = begin.astimezone(home).date()
            people, events = list(text.get("people", ())), list(text.get("events", ()))
        for number, table in enumerate(people):
            with self._table("people", number):
                mailbox = _mailbox(table, text, world)
                world.mailboxes[mailbox.person.address.casefold()] = mailbox
        world.follow(lambda: begin - timedelta(days=3))
        for number, table in enumerate(events):
            with self._table("events", number):
                _Author(world.person(table["owner"]), text, first, str(number)).write(table)
        if "generator" in text:
            with self._table("generator"):
                fill(world.person(text["people"][0]["address"]), first, **text["generator"])
        world.follow(lambda: begin)
        return world

    @contextmanager
    def _table(self, header: str = "", number: int = 0) -> Iterator[None]:
        """Turn what goes wrong inside into a UsageError that names this table; without `header`, the file alone."""
        try:
            yield
        except _SENSELESS as err:
            why = f"{err} is missing or unknown" if isinstance(err, KeyError) else str(err)
            raise UsageError(f"the scenario {self._name}{self._line(header, number)}: {why}") from err

    def _line(self, header: str, number: int) -> str:
        starts = [found.start() for found in re.finditer(rf"^\s*\[+\s*{header}\s*\]+", self._source, re.MULTILINE)]
        if not header or len(starts) <= number:
            return ""
        line = self._source.count("\n", 0, self._source.index("[", starts[number])) + 1
        return f", line {line}, [{header}]"


def _mailbox(table: Table, text: Table, world: World) -> Mailbox:
    facts = {
        name: tuple(value) if isinstance(value, list) else value for name, value in table.items() if name != "calendars"
    }
    digits = key_of("person", table["address"])
    guid = f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
    person = DirectoryUser(**({"key": guid, "zone": text["zone"]} | facts))
    books = {book["key"]: CalendarBook(**book) for book in table.get("calendars", [_OWN])}
    if not any(book.is_default for book in books.values()):
        raise ValueError(f"{person.address} has no default calendar")
    return Mailbox(person, world.now, books)


class _Author:
    """Adds a scenario's events to one mailbox."""

    def __init__(self, mailbox: Mailbox, text: Table, first: date, seed: str) -> None:
        self._mailbox = mailbox
        self._tenant = text["tenant"]
        self._first = first
        self._seed = seed

    def write(self, table: Table) -> None:
        """Add one `[[events]]` table with its exceptions."""
        entry = self._entry(table)
        changes: dict[date, Entry | None] = {}
        for exception in table.get("exceptions", ()):
            original = self._date(exception["day"])
            changes[original] = None if exception.get("deleted") else self._exception(entry, table, exception)
        stored = self._mailbox.put(entry)
        if changes:
            self._mailbox.change(stored.key, changes=changes)

    def _entry(self, table: Table) -> Entry:
        made = self._invitation(table)
        organizer = self._contact(table["organizer"]) if "organizer" in table else self._mailbox.contact
        own = organizer.address.casefold() == self._mailbox.person.address.casefold()
        attendees = tuple(self._attendee(name, organizer, table) for name in table.get("attendees", ()))
        return Entry(
            key=key_of(self._mailbox.person.address, self._seed, table["title"]),
            calendar=table.get("calendar", self._mailbox.default_book.key),
            title=table["title"],
            span=self._span(table),
            zone_name=table.get("zone", self._mailbox.person.zone),
            organizer=organizer,
            is_organizer=own,
            attendees=attendees,
            response=table.get("response", "organizer" if own else "accepted"),
            show_as=table.get("show_as", "free" if "start" not in table else "busy"),
            sensitivity=table.get("sensitivity", "normal"),
            importance=table.get("importance", "normal"),
            body=made.html,
            room=made.room,
            spots=self._spots(table, made.place),
            cancelled=table.get("cancelled", False),
            reminder=_reminder(table),
            categories=tuple(table.get("categories", ())),
            recurrence=self._recurrence(table),
            allow_proposals=table.get("allow_proposals", True),
        )

    def _exception(self, master: Entry, table: Table, exception: Table) -> Entry:
        """Return the changed occurrence: the series' table updated by the exception's."""
        own = {name: value for name, value in table.items() if name not in ("exceptions", "repeat")}
        merged = own | {"day": exception["day"]} | dict(exception)
        merged["day"] = exception.get("to_day", exception["day"])
        return replace(self._entry(merged), key=master.key)

    def _date(self, day: int) -> date:
        return self._first + timedelta(days=day)

    def _span(self, table: Table) -> Timespan | DateSpan:
        first = self._date(table["day"])
        if "start" not in table:
            return DateSpan(first, self._date(table.get("end_day", table["day"]) + 1))
        place = zone(table.get("zone", self._mailbox.person.zone))
        last = self._date(table.get("end_day", table["day"]))
        return Timespan(_moment(first, table["start"], place), _moment(last, table["end"], place))

    def _invitation(self, table: Table) -> Invitation:
        return invitation(
            table.get("shape", "plain"),
            InvitationRequest(
                seed=f"{self._mailbox.person.address}{self._seed}{table['title']}",
                text=table.get("text", ""),
                dial_in=table.get("dial_in", ""),
                conference=table.get("conference", ""),
                **({"region": table["region"]} if "region" in table else {}),
            ),
        )

    def _contact(self, words: str) -> Contact:
        name, _, address = words.partition(" <")
        made = f"{name.split()[0]}.{name.split()[-1]}@{self._tenant}".lower()
        return Contact(name, address.rstrip(">") or made)

    def _attendee(self, words: str, organizer: Contact, table: Table) -> Attendee:
        kind, _, rest = words.rpartition(": ")
        contact = self._contact(rest)
        mine = contact.address.casefold() == self._mailbox.person.address.casefold()
        answered = table.get("response", "accepted") if mine else "accepted" if kind == "resource" else "none"
        response = "organizer" if contact == organizer else answered
        return Attendee(contact, kind or "required", "none" if response == "organizer" else response)

    def _spots(self, table: Table, made: str) -> tuple[Spot, ...]:
        words = table.get("places", [table["place"]] if "place" in table else [])
        spots = tuple(_spot(each) for each in words)
        return spots or ((Spot(made),) if made else ())

    def _recurrence(self, table: Table) -> Recurrence | None:
        rule = table.get("repeat")
        if rule is None:
            return None
        start = self._date(table["day"])
        names = tuple(DAYS[self._date(day).weekday()] for day in rule.get("days", [table["day"]]))
        return Recurrence(
            kind=rule["kind"],
            start=start,
            interval=rule.get("interval", 1),
            days=names if rule["kind"].startswith(("weekly", "relative")) else (),
            day_of_month=start.day if rule["kind"].startswith("absolute") else 0,
            month=start.month if rule["kind"].endswith("Yearly") else 0,
            index=rule.get("index", "first"),
            until=self._date(rule["until_day"]) if "until_day" in rule else None,
            count=rule.get("count", 0),
        )


def _reminder(table: Table) -> int | None:
    """Minutes before the start; a negative number means none."""
    minutes = int(table.get("reminder", -1 if table.get("cancelled") else 15))
    return minutes if minutes >= 0 else None


def _moment(day: date, clock: time, place: tzinfo) -> datetime:
    return datetime.combine(day, clock, place)


def _spot(words: str | Table) -> Spot:
    """A place of words, or of a table. `house` is an address of the town; its coordinates are left out if `located` is
    false.
    """
    if isinstance(words, str):
        return Spot(words)
    if "house" in words:
        house = house_at(words["house"])
        at = house.position if words.get("located", True) else None
        return Spot(
            name=words["name"],
            kind=words.get("kind", "default"),
            address={"street": f"{house.street} {house.number}", "city": TOWN, "postalCode": POSTCODE},
            latitude=None if at is None else at.latitude,
            longitude=None if at is None else at.longitude,
        )
    address = {key: words[name] for name, key in _ADDRESS_KEYS.items() if name in words}
    return Spot(
        name=words["name"],
        kind=words.get("kind", "default"),
        address=address,
        latitude=words.get("latitude"),
        longitude=words.get("longitude"),
        email=words.get("email", ""),
        uri=words.get("uri", ""),
    )
