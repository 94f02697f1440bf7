"""Maps intents to their handlers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from carlendar.domain.call import CallCommand
from carlendar.presentation import intents as i
from carlendar.presentation import outbox_intents
from carlendar.presentation.access_policy import ScreenAddress
from carlendar.presentation.account import account_intents
from carlendar.presentation.agenda.view import page_count
from carlendar.presentation.call import call_intents, join_intents, lines
from carlendar.presentation.intent_context import IntentContext
from carlendar.presentation.settings import telemetry as consent
from carlendar.presentation.states import Action, ScreenName
from carlendar.presentation.travel import navigation
from carlendar.presentation.view_context import Panel

I = TypeVar("I", bound=i.Intent)  # noqa: E741  # the type variable of one short function below
Handler = Callable[[IntentContext, Any], None]


def carry_out(context: IntentContext, action: Action) -> bool:
    """Carry out an action; False if its intent has no handler."""
    handler = _HANDLERS.get(type(action.intent))
    if handler is None:
        return False
    handler(context, action.intent)
    return True


def _on(kind: type[I], handler: Callable[[IntentContext, I], None]) -> tuple[type[i.Intent], Handler]:
    """A row of the table, whose handler accepts the intent of its row."""
    return kind, handler


def _go(context: IntentContext, screen: ScreenName, subject: str = "") -> None:
    if context.session.back_stack.go(ScreenAddress(screen, subject), context.session.restrictions):
        context.session.turn()


def _open(context: IntentContext, intent: i.OpenEvent) -> None:
    """Show a meeting; beside a list, that keeps its length."""
    page, address = context.session.page, context.address_of(intent.key)
    _go(context, address.screen, address.subject)
    if address.screen is ScreenName.AGENDA:
        context.session.page = page


def _back(context: IntentContext, _intent: i.GoBack) -> None:
    context.session.awaiting_notice = False
    context.session.turn()
    context.session.back_stack.back()


def _turn_page(context: IntentContext, step: int) -> None:
    last = page_count(context.view()) - 1
    # The list may have fewer pages than before: the last one is then shown.
    context.session.page = min(last, max(0, min(last, context.session.page) + step))


def _ask(context: IntentContext, panel: Panel, subject: str = "") -> None:
    """Open a question on the current screen; only while parked."""
    if not context.session.restrictions.restricted:
        context.session.panel = panel
        context.session.panel_subject = subject


_HANDLERS: dict[type[i.Intent], Handler] = dict(
    (
        _on(i.Join, join_intents.join),
        _on(i.JoinConfirmed, join_intents.join_confirmed),
        _on(i.JoinBesides, join_intents.join_besides),
        _on(i.CallOrganizer, join_intents.call_organizer),
        _on(i.CallAfterwards, join_intents.call_afterwards),
        _on(i.Navigate, navigation.navigate),
        _on(i.StopNavigating, navigation.stop),
        _on(i.DepartureSeen, lambda context, intent: context.session.travel.seen.add((intent.key, intent.stage))),
        _on(i.HandOver, join_intents.hand_over),
        _on(i.HandOverPlace, join_intents.hand_over_place),
        _on(i.AnswerCall, lines.answer),
        _on(i.DeclineCall, call_intents.decline),
        _on(i.GiveConsent, lambda context, _: lines.give_consent(context)),
        _on(i.ChangeLine, lines.change_line),
        _on(i.CloseCall, lambda context, _: call_intents.close(context)),
        _on(i.Mute, lambda context, _: lines.command(context, CallCommand.MUTE)),
        _on(i.Unmute, lambda context, _: lines.command(context, CallCommand.UNMUTE)),
        _on(i.SendTones, lambda context, _: lines.command(context, CallCommand.SEND_TONES)),
        _on(i.Unhold, lambda context, _: call_intents.unhold(context)),
        _on(i.LeaveCall, lambda context, _: lines.command(context, CallCommand.HANG_UP)),
        _on(i.SendLate, outbox_intents.late),
        _on(i.ChooseLateness, lambda context, intent: _ask(context, Panel.LATENESS, intent.key)),
        _on(i.Undo, outbox_intents.undo),
        _on(i.ChooseAnswer, lambda context, intent: _ask(context, Panel.ANSWERS, intent.key)),
        _on(i.AnswerSeries, outbox_intents.ask_series),
        _on(i.Respond, outbox_intents.respond),
        _on(i.Acknowledge, outbox_intents.acknowledge),
        _on(i.NewsSeen, outbox_intents.news_seen),
        _on(i.Remind, outbox_intents.remind_later),
        _on(i.Dismiss, outbox_intents.dismiss),
        _on(i.GoHome, lambda context, _: _go(context, ScreenName.DRIVE)),
        _on(i.ShowAgenda, lambda context, _: _go(context, ScreenName.AGENDA)),
        _on(i.ShowSettings, lambda context, _: _go(context, ScreenName.SETTINGS)),
        _on(i.ShowProfiles, lambda context, _: _go(context, ScreenName.PROFILES)),
        _on(i.OpenEvent, _open),
        _on(i.ShowCall, lambda context, _: _go(context, ScreenName.CALL)),
        _on(i.GoBack, _back),
        _on(i.NextPage, lambda context, _: _turn_page(context, 1)),
        _on(i.PreviousPage, lambda context, _: _turn_page(context, -1)),
        _on(i.ResumeScreen, lambda context, _: _resume(context)),
        _on(i.CloseQuestion, lambda context, _: context.session.close_question()),
        _on(i.Refresh, lambda context, _: context.send("refresh")),
        _on(i.StartSignIn, account_intents.sign_in),
        _on(i.SignInByBrowser, lambda context, _: account_intents.again(context, "browser")),
        _on(i.NewCode, lambda context, _: account_intents.again(context, "device")),
        _on(i.CancelSignIn, lambda context, _: account_intents.cancel(context)),
        _on(i.AcceptNotice, lambda context, _: account_intents.accept_notice(context)),
        _on(i.AllowMore, account_intents.allow_more),
        _on(i.AllowPermission, account_intents.allow),
        _on(i.NotNow, account_intents.not_now),
        _on(i.ChooseProfile, account_intents.choose_profile),
        _on(i.AddProfile, lambda context, _: account_intents.add_profile(context, guest=False)),
        _on(i.AddGuest, lambda context, _: account_intents.add_profile(context, guest=True)),
        _on(i.EndGuest, account_intents.end_guest),
        _on(i.AskSignOut, lambda context, intent: _ask(context, Panel.SIGN_OUT, intent.account_id)),
        _on(i.SignOut, account_intents.sign_out),
        _on(i.AskErase, lambda context, _: _ask(context, Panel.CLEAR)),
        _on(i.EraseAll, lambda context, _: account_intents.clear(context)),
        _on(i.Prefer, account_intents.prefer),
        _on(i.ChooseConsent, consent.choose),
        _on(i.ShowCalendar, account_intents.show_calendar),
    )
)


def _resume(context: IntentContext) -> None:
    context.session.back_stack.resume(context.session.restrictions)
