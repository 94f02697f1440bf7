"""Whether Teams has the driver in a call: asked when Join appears and when it is touched, never in between.

Presence names no meeting. When parked, Join asks once for each meeting; while driving, joining stays one touch, and
the report is a note beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.account import PRESENCE_SCOPE, Account, AccountState
from carlendar.domain.up_next import find_up_next
from carlendar.presentation.session import WaitingJoin
from carlendar.presentation.view_context import Panel, Presence

if TYPE_CHECKING:
    from carlendar.domain.agenda import AgendaEntry
    from carlendar.ipc.messages import PresenceStatus
    from carlendar.presentation.intent_context import IntentContext
    from carlendar.presentation.intents import Join
    from carlendar.presentation.view_context import ViewContext

CURRENT = 60.0
"""Elapsed seconds for which a report answers a touch."""
ANSWER_WITHIN = 1.5
"""Elapsed seconds that a touch on Join waits for a report when parked; then it joins."""


def granted(account: Account) -> bool:
    """Whether Carlendar may ask for the account."""
    return account.state is AccountState.SIGNED_IN and account.grants(PRESENCE_SCOPE)


def attend(context: IntentContext) -> Join | None:
    """Ask once when Join appears on Now; return a touch on Join that has waited long enough for its report."""
    session, now = context.session, context.ports.elapsed.seconds()
    if session.waiting_join is not None:
        return _end_waiting(context) if now >= session.waiting_join.ends else None
    view = context.view()
    entry = view.reminder.entries[0] if view.reminder else _next(view)
    if entry is None or entry.key in session.presence_asked or view.in_call or view.join_step(entry) is None:
        return None
    account = view.agenda.of(entry).account
    if granted(account) and not view.restrictions.passenger:
        session.presence_asked[entry.key] = now
        context.send("presence", account=account.id)
    return None


def _next(view: ViewContext) -> AgendaEntry | None:
    return find_up_next(view.agenda.near(view.now), view.now, view.snapshot.dismissed).main


def holds(context: IntentContext, intent: Join, entry: AgendaEntry, view: ViewContext) -> bool:
    """Whether a touch on Join waits for Teams' report, or asks because of it; asks Teams in any case."""
    session, account = context.session, view.agenda.of(entry).account
    if not granted(account) or view.restrictions.passenger or view.in_call or entry.key in session.presence_known:
        return False
    context.send("presence", account=account.id)
    if view.restrictions.restricted:
        return False
    known, now = session.presence.get(account.id), context.ports.elapsed.seconds()
    if known is None or now - known.at > CURRENT:
        session.waiting_join = WaitingJoin(intent, account.id, now + ANSWER_WITHIN)
        context.toast(context.words().say("Checking with Teams"), "timer-sand", stays=ANSWER_WITHIN)
        return True
    if known.in_call:
        _ask(context, entry.key)
    return known.in_call


def status_changed(context: IntentContext, status: PresenceStatus) -> Join | None:
    """Take a report; return the touch on Join that waited for it, if it need not ask."""
    session = context.session
    session.presence[status.account] = Presence(status.in_call, context.ports.elapsed.seconds())
    waiting = session.waiting_join
    if waiting is None or waiting.account_id != status.account:
        return None
    if status.in_call and not session.restrictions.restricted:
        session.waiting_join = session.toast = None
        _ask(context, waiting.intent.key)
        return None
    return _end_waiting(context)


def _end_waiting(context: IntentContext) -> Join | None:
    waiting, context.session.waiting_join = context.session.waiting_join, None
    return waiting.intent if waiting is not None else None


def _ask(context: IntentContext, key: str) -> None:
    context.session.panel, context.session.panel_subject = Panel.PRESENCE, key
