"""Composes the "running late" message from the stored event, in the user's name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from carlendar.domain.account import Account
from carlendar.domain.event import Event
from carlendar.domain.ports import WallClock
from carlendar.domain.recipients import recipients
from carlendar.domain.zone_names import iana_name, zone_named
from carlendar.errors import GoneError
from carlendar.i18n.catalogue import FALLBACK, Words
from carlendar.i18n.detection import language_of
from carlendar.i18n.formats import formats
from carlendar.store.events import EventStore
from carlendar.store.records import OutboxItem
from carlendar.sync.outbox import MovedError, NoRecipientsError
from carlendar.text.clean import clean
from carlendar.text.shorten import bounded

LONGEST_TITLE = 150
"""Maximum number of characters of the meeting's title in the subject."""
MOST_MINUTES = 240


class LateMessageWriter:
    """Completes the messages that the screen put into the outbox.

    `words` returns the texts of a language; `languages` are those available.
    """

    def __init__(
        self, events: EventStore, words: Callable[[str], Words], languages: Sequence[str], wall: WallClock
    ) -> None:
        self._events, self._words, self._languages, self._wall = events, words, tuple(languages), wall

    def complete(self, account: Account, item: OutboxItem) -> OutboxItem:
        """Return the item with `to`, `subject` and `text`; unchanged if it needs none or has them already.

        Raises GoneError if the event is no longer stored or does not take place, NoRecipientsError if it has no
        recipient, MovedError if it is over or was rescheduled, ValueError for an invalid number of minutes or
        arrival, and StoreError.
        """
        if item.kind != "late" or "to" in item.payload:
            return item
        minutes = int(item.payload.get("minutes", ""))
        if not 0 < minutes <= MOST_MINUTES:
            raise ValueError("minutes out of range")
        arrives = _aware(item.payload["arrives"]) if "arrives" in item.payload else None
        event = self._events.event(account.id, item.event_id)
        if event is None or event.cancelled:
            raise GoneError("The meeting was moved or deleted.")
        if self._no_longer_applies(event, item):
            raise MovedError("The meeting was rescheduled, or is over.")
        to = recipients(event, account.address)
        if not to:
            raise NoRecipientsError("The meeting has no recipients.")
        words = self._words(language_for(event, account.locale, self._languages))
        said = lateness(words, minutes) if arrives is None else self._arrival(words, event, arrives)
        subject, text = running_late(words, event.title, said)
        return replace(item, payload={**item.payload, "to": "\n".join(to), "subject": subject, "text": text})

    def _arrival(self, words: Words, event: Event, arrives: datetime) -> str:
        """Return the sentence that names the arrival, as the clocks of the meeting's zone show it.

        The zone's offset and the minutes after the start are named as well: recipients may be elsewhere. Raises
        ValueError for an arrival that is not after the start.
        """
        name = iana_name(event.zone_name)
        placed = "/" in name and not name.startswith("Etc/")  # UTC is what programs write, not where people are
        zone = (zone_named(name) if placed else None) or self._wall.zone()
        minutes = round((arrives - event.moments(UTC).start).total_seconds() / 60)
        if not 0 < minutes <= MOST_MINUTES:
            raise ValueError("arrival out of range")
        local = arrives.astimezone(zone)
        return words.say_number(
            "I expect to arrive at {time} ({zone}), {n} minute after the start.",
            "I expect to arrive at {time} ({zone}), {n} minutes after the start.",
            minutes,
            time=formats(words.language).time(local),
            zone=utc_offset(local),
        )

    def _no_longer_applies(self, event: Event, item: OutboxItem) -> bool:
        """Whether "running late" no longer applies: the event was rescheduled or is over."""
        moments = event.moments(UTC)
        planned = item.payload.get("start")
        moved = bool(planned) and datetime.fromisoformat(planned or "") != moments.start
        return moved or (self._wall.is_set() and moments.end <= self._wall.now())


def language_for(event: Event, locale: str, languages: Sequence[str]) -> str:
    """Return the language of the invitation if detected, else the account's, else English; one of `languages`."""
    for tag in (language_of(f"{event.title}\n{event.body}"), locale.partition("-")[0].casefold()):
        if tag in languages:
            return tag
    return FALLBACK


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("an arrival without a time zone")
    return moment


def utc_offset(moment: datetime) -> str:
    """Return the offset of an aware time: `UTC+1`, `UTC-3:30`, `UTC`."""
    minutes = round((moment.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    number = f"{hours}:{rest:02}" if rest else str(hours)
    return f"UTC{'-' if minutes < 0 else '+'}{number}" if minutes else "UTC"


def lateness(words: Words, minutes: int) -> str:
    """Return the sentence that names the minutes."""
    return words.say_number("I will be about {n} minute late.", "I will be about {n} minutes late.", minutes)


def running_late(words: Words, title: str, late: str) -> tuple[str, str]:
    """Return the subject and text of the message, of which `late` is the sentence that says how late."""
    named = bounded(clean(title), LONGEST_TITLE)
    subject = words.say("Running late: {title}", title=named) if named else words.say("Running late")
    footer = words.say("Sent from the car.")
    return subject, f"{late}\n\n{footer}\n"
