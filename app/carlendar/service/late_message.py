"""Messages that the service writes in a person's name: "running late", from the stored event."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from carlendar.domain.account import Account
from carlendar.domain.event import Event
from carlendar.domain.ports import WallClock
from carlendar.domain.recipients import recipients
from carlendar.errors import GoneError
from carlendar.i18n.catalogue import FALLBACK, Words
from carlendar.i18n.detection import language_of
from carlendar.store.events import EventStore
from carlendar.store.records import OutboxItem
from carlendar.sync.outbox import MovedError, NobodyError

LONGEST_TITLE = 150
"""Characters of a meeting's title that stand in a subject."""
MOST_MINUTES = 240


class Letters:
    """Completes what the screen put into the outbox.

    `words` gives a language's words; `languages` are those that there are; `wall` tells whether a meeting is over.
    """

    def __init__(
        self, events: EventStore, words: Callable[[str], Words], languages: Sequence[str], wall: WallClock
    ) -> None:
        self._events, self._words, self._languages, self._wall = events, words, tuple(languages), wall

    def complete(self, account: Account, item: OutboxItem) -> OutboxItem:
        """The item with `to`, `subject` and `text`; itself where it needs none, or bears them already.

        Raises GoneError when the event is no longer stored or does not take place, NobodyError when
        nobody can be told, MovedError when it is over or at another time than it was said of, ValueError
        for minutes that are none, StoreError.
        """
        if item.kind != "late" or "to" in item.payload:
            return item
        minutes = int(item.payload.get("minutes", ""))
        if not 0 < minutes <= MOST_MINUTES:
            raise ValueError("minutes out of range")
        event = self._events.event(account.id, item.event_id)
        if event is None or event.cancelled:
            raise GoneError("The appointment was moved or deleted.")
        if self._otherwise(event, item):
            raise MovedError("The appointment is at another time now, or over.")
        to = recipients(event, account.address)
        if not to:
            raise NobodyError("There is nobody to tell.")
        words = self._words(language_for(event, account.locale, self._languages))
        subject, text = running_late(words, event.title, minutes)
        return replace(item, payload={**item.payload, "to": "\n".join(to), "subject": subject, "text": text})

    def _otherwise(self, event: Event, item: OutboxItem) -> bool:
        """Whether "late" would not be true of the event any more."""
        moments = event.moments(UTC)
        said_of = item.payload.get("start")
        moved = bool(said_of) and datetime.fromisoformat(said_of or "") != moments.start
        return moved or (self._wall.is_set() and moments.end <= self._wall.now())


def language_for(event: Event, locale: str, languages: Sequence[str]) -> str:
    """The invitation's language where its text tells, else the account's, else English; always one of `languages`."""
    for tag in (language_of(f"{event.title}\n{event.body}"), locale.partition("-")[0].casefold()):
        if tag in languages:
            return tag
    return FALLBACK


def running_late(words: Words, title: str, minutes: int) -> tuple[str, str]:
    """Subject and text of the message."""
    named = one_line(title)
    late = words.say_number("I will be about {n} minute late.", "I will be about {n} minutes late.", minutes)
    subject = words.say("Running late: {title}", title=named) if named else words.say("Running late")
    footer = words.say("Sent from the car.")
    return subject, f"{late}\n\n{footer}\n"


def one_line(title: str) -> str:
    """A title as it may stand in a header: one line, no control characters, not too long."""
    plain = " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in title).split())
    return plain if len(plain) <= LONGEST_TITLE else plain[: LONGEST_TITLE - 1].rstrip() + "…"
