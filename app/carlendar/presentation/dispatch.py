"""From an intent to what carries it out."""

from __future__ import annotations

from collections.abc import Callable

from carlendar.domain.call import CallCommand
from carlendar.presentation import outbox_intents
from carlendar.presentation.access_policy import ScreenAddress
from carlendar.presentation.account import account_intents
from carlendar.presentation.agenda.view import page_count
from carlendar.presentation.call import call_intents, join_intents
from carlendar.presentation.intent_context import IntentContext
from carlendar.presentation.intents import Intent
from carlendar.presentation.states import Action, ScreenName
from carlendar.presentation.view_context import Panel

Handler = Callable[[IntentContext, str], None]


def carry_out(desk: IntentContext, action: Action) -> bool:
    """Carry out an action; False for an intent that nobody knows."""
    handler = _HANDLERS.get(action.intent)
    if handler is None:
        return False
    handler(desk, action.argument)
    return True


def _go(screen: ScreenName) -> Handler:
    def handler(desk: IntentContext, argument: str) -> None:
        if desk.session.trail.go(ScreenAddress(screen, argument), desk.session.restrictions):
            desk.session.turn()

    return handler


def _back(desk: IntentContext, _argument: str) -> None:
    desk.session.awaiting_notice = False
    desk.session.turn()
    desk.session.trail.back()


def _turn_page(step: int) -> Handler:
    def handler(desk: IntentContext, _argument: str) -> None:
        last = page_count(desk.scene()) - 1
        # Fewer pages than there were: the page that is seen is the last one.
        desk.session.page = min(last, max(0, min(last, desk.session.page) + step))

    return handler


def _resume(desk: IntentContext, _argument: str) -> None:
    desk.session.trail.resume(desk.session.restrictions)


def _panel(panel: Panel) -> Handler:
    """Open a question on the page that is there; only while parked."""

    def handler(desk: IntentContext, argument: str) -> None:
        if not desk.session.restrictions.restricted:
            desk.session.panel = panel
            desk.session.panel_subject = argument

    return handler


def _dismiss_question(desk: IntentContext, _argument: str) -> None:
    desk.session.turn()


def _refresh(desk: IntentContext, _argument: str) -> None:
    desk.send("refresh")


def _call(command: CallCommand) -> Handler:
    return lambda desk, _argument: call_intents.command(desk, command)


_HANDLERS: dict[str, Handler] = {
    Intent.JOIN: lambda desk, key: join_intents.join(desk, key),
    Intent.JOIN_CONFIRMED: lambda desk, key: join_intents.join(desk, key, confirmed=True),
    Intent.CALL_ORGANIZER: join_intents.call_organizer,
    Intent.NAVIGATE: join_intents.navigate,
    Intent.HAND_OVER: join_intents.hand_over,
    Intent.ANSWER_CALL: call_intents.answer,
    Intent.CLOSE_CALL: lambda desk, _: call_intents.close(desk),
    Intent.MUTE: _call(CallCommand.MUTE),
    Intent.UNMUTE: _call(CallCommand.UNMUTE),
    Intent.SEND_TONES: _call(CallCommand.SEND_TONES),
    Intent.UNHOLD: lambda desk, _: call_intents.unhold(desk),
    Intent.LEAVE: _call(CallCommand.HANG_UP),
    Intent.LATE: outbox_intents.late,
    Intent.LATE_CHOICE: _panel(Panel.LATENESS),
    Intent.UNDO: outbox_intents.undo,
    Intent.ANSWER_CHOICE: _panel(Panel.ANSWERS),
    Intent.ANSWER_SERIES: outbox_intents.ask_series,
    Intent.RESPOND: outbox_intents.respond,
    Intent.ACKNOWLEDGE: outbox_intents.acknowledge,
    Intent.NEWS_SEEN: outbox_intents.news_seen,
    Intent.REMIND: outbox_intents.remind_later,
    Intent.SKIP: outbox_intents.skip,
    Intent.HOME: _go(ScreenName.DRIVE),
    Intent.AGENDA: _go(ScreenName.AGENDA),
    Intent.SETTINGS: _go(ScreenName.SETTINGS),
    Intent.PROFILES: _go(ScreenName.PROFILES),
    Intent.OPEN: _go(ScreenName.EVENT),
    Intent.CALL: _go(ScreenName.CALL),
    Intent.BACK: _back,
    Intent.LATER: _turn_page(1),
    Intent.EARLIER: _turn_page(-1),
    Intent.RESUME: _resume,
    Intent.REFRESH: _refresh,
    Intent.SIGN_IN: account_intents.sign_in,
    Intent.SIGN_IN_BROWSER: lambda desk, _: account_intents.again(desk, "browser"),
    Intent.NEW_CODE: lambda desk, _: account_intents.again(desk, "device"),
    Intent.CANCEL_SIGN_IN: lambda desk, _: account_intents.cancel(desk),
    Intent.ACCEPT_NOTICE: lambda desk, _: account_intents.accept_notice(desk),
    Intent.ALLOW_MORE: account_intents.allow_more,
    Intent.NOT_NOW: account_intents.not_now,
    Intent.CHOOSE_PROFILE: account_intents.choose_profile,
    Intent.ADD_PROFILE: lambda desk, _: account_intents.add_profile(desk, guest=False),
    Intent.ADD_GUEST: lambda desk, _: account_intents.add_profile(desk, guest=True),
    Intent.END_GUEST: account_intents.end_guest,
    Intent.ASK_SIGN_OUT: _panel(Panel.SIGN_OUT),
    Intent.SIGN_OUT: account_intents.sign_out,
    Intent.ASK_CLEAR: _panel(Panel.CLEAR),
    Intent.CLEAR: lambda desk, _: account_intents.clear(desk),
    Intent.DISMISS_QUESTION: _dismiss_question,
    Intent.PREFER: account_intents.prefer,
    Intent.SHOW_CALENDAR: account_intents.show_calendar,
}
