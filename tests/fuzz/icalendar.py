"""Calendars with hostile events: a sound event beside them is always read, and what is read can be kept and shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from carlendar.domain.event import event_from_json, event_to_json
from carlendar.domain.timespan import Timespan
from carlendar.errors import FeedError
from carlendar.icalendar import ics
from carlendar.store.events import bounds
from tests.fuzz import values
from tests.fuzz.finding import Finding, require, watched

START = datetime(2026, 11, 23, tzinfo=UTC)
WINDOW = Timespan(START, START + timedelta(days=16))
SOUND = "UID:sound\nSUMMARY:Sound\nDTSTART:20261126T100000Z\nDTEND:20261126T110000Z"
SUFFIX = ".ics"
FREQUENCIES = ("SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY", "NEVER", "")
PARTS = ("BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYHOUR", "BYMINUTE", "BYSECOND", "BYSETPOS", "BYDAY",
         "WKST", "UNTIL", "RSCALE", "X-A", "BYEASTER")  # fmt: skip
TEXTS = ("SUMMARY", "LOCATION", "DESCRIPTION", "URL", "ORGANIZER;CN=x", "ATTENDEE;PARTSTAT=ACCEPTED", "CLASS", "STATUS",
         "GEO", "CONFERENCE;VALUE=URI", "X-ALT-DESC", "X-GOOGLE-CONFERENCE", "TRANSP", "DTSTAMP", "UID")  # fmt: skip


def target(random: Random) -> None:
    """One calendar."""
    whole = random.random() < 0.6
    text = calendar(random)
    data = text.encode("utf-8", "surrogatepass")
    if not whole:
        data = values.damaged(random, data)
    zone = ZoneInfo(random.choice(("Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland", "UTC")))
    with watched(data, SUFFIX):
        _check(data, zone, sound=whole)


def _check(data: bytes, zone: ZoneInfo, *, sound: bool) -> None:
    try:
        found, unread = ics.read([data], "c", WINDOW, zone)
    except FeedError as error:
        if sound:
            raise Finding(f"the calendar is refused: {error}", data, SUFFIX) from error
        return
    events = [each.event for each in found]
    require(len({event.id for event in events}) == len(events), "two events have one id", data, SUFFIX)
    require(not sound or "Sound" in {event.title for event in events}, "the sound event is missing", data, SUFFIX)
    require(unread >= 0 and len(events) <= 5_000, "too many occurrences", data, SUFFIX)
    for event in events:
        require(event.start(zone) <= event.end(zone), "an event ends before it starts", data, SUFFIX)
        require(event_from_json(event_to_json(event)).id == event.id, "an event is not kept as it is", data, SUFFIX)
        require(bounds(event.span)[0] <= bounds(event.span)[1], "an event's bounds are turned round", data, SUFFIX)


def calendar(random: Random) -> str:
    """A calendar of some hostile events with a sound one amid them."""
    events = [_event(random, number) for number in range(random.randrange(1, 5))]
    events.insert(random.randrange(len(events) + 1), SOUND)
    head = _zone(random) if random.random() < 0.3 else ""
    head += random.choice(("", "", "METHOD:PUBLISH\n", f"X-WR-TIMEZONE:{_line(random.choice(values.ZONES))}\n"))
    blocks = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{blocks}END:VCALENDAR\n"


def _event(random: Random, number: int) -> str:
    lines = [f"UID:{random.choice(('sound2', f'x{number}', 'x', ''))}", f"DTSTART{_moment(random)}"]
    makers = (
        lambda: f"DTEND{_moment(random)}",
        lambda: f"DURATION:{random.choice(values.DURATIONS)}",
        lambda: f"SEQUENCE:{random.choice(values.NUMBERS)}",
        lambda: f"RRULE:{_rule(random)}",
        lambda: f"EXRULE:{_rule(random)}",
        lambda: f"RECURRENCE-ID{random.choice(('', ';RANGE=THISANDFUTURE'))}{_moment(random)}",
        lambda: f"RDATE{_moment(random)}/{random.choice(values.DURATIONS)}",
        lambda: f"EXDATE{_moment(random)},{random.choice(values.DATES)}",
        lambda: f"{random.choice(TEXTS)}:{_line(values.text(random))}",
        lambda: f"{random.choice(TEXTS)}:{random.choice(values.NUMBERS)}",
        lambda: values.nested(random, "BEGIN:VALARM\n", "END:VALARM\n").strip(),
        lambda: "ATTENDEE:mailto:a@contoso.example\n" * random.choice((1, 60, 3000)) + "X:1",
    )
    lines += [random.choice(makers)() for _ in range(random.randrange(7))]
    random.shuffle(lines)
    return "\n".join(lines)


def _moment(random: Random) -> str:
    zone = random.choice(("", "", ";VALUE=DATE", f";TZID={_line(random.choice(values.ZONES))}"))
    if random.random() < 0.5:
        return f"{zone}:{START + timedelta(hours=random.randrange(400)):%Y%m%dT%H%M%S}{random.choice(('', 'Z'))}"
    return f"{zone}:{random.choice(values.DATES)}"


def _rule(random: Random) -> str:
    parts = [f"FREQ={random.choice(FREQUENCIES)}"]
    for name in random.sample(("INTERVAL", "COUNT", *PARTS), random.randrange(4)):
        sensible = ",".join(str(random.randrange(-2, 32)) for _ in range(random.choice((1, 2, 30))))
        odd = random.choice((*values.NUMBERS, *values.DATES, "MO,TU", "-1SU", "9999MO", "²MO"))
        parts.append(f"{name}={random.choice((sensible, odd))}")
    return ";".join(parts)


def _zone(random: Random) -> str:
    lines = ["BEGIN:VTIMEZONE", "TZID:Own"]
    for _ in range(random.choice((1, 2, 2, 400))):
        kind = random.choice(("STANDARD", "DAYLIGHT"))
        offsets = random.choices(("+0100", "+0200", "-1200", "+1400", "+9999", "²", "+240000"), k=2)
        lines += [f"BEGIN:{kind}", f"DTSTART:{random.choice(values.DATES)}", f"TZOFFSETFROM:{offsets[0]}"]
        lines += [
            f"TZOFFSETTO:{offsets[1]}",
            random.choice(("X:1", f"RRULE:{_rule(random)}", "RDATE:19700101")),
            f"END:{kind}",
        ]
    return "\n".join((*lines, "END:VTIMEZONE", ""))


def _line(text: str) -> str:
    """A text that stays on its line, so that it cannot end the event that it stands in."""
    return "".join("\\n" if each in "\r\n" else each for each in text)
