"""`carlendar sync`: brings every calendar up to date now, with progress."""

from __future__ import annotations

import json
from collections.abc import Callable

from rich.console import Console
from rich.text import Text

from app.bootstrap import feeds, machine
from app.bootstrap.microsoft import microsoft
from app.bootstrap.service import extractor
from app.domain.account import Account, AccountState, Calendar
from app.errors import StoreError, one_line
from app.meetings.html import text_of
from app.service.lock import ServiceLock
from app.settings import Settings, load
from app.store.events import EventStore
from app.store.user import UserStore
from app.sync.engine import SyncEngine
from app.sync.outcome import AccountOutcome, CalendarOutcome
from app.sync.reading import Tools

PATIENCE = 3.0
"""Seconds that a service has to let go of the store."""

Done = list[tuple[Account, CalendarOutcome]]


def run(*, as_json: bool) -> int:
    """Synchronise and print what it took; returns 0, or 3 when a calendar failed."""
    settings = load()
    lock = ServiceLock(settings.data_folder)
    if not lock.acquire(PATIENCE):
        raise StoreError("Carlendar is running and keeps the calendar up to date itself")
    console = Console(stderr=True)
    try:
        with console.status("Synchronising …") as status:
            done = _sync(
                settings,
                lambda account, outcome: status.update(Text(one_line(f"{account.address}: {outcome.calendar.name}"))),
            )
    finally:
        lock.release()
    if as_json:
        print(json.dumps({"sources": [_document(*pair) for pair in done]}))
    else:
        _print(done)
    return 3 if any(outcome.error for _, outcome in done) else 0


def _sync(settings: Settings, progress: Callable[[Account, CalendarOutcome], None]) -> Done:
    user = UserStore(settings.data_folder)
    events = EventStore(settings.data_folder, known=lambda account_id: user.account(account_id) is not None)
    everyone = feeds.accounts(settings, microsoft(settings))
    elapsed = machine.elapsed_clock()
    wall = machine.wall_clock(settings, elapsed)
    tools = Tools(everyone.source_of, extractor(settings), text_of, wall, elapsed, progress=progress)
    engine = SyncEngine(events, user, tools)
    done: Done = []
    try:
        for account in user.accounts():
            if account.state is not AccountState.BLOCKED:
                done += [(account, outcome) for outcome in _outcomes(engine.sync(account))]
    finally:
        events.close()
        user.close()
    return done


def _outcomes(of: AccountOutcome) -> tuple[CalendarOutcome, ...]:
    """Those of the account's calendars; where not even these could be listed, one that says why."""
    if of.calendars or not of.error:
        return of.calendars
    return (CalendarOutcome(Calendar("", of.account.id, "all calendars"), of.error),)


def _document(account: Account, outcome: CalendarOutcome) -> dict[str, object]:
    return {
        "account": account.address,
        "calendar": outcome.calendar.name,
        "ok": not outcome.error,
        "events": outcome.events,
        "changed": outcome.changed,
        "bytes": outcome.traffic.bytes,
        "requests": outcome.traffic.requests,
        "seconds": round(outcome.seconds, 3),
        "error": outcome.error or None,
    }


def _print(done: Done) -> None:
    if not done:
        print("Nobody is signed in.")
    for account, outcome in done:
        what = outcome.error or f"{outcome.events} events, {outcome.changed} changed, {outcome.traffic.bytes} bytes"
        print(one_line(f"{account.address}  {outcome.calendar.name}  {what}"))
