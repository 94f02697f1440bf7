"""A `CalendarSource` for an address, a file or a folder.

Unchanged calendars are not parsed: the server says so (304), the files' metadata is the same, or their bytes are. The
expanded events of the window are in the store already, and remain there when a feed fails.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime, tzinfo
from pathlib import Path

from msgspec import field
from msgspec.structs import asdict, replace

from carlendar.domain.account import Calendar
from carlendar.domain.base import Value
from carlendar.domain.bounded import from_json
from carlendar.domain.calendar_delta import CalendarDelta, Traffic
from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.errors import FeedError, ServiceError
from carlendar.icalendar import files
from carlendar.icalendar.addresses import is_address
from carlendar.icalendar.color import color_in
from carlendar.icalendar.download import Downloader, Validators
from carlendar.icalendar.reader import FeedRead, FeedReader, FeedTexts
from carlendar.icalendar.trials import Trial, Trials, TrialsInMemory, quarantine

CALENDAR = "feed"
"""The id of the only calendar of a feed."""
_READING = "5"
"""Increased when calendars are interpreted differently: they are then read again."""
_log = logging.getLogger(__name__)


class _Known(Value, frozen=True):
    """A position: evidence that nothing has changed. `reading` is how it was read: version, zone and owner."""

    reading: str = ""
    content: str = ""
    glance: str = ""
    """The fingerprint of the files, without their content."""
    etag: str = ""
    modified: str = ""


class _Loaded(Value, frozen=True):
    """`texts` is None if nothing has changed."""

    texts: FeedTexts | None
    known: _Known
    traffic: Traffic = field(default_factory=Traffic)


class FeedSource:
    """A `CalendarSource` with one calendar. `mine` returns the driver's own addresses, `now` nanoseconds since 1970."""

    def __init__(
        self, account_id: str, name: str, source: Callable[[], str], downloader: Downloader, reader: FeedReader,
        zone: Callable[[], tzinfo], now: Callable[[], int], *, mine: Callable[[], frozenset[str]] = frozenset,
        trials: Trials | None = None,
    ) -> None:  # fmt: skip
        self._calendar = Calendar(CALENDAR, account_id, name)
        self._source, self._downloader, self._reader, self._zone = source, downloader, reader, zone
        self._now, self._mine, self._trials = now, mine, trials or TrialsInMemory()
        self._texts: dict[str, str] | None = None
        self._window: Timespan | None = None

    def calendars(self) -> tuple[Calendar, ...]:
        """Return the only calendar."""
        return (self._calendar,)

    def listing(self, calendar: Calendar, start: datetime, end: datetime, position: str) -> CalendarDelta:
        """See `CalendarSource`; also raises FeedError and VaultError.

        Content that exceeded the reader's limits too often is not read again (`feed_quarantined`).
        """
        self._window = Timespan(start, end)
        zone, mine = self._zone(), self._mine()
        reading = f"{_READING} {zone} {_digest([json.dumps(sorted(mine)).encode()])}"
        known = _position(position)
        if known.reading != reading:
            known = _Known(reading)
        trial = self._trials.load()
        with ExitStack() as held:
            loaded = self._load(_of_trial(trial) if trial.quarantined else known, held)
            if trial.quarantined and (loaded.texts is None or loaded.known.content == trial.content):
                raise quarantine()
            if trial.quarantined:  # its content has changed
                trial = Trial()
                self._trials.save(trial)
            written = json.dumps(asdict(replace(loaded.known, reading=reading)), separators=(",", ":"))
            if loaded.texts is None or (known.content and loaded.known.content == known.content):
                return CalendarDelta(None, written, loaded.traffic)
            read = self._read_once(loaded, trial, calendar, zone, mine)
        self._texts = {event.id: text for event, text in read.events}
        events = tuple(replace(event, version=_version(event)) for event, _ in read.events)
        color = color_in(loaded.texts.texts)
        return CalendarDelta(events, written, loaded.traffic, unreadable=("",) * read.unread, color=color)

    def bodies(
        self,
        calendar: Calendar,
        event_ids: Iterable[str],
        starts: Timespan | None = None,  # noqa: ARG002 - the port's
    ) -> dict[str, str]:
        """Return bodies of events that still exist; reads the calendar again if it was unchanged."""
        if self._texts is None and self._window is not None:
            self.listing(calendar, self._window.start, self._window.end, "")
        texts = self._texts or {}
        return {event_id: texts[event_id] for event_id in event_ids if event_id in texts}

    def _read_once(
        self, loaded: _Loaded, trial: Trial, calendar: Calendar, zone: tzinfo, mine: frozenset[str]
    ) -> FeedRead:
        """Read the texts, and record the outcome."""
        if self._window is None or loaded.texts is None:
            raise ValueError("nothing was listed")
        at = loaded.known
        if trial.content != at.content:
            trial = Trial(at.content, at.glance, at.etag, at.modified)
        self._trials.save(replace(trial, unfinished=trial.unfinished + 1))
        try:
            read = self._reader.read(loaded.texts, calendar.id, self._window, zone, mine)
        except FeedError as error:
            overran = error.key == "feed_limits"
            trial = replace(trial, overruns=trial.overruns + overran)
            self._trials.save(trial if overran else Trial())
            if trial.quarantined:
                _log.warning("a calendar exceeded its limits again and is not read until it changes: %s", error.detail)
                raise quarantine() from error
            raise
        except ServiceError:
            self._trials.save(trial)
            raise
        self._trials.save(Trial())
        if read.files_left_out:
            _log.warning("%d of %d files of a folder are no calendars", read.files_left_out, len(loaded.texts.texts))
        return read

    def _load(self, known: _Known, held: ExitStack) -> _Loaded:
        """Load the current content; `held` keeps its slot until it is read."""
        source = self._source()
        if is_address(source):
            loaded = self._download(source, known, held)
        else:
            loaded = self._read(Path(source).expanduser(), known, held)
        if loaded.texts is None:
            return loaded
        return replace(loaded, known=replace(loaded.known, content=_digest(loaded.texts.texts)))

    def _download(self, address: str, known: _Known, held: ExitStack) -> _Loaded:
        self._reader.warm()
        got = self._downloader.get(address, Validators(known.etag, known.modified), held)
        traffic = Traffic(got.requests, got.bytes)
        if got.data is None:
            return _Loaded(None, known, traffic)
        validators = replace(known, etag=got.validators.etag, modified=got.validators.modified)
        return _Loaded(FeedTexts([got.data]), validators, traffic)

    def _read(self, path: Path, known: _Known, held: ExitStack) -> _Loaded:
        now, found = self._now(), files.paths(path)
        seen = files.fingerprint(found)
        if known.glance and known.glance == seen.digest:
            return _Loaded(None, known)
        if not files.is_folder(path) and not path.is_file():  # reading a pipe could block forever
            raise FeedError(f"{path.name} is no file", key="feed_file")
        glance = seen.digest if files.settled(seen, now) else ""
        self._reader.warm()
        self._downloader.reserve(seen.size, held)
        return _Loaded(texts_of(path), replace(known, glance=glance))


def texts_of(path: Path) -> FeedTexts:
    """Return the text of a file, or those of a folder's files: one that is no calendar affects only itself.

    Raises FeedError, also for a folder without any: a missing memory card looks the same.
    """
    if not files.is_folder(path):
        return FeedTexts([files.read(path)])
    texts = files.read_all(files.paths(path))
    if not texts:
        raise FeedError(f"{path.name} has no calendar in it", key="feed_file")
    return FeedTexts(texts, lenient=True)


def _digest(texts: Sequence[bytes]) -> str:
    seen = hashlib.blake2b(digest_size=16)
    for data in texts:
        seen.update(len(data).to_bytes(8, "big"))
        seen.update(data)
    return seen.hexdigest()


def _version(event: Event) -> str:
    """Return the version; it also changes with the interpretation and when the owner's addresses become known."""
    return f"{event.version}/{_READING}/{event.response.value}"


def _of_trial(trial: Trial) -> _Known:
    return _Known("", trial.content, trial.glance, trial.etag, trial.modified)


def _position(text: str) -> _Known:
    try:
        return _Known(**from_json(text)) if text else _Known()
    except (ValueError, TypeError):
        return _Known()
