"""Graph's answers with hostile items: a sound event beside them is always listed, and no position is lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from carlendar.domain.account import Calendar
from carlendar.domain.event import event_from_json, event_to_json
from carlendar.errors import CarlendarError
from carlendar.microsoft.calendar import MicrosoftCalendar
from carlendar.microsoft.clouds import custom_cloud
from carlendar.microsoft.graph import GraphClient
from carlendar.microsoft.session import HttpReply, HttpSession
from carlendar.store.events import bounds
from tests.fuzz import values
from tests.fuzz.finding import require, watched

START = datetime(2026, 11, 23, tzinfo=UTC)
END = START + timedelta(days=16)
CALENDAR = Calendar("c", "a", "Calendar", is_default=True)
SUFFIX = ".json"
ROOT = "https://graph.contoso.example"
MOMENT = {"dateTime": "2026-11-26T10:00:00.0000000", "timeZone": "UTC"}
SOUND = json.dumps({"id": "sound", "subject": "Sound", "type": "singleInstance", "start": MOMENT, "end": MOMENT})
NAMES = (
    "id", "subject", "type", "start", "end", "isAllDay", "isCancelled", "isOrganizer", "organizer", "attendees",
    "location", "locations", "onlineMeeting", "onlineMeetingProvider", "onlineMeetingUrl", "showAs", "sensitivity",
    "responseStatus", "isReminderOn", "reminderMinutesBeforeStart", "seriesMasterId", "iCalUId", "changeKey",
    "originalStartTimeZone", "@odata.etag", "@removed",
    "dateTime", "timeZone", "emailAddress", "name", "address", "coordinates", "latitude",
    "longitude", "displayName", "joinUrl", "tollFreeNumbers", "phones", "number", "response",
)  # fmt: skip
WORDS = ("occurrence", "exception", "seriesMaster", "singleInstance", "busy", "private", "accepted", "unknown",
         "2026-11-26T10:00:00.0000000", "9999-12-31T23:59:59", "0001-01-01T00:00:00Z", "0000-00-00T00:00:00", "UTC",
         "W. Europe Standard Time", "tzone://Microsoft/Custom", "../etc/passwd", "sound")  # fmt: skip


class Scripted(HttpSession):
    """Answers each request with the next of some bodies, a batch with a fault unless it is `batches`."""

    def __init__(self, replies: list[bytes], *, batches: bool) -> None:
        super().__init__()
        self.replies, self.batches = replies, batches

    def request(
        self,
        method: str,  # noqa: ARG002 - as `HttpSession` has it
        url: str,
        *,
        params: Mapping[str, str] | None = None,  # noqa: ARG002 - as `HttpSession` has it
        headers: Mapping[str, str] | None = None,  # noqa: ARG002 - as `HttpSession` has it
        data: object = None,  # noqa: ARG002 - as `HttpSession` has it
    ) -> HttpReply:
        if url.endswith("$batch") and not self.batches:
            return HttpReply(500, {}, b"{}", 2)
        body = self.replies.pop(0) if self.replies else b'{"value": []}'
        return HttpReply(200, {}, body, len(body))


def target(random: Random) -> None:
    """One listing, a round of delta behind it, or a batch of texts."""
    random.choice((_listing, _listing, _delta, _bodies))(random)


def _source(*replies: bytes, batches: bool = False) -> MicrosoftCalendar:
    cloud = custom_cloud(f"{ROOT}/contoso.example", f"{ROOT}", "", name="fuzz")
    return MicrosoftCalendar(
        GraphClient(cloud, Scripted(list(replies), batches=batches), lambda _: "token"), "a", lambda _: None
    )


def _listing(random: Random) -> None:
    data = page(random)
    with watched(data, SUFFIX):
        listing = _source(data).listing(CALENDAR, START, END, "")
        _check(listing.events or (), data)


def _delta(random: Random) -> None:
    first, data = b'{"value": [%s]}' % SOUND.encode(), page(random, link=f"{ROOT}/v1.0/me/calendarView/delta?x=2")
    begun = b'{"value": [%s], "@odata.deltaLink": "%s/v1.0/me/calendarView/delta?x=1"}' % (
        SOUND.encode(),
        ROOT.encode(),
    )
    with watched(data, SUFFIX):
        source = _source(first, begun)
        position = source.listing(CALENDAR, START, END, "").position
        position = source.listing(CALENDAR, START, END, position).position
        # Whatever the round names cannot be had by name here; then the whole listing is used.
        later = _source(data, first)
        listing = later.listing(CALENDAR, START, END, position)
        require("x=2" in listing.position, "the position does not advance", data, SUFFIX)
        if listing.events is not None and listing.scope is None:
            _check(listing.events, data)


def _bodies(random: Random) -> None:
    answers = [f'{{"id": "0", "status": 200, "body": {{"body": {{"content": "fine"}}, "x": {_value(random, 2)}}}}}']
    for number in range(1, 5):
        status = random.choice(("200", "404", "403", "500", "502", "503", random.choice(values.NUMBERS) or "null"))
        rest = f'"headers": {_value(random, 1)}, "body": {_value(random, 2)}'
        answers.append(f'{{"id": "{number}", "status": {_json(status)}, {rest}}}')
    data = f'{{"responses": [{", ".join(answers)}]}}'.encode("utf-8", "surrogatepass")
    with watched(data, SUFFIX):
        try:
            found = _source(data, batches=True).bodies(CALENDAR, [str(number) for number in range(5)])
        except CarlendarError:
            return  # an answer is missing, or the sign-in is asked for: the whole batch is asked again in parts
        require(found.get("0") == "fine", "a sound text is missing", data, SUFFIX)


def _check(events: Any, data: bytes) -> None:
    require("sound" in {event.id for event in events}, "the sound event is missing", data, SUFFIX)
    for event in events:
        require(event_from_json(event_to_json(event)).id == event.id, "an event is not kept as it is", data, SUFFIX)
        require(bounds(event.span)[0] <= bounds(event.span)[1], "an event's bounds are turned round", data, SUFFIX)
        event.id.encode()
        require(event.start(UTC) <= event.end(UTC), "an event ends before it starts", data, SUFFIX)


def page(random: Random, link: str = "") -> bytes:
    """A page of hostile items with a sound one amid them; items can say nothing else of the sound one's id."""
    items = [_item(random) for _ in range(random.randrange(1, 5))]
    items.insert(random.randrange(len(items) + 1), SOUND)
    further = f', "@odata.deltaLink": "{link}"' if link else ""
    text = f'{{"value": [{", ".join(items)}], "x": {_value(random, 2)}{further}}}'
    data = text.encode("utf-8", "surrogatepass")
    if random.random() < 0.2:  # bytes that are no characters, within a text
        data = data.replace(b'"subject"', b'"subject\xff\xfe"', 1) if b'"subject": "Sound"' not in data[:60] else data
    return data


