"""Handlers of the intents that lead to a meeting: call, link, QR code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.agenda import joinable
from carlendar.domain.reminders import answered_until
from carlendar.errors import CarlendarError
from carlendar.meetings.plan import JoinAction, JoinStep, Plan
from carlendar.presentation.actions import organizer_step
from carlendar.presentation.call.call_intents import dial
from carlendar.presentation.disclosure import title
from carlendar.presentation.states import Tone
from carlendar.presentation.view_context import MeetingCall, Panel
from carlendar.store.records import AGREED

if TYPE_CHECKING:
    from carlendar.domain.agenda import AgendaEntry
    from carlendar.presentation.intent_context import IntentContext
    from carlendar.presentation.intents import CallOrganizer, HandOver, HandOverPlace, Join, JoinConfirmed
    from carlendar.presentation.view_context import ViewContext


def join(context: IntentContext, intent: Join) -> None:
    """Join by the intent's step, or first ask the question that it needs (parked)."""
    found = _still_planned(context, intent.key, intent.step)
    if found is None:
        return
    if intent.step.confirm:
        context.session.panel, context.session.panel_subject = Panel.CONFIRM, intent.key
        return
    _carry_out(context, *found)


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
    _carry_out(context, *found)


def _still_planned(context: IntentContext, key: str, step: JoinStep) -> tuple[ViewContext, AgendaEntry, Plan] | None:
    """The view, entry and plan of now, if joining still begins with `step`; None otherwise.

    The one re-validation of a step that was planned for an earlier frame. Where it fails nothing is done, and the frame
    that follows the touch offers what is planned now.
    """
    entry, view = context.entry(key), context.view()
    if entry is None or not joinable(entry, view.now):
        return None
    plan = view.plan(view.agenda.of(entry))
    if plan.first != step or step.action not in (JoinAction.CALL, JoinAction.OPEN):
        return None
    return view, entry, plan


def _carry_out(context: IntentContext, view: ViewContext, entry: AgendaEntry, plan: Plan) -> None:
    """Call or open the plan's first step; joining also answers the reminder."""
    step, stored = plan.first, view.agenda.of(entry)
    context.session.turn()
    if step.action is JoinAction.CALL:
        call = MeetingCall(
            entry.key,
            title(view, stored),
            step.number,
            step.tones,
            fallback=_fallback(plan),
            mute_on_connect=context.options.join_muted,
        )
        dial(context, call)
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


def _fallback(plan: Plan) -> tuple[str, str] | None:
    """The plan's next number that may be called without a question, with its tones."""
    calls = (step for step in plan.also if step.action is JoinAction.CALL and not step.confirm)
    return next(((step.number, step.tones) for step in calls if step.number != plan.first.number), None)


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
    """Show the link as a QR code where the meeting is shown."""
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
