"""Handlers of the intents that lead to a meeting: call, link, QR code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.agenda import joinable
from carlendar.domain.reminders import answered_until
from carlendar.errors import CarlendarError
from carlendar.meetings.plan import DIRECT, JoinAction, JoinStep, Plan
from carlendar.presentation.actions import organizer_step
from carlendar.presentation.agenda.joined_rows import call_afterwards as offered_afterwards
from carlendar.presentation.call import data_intents, lines, presence_intents
from carlendar.presentation.call.call_intents import dial, dial_step
from carlendar.presentation.disclosure import title
from carlendar.presentation.intents import Join
from carlendar.presentation.session import AfterLeaving
from carlendar.presentation.states import Tone
from carlendar.presentation.view_context import MeetingCall, Panel
from carlendar.store.records import AGREED

if TYPE_CHECKING:
    from carlendar.domain.agenda import AgendaEntry
    from carlendar.presentation.intent_context import IntentContext
    from carlendar.presentation.intents import (
        CallAfterwards,
        CallOrganizer,
        HandOver,
        HandOverPlace,
        JoinBesides,
        JoinConfirmed,
    )
    from carlendar.presentation.view_context import ViewContext


def join(context: IntentContext, intent: Join) -> None:
    """Join by the intent's step, or first ask the question that it needs (parked)."""
    found = _still_planned(context, intent.key, intent.step)
    if found is None:
        return
    if not presence_intents.holds(context, intent, found[1], found[0]):
        _begin(context, intent, *found)


def join_now(context: IntentContext, intent: Join) -> None:
    """Join by the intent's step, or ask the question that it needs, whatever Teams reports."""
    found = _still_planned(context, intent.key, intent.step)
    if found is not None:
        _begin(context, intent, *found)


def _begin(context: IntentContext, intent: Join, view: ViewContext, entry: AgendaEntry, plan: Plan) -> None:
    if not intent.step.confirm:
        _carry_out(context, intent.step, view, entry, plan)
    elif not view.restrictions.restricted:
        context.session.panel, context.session.panel_subject = Panel.CONFIRM, intent.key


def join_besides(context: IntentContext, intent: JoinBesides) -> None:
    """Join although Teams reports a call; for this meeting that is not asked again."""
    session = context.session
    if session.panel is not Panel.PRESENCE or session.panel_subject != intent.key:
        return
    session.presence_known.add(intent.key)
    session.close_question()
    join_now(context, Join(intent.key, intent.step))


def join_confirmed(context: IntentContext, intent: JoinConfirmed) -> None:
    """Join by the step that the question showed; without effect once the question is gone, as after driving off."""
    session = context.session
    if session.panel is not Panel.CONFIRM or session.panel_subject != intent.key:
        return
    found = _still_planned(context, intent.key, intent.step)
    if found is None:
        return
    if intent.step.action is JoinAction.CALL:
        _agree(context, intent.step.number)
    _carry_out(context, intent.step, *found)


def _still_planned(context: IntentContext, key: str, step: JoinStep) -> tuple[ViewContext, AgendaEntry, Plan] | None:
    """The view, entry and plan of now, if joining by `step` is still planned; None otherwise.

    The one re-validation of a step that was planned for an earlier frame. Where it fails nothing is done, and the frame
    that follows the touch offers what is planned now.
    """
    entry, view = context.entry(key), context.view()
    if entry is None or not joinable(entry, view.now):
        return None
    plan = view.plan(view.agenda.of(entry))
    further = step in plan.also and not step.confirm and not step.needs
    if step.action not in DIRECT or not (step == plan.first or further):
        return None
    return view, entry, plan


def _carry_out(context: IntentContext, step: JoinStep, view: ViewContext, entry: AgendaEntry, plan: Plan) -> None:
    """Join by the step; that also answers the reminder."""
    stored = view.agenda.of(entry)
    context.session.turn()
    if view.on_data is not None and step.action is not JoinAction.OPEN:
        lines.leave_for(context, AfterLeaving(entry.key, step))
    elif step.action is JoinAction.JOIN_ONLINE:
        data_intents.join(context, entry)
    elif step.action is JoinAction.CALL:
        dial_step(context, entry, step, plan)
    else:
        _open(context, step)
    until = answered_until(entry.event)
    context.session.snoozed[entry.key] = until
    context.ports.memory.snooze(entry.key, stored.account.id, until, view.now)


def call_organizer(context: IntentContext, intent: CallOrganizer) -> None:
    """Call the organiser's own number: a person answers, so no tones are sent and nothing is muted."""
    entry, view = context.entry(intent.key), context.view()
    if entry is None or not joinable(entry, view.now) or organizer_step(view, entry) != intent.step:
        return
    dial(context, MeetingCall(entry.key, title(view, view.agenda.of(entry)), intent.step.number, ""))


def call_afterwards(context: IntentContext, intent: CallAfterwards) -> None:
    """Call the organiser of a meeting that was joined; without effect if that is not offered any more."""
    view = context.view()
    joined = next((each for each in view.snapshot.joined if each.key == intent.key), None)
    details = joined.stored.join_details if joined is not None else None
    if joined is None or details is None or offered_afterwards(view, joined) is None:
        return
    dial(context, MeetingCall(joined.key, title(view, joined.stored), details.organizer_number, ""))


def _agree(context: IntentContext, number: str) -> None:
    """Remember for this profile that this number may be called: it is asked about once."""
    profile = context.session.snapshot.profile
    if profile is not None:
        key = f"{AGREED}{profile.id}:{number}"
        context.session.preferences[key] = "1"
        context.ports.memory.prefer(key, "1")


def _open(context: IntentContext, step: JoinStep) -> None:
    try:
        context.ports.links.open(step.url)
    except CarlendarError:
        context.toast(context.words().say("The browser could not be opened"), "alert", Tone.WARN)


def hand_over(context: IntentContext, intent: HandOver) -> None:
    """Show the link as a QR code where the meeting is shown; its call goes on."""
    _show_code(context, intent.key, Panel.HAND_OVER)


def hand_over_place(context: IntentContext, intent: HandOverPlace) -> None:
    """Show the place as a QR code where the meeting is shown."""
    _show_code(context, intent.key, Panel.HAND_OVER_PLACE)


def _show_code(context: IntentContext, key: str, panel: Panel) -> None:
    session = context.session
    if session.restrictions.restricted or context.entry(key) is None:
        return
    session.turn()
    session.back_stack.go(context.address_of(key), session.restrictions)
    session.panel = panel
