"""One item of the outbox at its calendar: carrying it out, finding out whether it was, and how long it is of use."""

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
"""What the calendar says once an answer has arrived."""

USEFUL = {"late": timedelta(minutes=30), "dismiss": timedelta(hours=2), "snooze": timedelta(hours=2)}
"""How long after it was meant to go each kind is still worth sending; answers a day."""

USEFUL_ANSWER = timedelta(days=1)
SOUGHT = timedelta(days=1)
"""How much longer it is looked for what became of an attempt of which that is not known."""


def outlived(item: OutboxItem, age: timedelta, now: datetime) -> bool:
    """Whether the item comes too late to be of use: by its age, or because its reminder would be over."""
    until = item.payload.get("until")
    if item.kind == "snooze" and until and datetime.fromisoformat(until) <= now:
        return True
    return age > _useful(item)


def sought(item: OutboxItem, age: timedelta) -> bool:
    """Whether it is still worth finding out what became of an attempt, be it only to tell the person."""
    return age <= _useful(item) + SOUGHT


def _useful(item: OutboxItem) -> timedelta:
    return USEFUL.get(item.kind, USEFUL_ANSWER)


def deliver(desk: CalendarWriter, item: OutboxItem) -> None:
    """Do what the item says. ValueError for a kind or payload that makes no sense; errors of the desk."""
    if item.kind == "late":
        to = [address for address in item.payload.get("to", "").split("\n") if address]
        if not to:
            raise ValueError("a message without anybody to send it to")
        desk.send_mail(to, item.payload.get("subject", ""), item.payload.get("text", ""), item.key)
    elif item.kind == "dismiss":
        desk.dismiss_reminder(item.event_id)
    elif item.kind == "snooze":
        desk.snooze_reminder(item.event_id, datetime.fromisoformat(item.payload["until"]))
    else:
        desk.respond(item.event_id, ResponseKind(item.kind), item.payload.get("comment", ""))


def delivered(desk: CalendarWriter, item: OutboxItem) -> bool | None:
    """Whether an earlier attempt reached the service, by the service's own records; None where nobody can tell.

    What is the same however often it is done counts as not delivered.
    """
    if item.kind == "late":
        return desk.mail_sent(item.key)
    if item.kind not in set(ResponseKind):
        return False
    try:
        return desk.answer_given(item.event_id) is GIVEN[ResponseKind(item.kind)]
    except GoneError:
        # A declined invitation leaves most calendars. Any other that is gone will say so at the next attempt.
        return item.kind == ResponseKind.DECLINE
