"""`carlendar sync`: brings every calendar up to date now, with progress."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from carlendar.commands.sync_errors import why
from carlendar.commands.terminal import NARROW
from carlendar.domain.account import Account, AccountState, Calendar
from carlendar.errors import ServiceError, StoreError, one_line
from carlendar.meetings.html import text_of
from carlendar.presentation import reasons
from carlendar.service.lock import ServiceLock
from carlendar.settings import Settings, load
from carlendar.store.events import EventStore
from carlendar.store.user import UserStore
from carlendar.sync.body_reader import SyncDependencies
from carlendar.sync.engine import SyncEngine
from carlendar.sync.outcome import AccountOutcome, CalendarOutcome
from carlendar.wiring import calendar_sources, host, log_output
from carlendar.wiring.erasing import resume
from carlendar.wiring.microsoft import microsoft
from carlendar.wiring.network import require_certificates
from carlendar.wiring.service import extractor

_log = logging.getLogger(__name__)
LOCK_TIMEOUT = 3.0
"""Seconds to wait for the store's lock."""

Done = list[tuple[Account, CalendarOutcome]]

_COLUMNS: tuple[tuple[str, Literal["left", "right"]], ...] = (
    ("Calendar", "left"), ("Events", "right"), ("Changed", "right"), ("Bytes", "right"), ("State", "left"),
)  # fmt: skip


def run(*, as_json: bool) -> int:
    """Synchronise and print the outcome of each calendar; returns 0. Raises ServiceError if any calendar failed."""
    settings = load()
    if not log_output.chosen_level():
        logging.getLogger("carlendar.sync").setLevel(logging.ERROR)  # failures are reported below
    require_certificates(settings)
    resume(settings)
    lock = ServiceLock(settings.data_folder)
    if not lock.acquire(LOCK_TIMEOUT):
        raise StoreError("Carlendar is running and updates the calendars itself: use Update now in its settings")
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
    failed = [(account, outcome.error, outcome.origin) for account, outcome in done if outcome.error]
    if failed:
        reasons = "; ".join(dict.fromkeys(why(*each) for each in failed))
        raise ServiceError(f"{len(failed)} of {len(done)} calendars could not be read: {reasons}")
    return 0


def _sync(settings: Settings, progress: Callable[[Account, CalendarOutcome], None]) -> Done:
    user = UserStore(settings.data_folder)
    events = EventStore(settings.data_folder, known=lambda account_id: user.account(account_id) is not None)
    elapsed = host.elapsed_clock()
    wall = host.wall_clock(elapsed)
    accounts = calendar_sources.accounts(settings, microsoft(settings), wall)
    past = timedelta(days=settings.number("data.days_kept"))
    tools = SyncDependencies(
        accounts.source_of, extractor(settings), text_of, wall, elapsed, progress=progress, past=past
    )
    engine = SyncEngine(events, user, tools)
    done: Done = []
    try:
        for account in user.accounts():
            if account.state is not AccountState.BLOCKED:
                outcomes = _outcomes(engine.sync(account))
                for each in outcomes:
                    figures = each.events, each.changed, each.traffic.requests, each.seconds, each.error or "none"
                    _log.info("calendar: %d events, %d changed, %d requests, %.2f s, error: %s", *figures)
                done += [(account, outcome) for outcome in outcomes]
    finally:
        events.close()
        user.close()
    return done


def _outcomes(of: AccountOutcome) -> tuple[CalendarOutcome, ...]:
    """Return the outcomes of the account's calendars; a single one with the reason if they could not be listed."""
    if of.calendars or not of.error:
        return of.calendars
    return (CalendarOutcome(Calendar("", of.account.id, "all calendars"), of.error, origin=of.origin),)


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
        print("No account is signed in.")
    console = Console()
    for account in dict.fromkeys(account for account, _ in done):
        console.print(Text(one_line(account.address)))
        mine = [outcome for each, outcome in done if each is account]
        console.print(_short(mine) if console.width < NARROW else _table(mine))


def _table(outcomes: Sequence[CalendarOutcome]) -> Table:
    table = Table(box=None)
    for heading, justify in _COLUMNS:
        table.add_column(heading, overflow="fold", justify=justify)
    for outcome in outcomes:
        figures = (outcome.events, outcome.changed, outcome.traffic.bytes)
        counted = ("", "", "") if outcome.error else tuple(f"{each:,}" for each in figures)
        state = reasons.short(outcome.error) if outcome.error else f"up to date{_unread(outcome)}"
        table.add_row(*(Text(one_line(each)) for each in (outcome.calendar.name, *counted, state)))
    return table


def _short(outcomes: Sequence[CalendarOutcome]) -> Table:
    table = Table(box=None, show_header=False)
    for outcome in outcomes:
        counted = f"{outcome.events:,} events, {outcome.changed:,} changed{_unread(outcome)}"
        table.add_row(
            Text(one_line(outcome.calendar.name)), Text(reasons.short(outcome.error) if outcome.error else counted)
        )
    return table


def _unread(outcome: CalendarOutcome) -> str:
    """Return the number of events stored incompletely because part of them could not be read."""
    return f", {outcome.unread:,} not read in full" if outcome.unread else ""
