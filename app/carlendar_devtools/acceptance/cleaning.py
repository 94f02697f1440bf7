"""Deletes what a run created, and leftovers of earlier runs: marked events and messages of the account itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from carlendar.errors import GoneError, OfflineError, OutageError
from carlendar.microsoft.graph import quoted
from carlendar.microsoft.sync_token import written
from carlendar_devtools.acceptance.marking import PREFIX, is_own_event, is_own_message
from carlendar_devtools.acceptance.run import MAIL_ACCESS, AcceptanceRun, CheckFailedError, Figures

REACH = timedelta(days=60)
"""The span around now that is searched for leftovers: runs create events a week ahead."""
TRIES = 5
FOLDERS = ("inbox", "sentitems")


def clean(run: AcceptanceRun) -> Figures:
    """Delete everything marked; return the number deleted by kind. Raises CheckFailedError if something remains."""
    removed = {"events": 0, "messages": 0}
    _patiently(run, lambda: _clean_events(run, removed))
    if run.has((MAIL_ACCESS,)):
        # A message sent just now may arrive later.
        run.wait_for(lambda: _messages_are_gone(run, removed))
    if not run.wait_for(lambda: not any(_events(run))):
        raise CheckFailedError("something could not be removed", removed | {"left": len(list(_events(run)))})
    run.mails = 0
    return removed


def _clean_events(run: AcceptanceRun, removed: dict[str, int]) -> None:
    for identifier in dict.fromkeys(list(_events(run))):
        removed["events"] += _delete(run, f"/me/events/{quoted(identifier)}")


def _clean_messages(run: AcceptanceRun, removed: dict[str, int]) -> None:
    for folder in FOLDERS:
        for identifier in list(_messages(run, folder)):
            removed["messages"] += _delete(run, f"/me/messages/{quoted(identifier)}")


def _delete(run: AcceptanceRun, path: str) -> int:
    try:
        run.graph.delete(path)
    except GoneError:
        return 0
    return 1


def _events(run: AcceptanceRun) -> Iterator[str]:
    """Return the ids of marked events; a series is represented by its master."""
    now = run.world.now()
    params = {
        "startDateTime": written(now - REACH),
        "endDateTime": written(now + REACH),
        "$select": "id,subject,isOrganizer,organizer,seriesMasterId",
        "$top": "500",
    }
    for page in run.graph.pages("/me/calendarView", params):
        for item in page.items:
            if is_own_event(item, run.signed_in.address):
                yield str(item.get("seriesMasterId") or item.get("id"))


def _messages(run: AcceptanceRun, folder: str) -> Iterator[str]:
    params = {
        "$filter": f"contains(subject,'{PREFIX}')",
        "$select": "id,subject,from,toRecipients",
        "$top": "100",
    }
    for page in run.graph.pages(f"/me/mailFolders/{folder}/messages", params):
        for item in page.items:
            if is_own_message(item, run.signed_in.address):
                yield str(item.get("id"))


def _messages_are_gone(run: AcceptanceRun, removed: dict[str, int]) -> bool:
    """Delete the messages found; return whether none were left: a message exists as received and as sent."""
    _patiently(run, lambda: _clean_messages(run, removed))
    return removed["messages"] >= 2 * run.mails


def _patiently(run: AcceptanceRun, work: Callable[[], object]) -> None:
    """Retry after a pause if the network or the service failed: waiting is better than leaving data behind."""
    for attempt in range(1, TRIES + 1):
        try:
            work()
        except (OfflineError, OutageError):
            if attempt == TRIES:
                raise
            run.world.pause(run.world.interval)
        else:
            return