def _item(random: Random) -> str:
    if random.random() < 0.1:
        return _value(random, 3)
    given = {name: _value(random, 3) for name in random.sample(NAMES, random.randrange(1, 14))}
    if random.random() < 0.8:
        given["id"] = json.dumps(f"i{random.randrange(9)}")
    if random.random() < 0.7:
        given |= {"start": json.dumps(MOMENT), "end": _value(random, 1)}
    return "{" + ", ".join(f'"{name}": {value}' for name, value in given.items()) + "}"


def _value(random: Random, depth: int) -> str:
    kind = random.randrange(9 if depth else 6)
    if kind == 0:
        return random.choice(("null", "true", "false"))
    if kind == 1:
        return _json(random.choice(values.NUMBERS))
    if kind in (2, 3):
        return json.dumps(random.choice((*WORDS, values.text(random))), ensure_ascii=random.random() < 0.5)
    if kind == 4:
        return json.dumps(random.choice(WORDS))
    if kind == 5:
        deep = random.choice((50, 150, 1200, 20_000))
        return "[" * deep + "]" * deep if random.random() < 0.02 else "[]"
    if kind == 6:
        return "[" + ", ".join(_value(random, depth - 1) for _ in range(random.randrange(4))) + "]"
    named = {random.choice(NAMES): _value(random, depth - 1) for _ in range(random.randrange(5))}
    return "{" + ", ".join(f'"{name}": {value}' for name, value in named.items()) + "}"


def _json(number: str) -> str:
    """A number as JSON can hold it, else as a text."""
    try:
        json.loads(number, parse_int=str, parse_float=str)
    except ValueError:
        return json.dumps(number)
    return number
