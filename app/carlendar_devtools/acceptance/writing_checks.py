"""Checks that write: events and series followed by delta, a reminder, an answer, a message to oneself."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from carlendar.domain.event import Event, Response
from carlendar.domain.ports import ResponseKind
from carlendar.errors import ThrottledError
from carlendar.microsoft.graph import quoted
from carlendar.microsoft.sync_token import written
from carlendar_devtools.acceptance.marking import invitation, is_own_event, title
from carlendar_devtools.acceptance.recorder import LONGEST_WAIT
from carlendar_devtools.acceptance.run import AcceptanceRun, CheckFailedError, CheckSkippedError, Figures

_HALF_HOUR = timedelta(minutes=30)


def event(run: AcceptanceRun) -> Figures:
    """An event is created, changed and deleted; delta names it each time and its version changes."""
    seen = _begin(run)
    made = _make(run)
    seen.until(lambda: made in seen.events)
    first = seen.events[made].version
    run.graph.patch(f"/me/events/{quoted(made)}", {"subject": f"{title(run.mark, run.made)} changed"})
    seen.until(lambda: made in seen.events and seen.events[made].version != first)
    run.graph.delete(f"/me/events/{quoted(made)}")
    seen.until(lambda: made not in seen.events)
    return {"changes_followed": 3}


def series(run: AcceptanceRun) -> Figures:
    """A series of three is created and one occurrence deleted; delta leads to the remaining ones."""
    seen = _begin(run)
    start = run.slot()
    pattern = {
        "pattern": {"type": "daily", "interval": 1},
        "range": {"type": "numbered", "startDate": f"{start.astimezone(UTC):%Y-%m-%d}", "numberOfOccurrences": 3},
    }
    made = _make(run, start, recurrence=pattern)
    seen.until(lambda: seen.of_series(made) == 3)
    window = {"startDateTime": written(start), "endDateTime": written(start + timedelta(days=3))}
    instances = run.graph.get(f"/me/events/{quoted(made)}/instances", window).items
    if len(instances) != 3:
        raise CheckFailedError("a series does not have its occurrences", {"occurrences": len(instances)})
    gone = str(instances[1]["id"])
    run.graph.delete(f"/me/events/{quoted(gone)}")
    seen.until(lambda: seen.of_series(made) == 2)
    run.graph.delete(f"/me/events/{quoted(made)}")
    seen.until(lambda: seen.of_series(made) == 0)
    return {"occurrences": len(instances)}


def reminder(run: AcceptanceRun) -> Figures:
    """A reminder is snoozed and dismissed."""
    start = run.slot()
    made = _make(run, start, isReminderOn=True, reminderMinutesBeforeStart=15)
    until = start - timedelta(minutes=5)
    if not run.wait_for(lambda: _rings(run, made, start) is not None):
        raise CheckFailedError("the reminder of a new event is not listed")
    run.actions.snooze_reminder(made, until)
    if not run.wait_for(lambda: _rings(run, made, start) == until.astimezone(UTC).replace(tzinfo=None)):
        raise CheckFailedError("the reminder was not put off")
    run.actions.dismiss_reminder(made)
    if not run.wait_for(lambda: _rings(run, made, start) is None):
        raise CheckFailedError("the reminder was not dismissed")
    run.graph.delete(f"/me/events/{quoted(made)}")
    return {}


def answer(run: AcceptanceRun) -> Figures:
    """An invitation from the mailbox's own plus address arrives and is accepted."""
    start = run.slot()
    subject = title(run.mark, run.made)
    run.mails += 1
    run.graph.send_mime(invitation(run.signed_in.address, subject, str(uuid.uuid4()), start, run.world.now()))
    arrived: list[dict[str, Any]] = []

    def has_arrived() -> bool:
        arrived[:] = [each for each in _around(run, start) if each.get("subject") == subject]
        return bool(arrived)

    if not run.wait_for(has_arrived):
        raise CheckSkippedError("the invitation did not enter the calendar: does the mailbox take its plus addresses?")
    if arrived[0].get("isOrganizer") is True:
        raise CheckSkippedError("the mailbox takes its plus address for itself, so there is nothing to be answered")
    identifier = str(arrived[0]["id"])
    run.mails += 1
    run.actions.respond(identifier, ResponseKind.ACCEPT)
    if not run.wait_for(lambda: run.actions.answer_given(identifier) is Response.ACCEPTED):
        raise CheckFailedError("the answer is not in the calendar")
    return {}


