"""An invitation out of a file: text, HTML, iCalendar or an event of Microsoft Graph as JSON.

Only what joining needs is read. iCalendar: RFC 5545, CONFERENCE of RFC 7986, and the properties that
Outlook and Google add. Graph: the `event` resource.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.domain.event import Event, OnlineMeeting
from app.domain.place import Place
from app.domain.timespan import Timespan
from app.errors import UsageError

FILE_LIMIT = 4_194_304
"""Bytes of a file; an invitation is a thousandth of it."""

_JOIN_PROPERTIES = ("X-MICROSOFT-SKYPETEAMSMEETINGURL", "X-MICROSOFT-ONLINEMEETINGCONFLINK", "X-GOOGLE-CONFERENCE")
_SPAN = Timespan(datetime(2000, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC) + timedelta(hours=1))
"""When it takes place does not matter for how to join."""


def read(path: Path) -> tuple[Event, str]:
    """The event and its body as it came. Raises UsageError for a file that cannot be read."""
    try:
        with path.open("rb") as file:
            raw = file.read(FILE_LIMIT + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
    if len(raw) > FILE_LIMIT:
        raise UsageError(f"{path} is larger than an invitation ({FILE_LIMIT} bytes)")
    text = raw.decode("utf-8-sig", "replace")
    start = text.lstrip()[:20].upper()
    if start.startswith("BEGIN:V"):
        return _from_ics(text, path)
    if start.startswith("{"):
        return _from_graph(text, path)
    return _event(), text


def _event(url: str = "", place: str = "", online: OnlineMeeting | None = None) -> Event:
    return Event("file", "file", "", _SPAN, url=url, place=Place(place) if place else None, online=online)


def _from_ics(text: str, path: Path) -> tuple[Event, str]:
    from icalendar import Calendar  # slow to import, and not every file is one

    try:
        found = next(iter(Calendar.from_ical(text).walk("VEVENT")), None)
    except (ValueError, IndexError, KeyError) as error:
        raise UsageError(f"{path} is not an iCalendar file") from error
    if found is None:
        raise UsageError(f"{path} holds no event")
    uris = [uri for name in ("CONFERENCE", *_JOIN_PROPERTIES) for uri in _values(found, name)]
    body = "\n".join([*_values(found, "DESCRIPTION"), *_values(found, "X-ALT-DESC")])
    url, place = " ".join(_values(found, "URL")), " ".join(_values(found, "LOCATION"))
    return _event(url, place, OnlineMeeting(conference_uris=tuple(uris))), body


def _values(component: Any, name: str) -> Iterator[str]:
    value = component.get(name)
    for each in value if isinstance(value, list) else [value]:
        if each is not None:
            yield str(each)


def _from_graph(text: str, path: Path) -> tuple[Event, str]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not JSON") from error
    online, body, location = (_part(data, name) for name in ("onlineMeeting", "body", "location"))
    toll_free = online.get("tollFreeNumbers")
    meeting = OnlineMeeting(
        join_url=_text(online, "joinUrl") or _text(data, "onlineMeetingUrl"),
        conference_id=_text(online, "conferenceId"),
        toll_number=_text(online, "tollNumber"),
        toll_free_numbers=tuple(each for each in toll_free if isinstance(each, str)) if toll_free else (),
        quick_dial=_text(online, "quickDial"),
        provider=_text(data, "onlineMeetingProvider"),
    )
    place = " ".join(filter(None, (_text(location, "displayName"), _text(location, "locationUri"))))
    return _event("", place, meeting), _text(body, "content")


def _part(data: dict[str, Any], name: str) -> dict[str, Any]:
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""
