"""`carlendar agenda`: the agenda as text or JSON, from the store or from given calendars."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from carlendar.commands.terminal import NARROW
from carlendar.commands.time_argument import moment
from carlendar.domain.agenda import clashes, entry_of
from carlendar.domain.base import Value
from carlendar.domain.event import Event, Response
from carlendar.domain.timespan import Timespan
from carlendar.errors import UsageError, one_line
from carlendar.i18n.formats import formats
from carlendar.icalendar import addresses
from carlendar.icalendar.reader import ConfinedReader
from carlendar.meetings.extract import find_join_details
from carlendar.meetings.join_details import JoinDetails
from carlendar.settings import Settings, load
from carlendar.wiring import calendar_sources, host, reader_worker

if TYPE_CHECKING:
    from rich.text import Text

MAX_DAYS = 366


class ListedEvent(Value, frozen=True):
    """One line of the agenda."""

    event: Event
    join_details: JoinDetails | None
    calendar: str
    account: str


class Agenda(Value, frozen=True):
    """The entries, the time of the data, and the driver."""

    rows: list[ListedEvent]
    as_of: datetime | None = None
    profile: str = ""


def run(
    *, ics: Sequence[str], at: str, zone: str, profile: str, days: int, everything: bool, as_json: bool
) -> int:  # fmt: skip
    """Print the agenda, as text or as one JSON object with `at`, `zone`, `as_of` and `events`. Returns 0.

    Raises UsageError if there are several drivers and none is given.
    """
    settings = load()
    clock = host.wall_clock(host.elapsed_clock())
    where = _zone(zone) if zone else clock.zone()
    looked = _moment(at, where) if at else clock.now().astimezone(where)
    if not 1 <= days <= MAX_DAYS:
        raise UsageError(f"--days must lie between 1 and {MAX_DAYS}")
    start = datetime.combine(looked.date(), time(), where)
    end = datetime.combine(looked.date() + timedelta(days=days), time(), where)
    found = (
        Agenda(_from_calendars(ics, settings, start, end, where))
        if ics
        else _from_store(settings, start, end, where, profile)
    )
    shown = [entry for entry in found.rows if everything or entry.event.end(where) > looked]
    if as_json:
        document = _document(shown, looked, zone or str(where), found.as_of, where)
        print(json.dumps({**document, "profile": found.profile or None}))
    elif ics or found.profile:
        _print(shown, where)
    else:
        print("No account is signed in, and no calendar is subscribed to.")
    return 0


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(f"{name} is not a time zone") from error


def _moment(text: str, zone: tzinfo) -> datetime:
    found = moment(text)
    return found.astimezone(zone) if found.tzinfo else found.replace(tzinfo=zone)


def _from_calendars(
    sources: Sequence[str], settings: Settings, start: datetime, end: datetime, zone: tzinfo
) -> list[ListedEvent]:
    region = settings.text("telephone.region") or "DE"
    entries: list[ListedEvent] = []
    process = reader_worker.process()
    process.warm()
    reader = ConfinedReader(process)
    try:
        for number, source in enumerate(sources):
            texts, window = calendar_sources.texts(settings, source), Timespan(start, end)
            found = reader.read(texts, f"ics{number}", window, zone).events
            name = addresses.host(source) if addresses.is_address(source) else source
            entries += [ListedEvent(event, find_join_details(event, text, region), name, "") for event, text in found]
    finally:
        process.stop()
    entries.sort(key=lambda entry: (entry.event.moments(zone).start, entry.event.title))
    return entries


def _from_store(settings: Settings, start: datetime, end: datetime, zone: tzinfo, profile: str) -> Agenda:
    from carlendar.commands.stored_data import snapshot
    from carlendar.store.sources import overall

    read = snapshot(settings, start, end, zone, profile)
    entries = [
        ListedEvent(each.event, each.join_details, each.calendar.name, each.account.address) for each in read.events
    ]
    as_of, _ = overall(read.sources, {account.id for account in read.accounts if account.is_feed})
    return Agenda(entries, as_of, read.profile.name if read.profile else "")


def _document(
    entries: Iterable[ListedEvent], moment: datetime, zone_name: str, as_of: datetime | None, zone: tzinfo
) -> dict[str, object]:
    listed = list(entries)
    together = _clashes(listed, zone)
    return {
        "at": moment.isoformat(timespec="seconds"),
        "zone": zone_name,
        "as_of": as_of.astimezone(zone).isoformat(timespec="seconds") if as_of else None,
        "events": [_entry(entry, together.get(entry.event.id, ()), zone) for entry in listed],
    }


def _entry(entry: ListedEvent, together: Sequence[str], zone: tzinfo) -> dict[str, object]:
    event = entry.event
    whole = event.all_day
    return {
        "id": event.id,
        "series_id": event.series_id or None,
        "calendar": entry.calendar,
        "account": entry.account or None,
        "title": event.title,
        "start": event.span.start.isoformat() if whole else event.start(zone).isoformat(timespec="seconds"),
        "end": event.span.end.isoformat() if whole else event.end(zone).isoformat(timespec="seconds"),
        "all_day": whole,
        "show_as": event.show_as.value,
        "response": event.response.value,
        "cancelled": event.cancelled,
        "private": event.private,
        "clashes_with": list(together),
        "organizer": {"name": event.organizer.name, "address": event.organizer.address} if event.organizer else None,
        "attendees": event.attendee_count,
        "place": _place(event),
        "meeting": _meeting(entry.join_details),
    }


def _clashes(rows: Sequence[ListedEvent], zone: tzinfo) -> dict[str, list[str]]:
    """Map the id of each event to the ids of those that overlap it."""
    entries = [
        entry_of(row.event, zone, can_join=row.join_details is not None and row.join_details.found) for row in rows
    ]
    ids = {entry.key: entry.event.id for entry in entries}
    return {ids[key]: [ids[other] for other in others] for key, others in clashes(entries).items()}


def _place(event: Event) -> dict[str, object] | None:
    place = event.place
    if place is None:
        return None
    return {
        "name": place.name,
        "navigable": place.navigable,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def _meeting(found: JoinDetails | None) -> dict[str, object] | None:
    if found is None or not found.found:
        return None
    return {"service": found.service or None, "url": found.url or None, "dial_in": bool(found.dial_ins)}


def _print(entries: Sequence[ListedEvent], zone: tzinfo) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=sys.stdout)
    if not entries:
        console.print("Nothing in the calendar.")
        return
    table = Table(box=None, pad_edge=False)
    narrow = console.width < NARROW
    for heading in ("When", "What") if narrow else ("Day", "Time", "Title", "Where", "Join"):
        table.add_column(heading, overflow="fold")
    together = _clashes(entries, zone)
    for entry in entries:
        day, times, *rest = _cells(entry, zone, clashing=entry.event.id in together)
        if narrow:
            table.add_row(f"{day}\n{times}", Text("\n").join(part for part in rest if part))
        else:
            table.add_row(day, times, *rest)
    console.print(table)


def _cells(entry: ListedEvent, zone: tzinfo, *, clashing: bool) -> tuple[str, str, Text, Text, Text]:
    from rich.text import Text

    event = entry.event
    times = "all day" if event.all_day else formats("en").between(event.start(zone), event.end(zone))
    marks = _marks(event, clashing=clashing)
    title = one_line(event.title) + (f" ({', '.join(marks)})" if marks else "")
    place = one_line(event.place.name) if event.place else ""
    struck = Text(title, "strike" if event.cancelled else "")
    return f"{event.start(zone):%a %d %b}", times, struck, Text(place), Text(_join_text(entry.join_details))


def _marks(event: Event, *, clashing: bool) -> list[str]:
    marks = ["cancelled"] if event.cancelled else []
    if event.response in (Response.DECLINED, Response.TENTATIVE):
        marks.append(event.response.value)
    if clashing:
        marks.append("clash")
    return marks


def _join_text(found: JoinDetails | None) -> str:
    if found is None or not found.found:
        return ""
    return found.service + (", telephone" if found.dial_ins else "")
