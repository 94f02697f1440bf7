"""Delivery of an outbox item: execution, check of an earlier attempt, and expiry."""

from __future__ import annotations

from datetime import datetime, timedelta

from carlendar.domain.event import Response
from carlendar.domain.ports import CalendarWriter, ResponseKind
from carlendar.errors import GoneError
from carlendar.store.records import OutboxItem

GIVEN = {
    ResponseKind.ACCEPT: Response.ACCEPTED,
    ResponseKind.TENTATIVE: Response.TENTATIVE,
    ResponseKind.DECLINE: Response.DECLINED,
}
"""The response recorded in the calendar for each kind of answer."""

USEFUL_FOR = {"late": timedelta(minutes=30), "dismiss": timedelta(hours=2), "snooze": timedelta(hours=2)}
"""How long after its due time each kind is still worth sending; answers a day."""

USEFUL_ANSWER = timedelta(days=1)
CHECK_FOR = timedelta(days=1)
"""How much longer an attempt with an unknown outcome is checked."""


def too_late(item: OutboxItem, age: timedelta, now: datetime) -> bool:
    """Whether it is too late to send the item: by its age, or because the time that it names has passed.

    That is the end of a snoozed reminder, or the arrival that a message names.
    """
    until = _named_time(item)
    return age > _useful(item) or (until is not None and until <= now)


def _named_time(item: OutboxItem) -> datetime | None:
    """Return the time that the item names; None without one, and for an invalid one, which is rejected on sending."""
    text = item.payload.get({"snooze": "until", "late": "arrives"}.get(item.kind, ""), "")
    try:
        until = datetime.fromisoformat(text)
    except ValueError:
        return None
    return until if until.tzinfo is not None else None


def worth_checking(item: OutboxItem, age: timedelta) -> bool:
    """Whether to keep checking the outcome of an attempt, if only to report it."""
    return age <= _useful(item) + CHECK_FOR


def _useful(item: OutboxItem) -> timedelta:
    return USEFUL_FOR.get(item.kind, USEFUL_ANSWER)


def deliver(writer: CalendarWriter, item: OutboxItem) -> None:
    """Execute the item. Raises ValueError for an invalid kind or payload, and the errors of the writer."""
    if item.kind == "late":
        to = [address for address in item.payload.get("to", "").split("\n") if address]
        if not to:
            raise ValueError("a message without recipients")
        writer.send_mail(to, item.payload.get("subject", ""), item.payload.get("text", ""), item.key)
    elif item.kind == "dismiss":
        writer.dismiss_reminder(item.event_id)
    elif item.kind == "snooze":
        writer.snooze_reminder(item.event_id, datetime.fromisoformat(item.payload["until"]))
    else:
        writer.respond(item.event_id, ResponseKind(item.kind), item.payload.get("comment", ""))


def delivered(writer: CalendarWriter, item: OutboxItem) -> bool | None:
    """Whether an earlier attempt succeeded, according to the service; None if that cannot be determined.

    Idempotent actions count as not delivered.
    """
    if item.kind == "late":
        return writer.mail_sent(item.key)
    if item.kind not in set(ResponseKind):
        return False
    try:
        return writer.answer_given(item.event_id) is GIVEN[ResponseKind(item.kind)]
    except GoneError:
        # A declined invitation disappears from most calendars. Any other missing one fails at the next attempt.
        return item.kind == ResponseKind.DECLINE
