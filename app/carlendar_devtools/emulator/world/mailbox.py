"""One person's mailbox: calendars, entries, a log of changes, and sent items.

Every change increases `revision`, from which a service computes the changes since a position. All methods are
thread-safe.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from threading import RLock
from typing import Any

from carlendar.domain.timespan import DateSpan, Timespan
from carlendar_devtools.emulator.world import identifiers, series
from carlendar_devtools.emulator.world.entry import Contact, Entry, EntryOccurrence
from carlendar_devtools.emulator.world.message import MailMessage, Sent, is_of
from carlendar_devtools.emulator.world.person import CalendarBook, DirectoryUser
from carlendar_devtools.emulator.world.zones import zone

_ANSWERS = {"accepted": "Accepted: ", "tentativelyAccepted": "Tentative: ", "declined": "Declined: "}
_MOST_MESSAGES = 2000


class NotInMailboxError(LookupError):
    """The entry or calendar does not exist (any more)."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An entry that left a calendar, deleted or moved to another one."""

    key: str
    calendar: str
    revision: int


@dataclass(slots=True)
class Mailbox:
    """The mailbox of `person`; `now` returns the emulated time."""

    person: DirectoryUser
    now: Callable[[], datetime]
    books: dict[str, CalendarBook]
    entries: dict[str, Entry] = field(default_factory=dict)
    tombstones: list[Tombstone] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    """All removed entries. A copy in Sent Items is removed with its entry."""
    messages: dict[str, MailMessage] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    """Changed mailbox settings, by Graph's names."""
    revision: int = 0
    lock: RLock = field(default_factory=RLock)
    _answered: tuple[tuple[object, ...], list[EntryOccurrence]] | None = None
    """The last window and its result: a client requests it again for every page."""

    @property
    def contact(self) -> Contact:
        """The owner as a contact."""
        return Contact(self.person.name, self.person.address)

    @property
    def default_book(self) -> CalendarBook:
        """The default calendar."""
        return next((book for book in self.books.values() if book.is_default), next(iter(self.books.values())))

    def book(self, key: str) -> CalendarBook:
        """Return a calendar by key. Raises NotInMailboxError."""
        try:
            return self.books[key]
        except KeyError:
            raise NotInMailboxError(key) from None

    # --- looking ---------------------------------------------------------------------------

    def entry(self, key: str) -> Entry:
        """Return an entry by key. Raises NotInMailboxError."""
        with self.lock:
            try:
                return self.entries[key]
            except KeyError:
                raise NotInMailboxError(key) from None

    def occurrence(self, key: str, original: date | None) -> EntryOccurrence:
        """Return an entry, or one occurrence of it. Raises NotInMailboxError."""
        entry = self.entry(key)
        if original is None:
            return EntryOccurrence(entry, "seriesMaster" if entry.recurrence else "singleInstance")
        found = series.occurrence_of(entry, original) if series.is_in_series(entry, original) else None
        if found is None:
            raise NotInMailboxError(key)
        return found

    def between(self, start: datetime, end: datetime, calendar: str | None = None) -> list[EntryOccurrence]:
        """Return what overlaps a window, by start, then title; of all calendars or of one."""
        with self.lock:
            question = (start, end, calendar, self.revision)
            if self._answered is None or self._answered[0] != question:
                self._answered = (question, self._expanded(Timespan(start, end), calendar))
            return list(self._answered[1])

    def _expanded(self, window: Timespan, calendar: str | None) -> list[EntryOccurrence]:
        home = zone(self.person.zone)
        found = [shown for entry in self._of(calendar) for shown in series.shown(entry, window, home)]
        return sorted(found, key=lambda each: (series.starts_at(each.entry.span, home), each.entry.title))

    def _of(self, calendar: str | None) -> Iterator[Entry]:
        with self.lock:
            entries = list(self.entries.values())
        return (entry for entry in entries if calendar in (None, entry.calendar))

    # --- changing --------------------------------------------------------------------------

    def add(
        self,
        title: str,
        start: datetime | date,
        end: datetime | date | timedelta,
        *,
        calendar: str = "",
        zone_name: str = "",
        **facts: object,
    ) -> Entry:
        """Add an entry to a calendar (the default one) and return it.

        `start` and `end` are aware datetimes, or dates for all-day entries with `end` exclusive; `facts` are other
        fields of `Entry`. Raises ValueError for an invalid span.
        """
        span = _span(start, end, zone_name or self.person.zone)
        entry = Entry(
            key=secrets.token_hex(16),
            calendar=calendar or self.default_book.key,
            title=title,
            span=span,
            zone_name=zone_name or self.person.zone,
            organizer=self.contact,
        )
        return self.put(replace(entry, **facts))  # type: ignore[arg-type]  # replace() checks the names itself

    def put(self, entry: Entry) -> Entry:
        """Store an entry unchanged, new or replacing the one with its key; set its revision and return it."""
        with self.lock:
            before = self.entries.get(entry.key)
            self.revision += 1
            if before is not None and before.calendar != entry.calendar:
                self.tombstones.append(Tombstone(entry.key, before.calendar, self.revision))
            stamped = replace(
                entry,
                revision=self.revision,
                modified=self.now(),
                created=entry.created or self.now(),
                ical_uid=entry.ical_uid or f"040000008200E00074C5B7101A82E008{entry.key.upper()}",
            )
            self.entries[entry.key] = stamped
            return stamped

    def change(self, key: str, original: date | None = None, **facts: object) -> Entry:
        """Change fields of an entry, or of one occurrence, which becomes an exception.

        Raises NotInMailboxError.
        """
        with self.lock:
            found = self.occurrence(key, original)
            changed = replace(found.entry, **facts)  # type: ignore[arg-type]  # replace() checks the names itself
            if original is None or found.master is None:
                return self.put(changed)
            self.put(replace(found.master, changes={**found.master.changes, original: self._exception(changed)}))
            return changed

    def move(self, key: str, start: datetime | date, *, original: date | None = None) -> Entry:
        """Move an entry, or one occurrence, to another start with the same duration. Raises NotInMailboxError."""
        with self.lock:
            span = self.occurrence(key, original).entry.span
            return self.change(key, original, span=_span(start, span.end - span.start, self.person.zone))

    def cancel(self, key: str, *, original: date | None = None) -> Entry:
        """Cancel a meeting as its organiser: it stays, cancelled, with Outlook's prefix in its title."""
        with self.lock:
            title = f"Canceled: {self.occurrence(key, original).entry.title}"
            return self.change(key, original, title=title, cancelled=True, show_as="free", reminder=None)

    def delete(self, key: str, *, original: date | None = None) -> None:
        """Remove an entry, or one occurrence of a series. Raises NotInMailboxError."""
        with self.lock:
            entry = self.occurrence(key, original).master or self.entry(key)
            if original is not None:
                self.put(replace(entry, changes={**entry.changes, original: None}))
                return
            del self.entries[key]
            self.revision += 1
            self.tombstones.append(Tombstone(key, entry.calendar, self.revision))

    def send(
        self, kind: str, to: tuple[str, ...], subject: str, text: str, detail: str = "",
        marks: tuple[tuple[str, str], ...] = (), *, kept: bool = True,
    ) -> Sent:  # fmt: skip
        """Record a sent item, for tests.

        Mail and responses also go to Sent Items if `kept`, and to the Inbox if the owner is a recipient.
        """
        message = Sent(kind, to, subject, text, self.now(), detail, marks)
        with self.lock:
            self.sent.append(message)
            if kind in ("mail", "response"):
                word = _ANSWERS.get(detail.partition(" ")[0], "") if kind == "response" else ""
                folders = ["sentitems"] if kept else []
                if any(is_of(address, self.person.address) for address in to):
                    folders.append("inbox")
                for folder in folders:
                    # Extended properties stay with the sender's copy.
                    kept_marks = marks if folder == "sentitems" else ()
                    self._file(MailMessage(
                        f"AAkALg{secrets.token_urlsafe(24)}", folder, self.contact, to, word + subject, text,
                        message.at, kept_marks, message,
                    ))  # fmt: skip
        return message

    def in_folders(self) -> list[MailMessage]:
        """Return the messages of the folders, oldest first."""
        with self.lock:
            known = {id(each) for each in self.sent}
            return [each for each in self.messages.values() if each.folder != "sentitems" or id(each.of) in known]

    def discard_message(self, key: str) -> None:
        """Move a message to Deleted Items; remove it if it is there already. Raises NotInMailboxError."""
        with self.lock:
            message = self.messages.pop(key, None)
            if message is None:
                raise NotInMailboxError(key)
            if message.folder != "deleteditems":
                self._file(replace(message, folder="deleteditems"))

    def _file(self, message: MailMessage) -> None:
        self.messages[message.key] = message
        while len(self.messages) > _MOST_MESSAGES:
            self.messages.pop(next(iter(self.messages)))

    def put_book(self, book: CalendarBook) -> None:
        """Add a calendar, or replace the one with its key."""
        with self.lock:
            self.books[book.key] = book

    def remove_book(self, key: str) -> None:
        """Remove a calendar with all that is in it. Raises NotInMailboxError."""
        with self.lock:
            self.book(key)
            for entry in [each for each in self.entries.values() if each.calendar == key]:
                self.delete(entry.key)
            del self.books[key]

    def _exception(self, changed: Entry) -> Entry:
        """Add an exception: an entry without a recurrence rule, with the next revision."""
        return replace(changed, recurrence=None, changes={}, revision=self.revision + 1, modified=self.now())

    def identifier(self, occurrence: EntryOccurrence, *, immutable: bool = True) -> str:
        """The identifier that the service gives an occurrence."""
        entry = occurrence.master or occurrence.entry
        return identifiers.encode(entry.key, occurrence.original, calendar=entry.calendar, immutable=immutable)


def _span(start: datetime | date, end: datetime | date | timedelta, home: str) -> Timespan | DateSpan:
    finish = start + end if isinstance(end, timedelta) else end
    if isinstance(start, datetime) and isinstance(finish, datetime):
        place = zone(home)
        return Timespan(start.astimezone(place), finish.astimezone(place))
    if isinstance(start, datetime) or isinstance(finish, datetime):
        raise TypeError("a span is made of two moments or of two dates")
    return DateSpan(start, finish)