def late_message(run: AcceptanceRun) -> Figures:
    """The service accepts a message to the account itself."""
    run.made += 1
    run.mails += 1
    transaction = str(uuid.uuid4())
    subject = title(run.mark, run.made)
    text = "A message of Carlendar's acceptance check. It is removed by itself."
    run.actions.send_mail([run.signed_in.address], subject, text, transaction)
    run.late = transaction
    return {}


def sent_items(run: AcceptanceRun) -> Figures:
    """Searching Sent Items by the mark finds that message and no other."""
    if not run.late:
        raise CheckSkippedError("no message was sent")
    if run.actions.mail_sent(str(uuid.uuid4())):
        raise CheckFailedError("a message is found that was never sent")
    if not run.wait_for(lambda: bool(run.actions.mail_sent(run.late))):
        raise CheckFailedError("the message is not found in Sent Items")
    return {}


def _make(run: AcceptanceRun, start: datetime | None = None, **more: object) -> str:
    """Create an event that is shown as free; return its id."""
    begins = start or run.slot()
    body = {
        "subject": title(run.mark, run.made),
        "start": _zoned(begins),
        "end": _zoned(begins + _HALF_HOUR),
        "showAs": "free",
        "isReminderOn": False,
        "transactionId": str(uuid.uuid4()),
        **more,
    }
    identifier = run.graph.post("/me/events", body).data.get("id")
    if not isinstance(identifier, str):
        raise CheckFailedError("a new event has no id")
    return identifier


@dataclass(slots=True)
class _Seen:
    """The events around the created ones, as synchronised by delta so far."""

    run: AcceptanceRun
    position: str
    events: dict[str, Event]

    def until(self, expected: Callable[[], bool]) -> None:
        """Synchronise until the events are as expected. Raises CheckFailedError if delta does not lead there."""
        if not self.run.wait_for(lambda: self._synchronised() and expected()):
            raise CheckFailedError("a change does not come by delta")

    def of_series(self, master: str) -> int:
        """Return the number of occurrences of a series."""
        return sum(each.series_id == master for each in self.events.values())

    def _synchronised(self) -> bool:
        """Whether delta was used: a full listing instead proves nothing."""
        try:
            found = self.run.source.listing(self.run.default_calendar, *_window(self.run), self.position)
        except ThrottledError as error:
            self.run.world.pause(min(error.retry_after or 0.0, LONGEST_WAIT))
            return False
        self.position = found.position
        if found.events is None:
            return True
        named = found.scope.ids if found.scope is not None else frozenset(self.events)
        kept = {key: each for key, each in self.events.items() if key not in named and each.series_id not in named}
        self.events = kept | {each.id: each for each in found.events}
        return found.scope is not None


def _begin(run: AcceptanceRun) -> _Seen:
    """Return a position from which changes of the window are reported."""
    source, (start, end) = run.source, _window(run)
    first = source.listing(run.default_calendar, start, end, "")
    second = source.listing(run.default_calendar, start, end, first.position)
    return _Seen(run, second.position, {each.id: each for each in first.events or ()})


def _window(run: AcceptanceRun) -> tuple[datetime, datetime]:
    """Return the days around the created events."""
    start = run.begun.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=6)
    return start, start + timedelta(days=7)


def _around(run: AcceptanceRun, start: datetime) -> list[dict[str, Any]]:
    """Return marked events that start near a time."""
    params = {
        "startDateTime": written(start - timedelta(hours=1)),
        "endDateTime": written(start + timedelta(hours=1)),
        "$select": "id,subject,isOrganizer,organizer",
        "$top": "100",
    }
    found = [item for page in run.graph.pages("/me/calendarView", params) for item in page.items]
    return [item for item in found if is_own_event(item, run.signed_in.address)]


def _rings(run: AcceptanceRun, identifier: str, start: datetime) -> datetime | None:
    """Return when the reminder of an event fires, in naive UTC; None if it has none."""
    span = f"startDateTime='{written(start - timedelta(days=1))}',endDateTime='{written(start + timedelta(hours=1))}'"
    for item in run.graph.get(f"/me/reminderView({span})").items:
        fires = item.get("reminderFireTime")
        if item.get("eventId") == identifier and isinstance(fires, dict):
            return datetime.fromisoformat(str(fires.get("dateTime"))[:19])
    return None


def _zoned(moment: datetime) -> dict[str, str]:
    return {"dateTime": f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"}
