"""A calendar by its address, a file or a folder, as a source like any other.

"Unchanged" costs no parsing: the server says so (304), the files look as they did, or their bytes are
the same. What was expanded for the window is in the store already, and stays there when a feed fails.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, tzinfo
from pathlib import Path

from msgspec import field
from msgspec.structs import asdict, replace

from carlendar.domain.account import Calendar
from carlendar.domain.base import Value
from carlendar.domain.bounded import from_json
from carlendar.domain.calendar_delta import CalendarDelta, Traffic
from carlendar.domain.timespan import Timespan
from carlendar.errors import FeedError
from carlendar.icalendar import files, ics
from carlendar.icalendar.addresses import is_address
from carlendar.icalendar.download import Downloader, Validators

CALENDAR = "feed"
"""The id of a feed's only calendar."""
_READING = "2"
"""Changes when this program reads calendars in another way: then they are read anew."""
_log = logging.getLogger(__name__)


class _Known(Value, frozen=True):
    """A position: what proves that nothing has changed. `reading` is how it was read: program and zone."""

    reading: str = ""
    content: str = ""
    glance: str = ""
    etag: str = ""
    modified: str = ""


class _Loaded(Value, frozen=True):
    """`texts` is None where nothing has changed."""

    texts: Sequence[bytes] | None
    known: _Known
    traffic: Traffic = field(default_factory=Traffic)


class FeedSource:
    """A `CalendarSource` with one calendar. `mine` returns the driver's own addresses, `now` nanoseconds since 1970."""

    def __init__(
        self, account_id: str, name: str, source: Callable[[], str], downloader: Downloader,
        zone: Callable[[], tzinfo], now: Callable[[], int], mine: Callable[[], frozenset[str]] = frozenset,
    ) -> None:  # fmt: skip
        self._calendar = Calendar(CALENDAR, account_id, name)
        self._source, self._downloader, self._zone, self._now, self._mine = source, downloader, zone, now, mine
        self._texts: dict[str, str] | None = None
        self._window: Timespan | None = None

    def calendars(self) -> tuple[Calendar, ...]:
        """The one calendar."""
        return (self._calendar,)

    def listing(self, calendar: Calendar, start: datetime, end: datetime, position: str) -> CalendarDelta:
        """See `CalendarSource`; raises FeedError and VaultError too."""
        self._window = Timespan(start, end)
        zone = self._zone()
        reading = f"{_READING} {zone}"
        known = _position(position)
        if known.reading != reading:
            known = _Known(reading)
        loaded = self._load(known)
        written = json.dumps(asdict(loaded.known), separators=(",", ":"))
        if loaded.texts is None:
            return CalendarDelta(None, written, loaded.traffic)
        found, unread = ics.read(loaded.texts, calendar.id, self._window, zone, self._mine())
        self._texts = {each.event.id: each.text for each in found}
        return CalendarDelta(tuple(each.event for each in found), written, loaded.traffic, unreadable=("",) * unread)

    def bodies(
        self,
        calendar: Calendar,
        event_ids: Iterable[str],
        starts: Timespan | None = None,  # noqa: ARG002 - the port's
    ) -> dict[str, str]:
        """Texts of the events that are still there; the calendar is read again where it was found unchanged."""
        if self._texts is None and self._window is not None:
            self.listing(calendar, self._window.start, self._window.end, "")
        texts = self._texts or {}
        return {event_id: texts[event_id] for event_id in event_ids if event_id in texts}

    def _load(self, known: _Known) -> _Loaded:
        source = self._source()
        loaded = self._download(source, known) if is_address(source) else self._read(Path(source).expanduser(), known)
        if loaded.texts is None:
            return loaded
        content = _digest(loaded.texts)
        unchanged = content == known.content
        return replace(loaded, texts=None if unchanged else loaded.texts, known=replace(loaded.known, content=content))

    def _download(self, address: str, known: _Known) -> _Loaded:
        got = self._downloader.get(address, Validators(known.etag, known.modified))
        traffic = Traffic(got.requests, got.bytes)
        if got.data is None:
            return _Loaded(None, known, traffic)
        validators = replace(known, etag=got.validators.etag, modified=got.validators.modified)
        return _Loaded([got.data], validators, traffic)

    def _read(self, path: Path, known: _Known) -> _Loaded:
        now, found = self._now(), files.paths(path)
        seen = files.fingerprint(found)
        if known.glance and known.glance == seen.digest:
            return _Loaded(None, known)
        if not files.is_folder(path) and not path.is_file():  # reading a pipe could block forever
            raise FeedError(f"{path.name} is no file", key="feed_file")
        glance = seen.digest if files.settled(seen, now) else ""
        return _Loaded(texts_of(path), replace(known, glance=glance))


def texts_of(path: Path) -> Sequence[bytes]:
    """The text of a file, or those of a folder's files that are calendars: one that is none costs only itself.

    Raises FeedError, also for a folder without any: a memory card that is not there looks the same.
    """
    if not files.is_folder(path):
        return [files.read(path)]
    found = files.paths(path)
    texts = [data for data in files.read_all(found) if ics.is_calendar(data)]
    if len(texts) < len(found):
        _log.warning("%d of %d files of a folder are no calendars", len(found) - len(texts), len(found))
    if not texts:
        raise FeedError(f"{path.name} has no calendar in it", key="feed_file")
    return texts


def _digest(texts: Sequence[bytes]) -> str:
    seen = hashlib.blake2b(digest_size=16)
    for data in texts:
        seen.update(len(data).to_bytes(8, "big"))
        seen.update(data)
    return seen.hexdigest()


def _position(text: str) -> _Known:
    try:
        return _Known(**from_json(text)) if text else _Known()
    except (ValueError, TypeError):
        return _Known()
