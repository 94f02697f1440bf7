"""From an intent to what carries it out."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.call import CallCommand
from app.viewmodels import calling, joining, sending, visiting
from app.viewmodels.agenda import page_count
from app.viewmodels.desk import Desk
from app.viewmodels.gate import Place
from app.viewmodels.intents import Intent
from app.viewmodels.scene import Panel
from app.viewmodels.states import Action, ScreenName

Handler = Callable[[Desk, str], None]


def carry_out(desk: Desk, action: Action) -> bool:
    """Carry out an action; False for an intent that nobody knows."""
    handler = _HANDLERS.get(action.intent)
    if handler is None:
        return False
    handler(desk, action.argument)
    return True


def _go(screen: ScreenName) -> Handler:
    def handler(desk: Desk, argument: str) -> None:
        if desk.session.trail.go(Place(screen, argument), desk.session.restrictions):
            desk.session.turn()

    return handler


def _back(desk: Desk, _argument: str) -> None:
    desk.session.awaiting_notice = False
    desk.session.turn()
    desk.session.trail.back()


def _turn_page(step: int) -> Handler:
    def handler(desk: Desk, _argument: str) -> None:
        last = page_count(desk.scene()) - 1
        # Fewer pages than there were: the page that is seen is the last one.
        desk.session.page = min(last, max(0, min(last, desk.session.page) + step))

    return handler


def _resume(desk: Desk, _argument: str) -> None:
    desk.session.trail.resume(desk.session.restrictions)


def _panel(panel: Panel) -> Handler:
    """Open a question on the page that is there; only while parked."""

    def handler(desk: Desk, argument: str) -> None:
        if not desk.session.restrictions.restricted:
            desk.session.panel = panel
            desk.session.panel_subject = argument

    return handler


def _dismiss_question(desk: Desk, _argument: str) -> None:
    desk.session.turn()


def _refresh(desk: Desk, _argument: str) -> None:
    desk.send("refresh")


def _call(command: CallCommand) -> Handler:
    return lambda desk, _argument: calling.command(desk, command)


_HANDLERS: dict[str, Handler] = {
    Intent.JOIN: lambda desk, key: joining.join(desk, key),
    Intent.JOIN_CONFIRMED: lambda desk, key: joining.join(desk, key, confirmed=True),
    Intent.CALL_ORGANIZER: joining.call_organizer,
    Intent.NAVIGATE: joining.navigate,
    Intent.HAND_OVER: joining.hand_over,
    Intent.ANSWER_CALL: calling.answer,
    Intent.CLOSE_CALL: lambda desk, _: calling.close(desk),
    Intent.MUTE: _call(CallCommand.MUTE),
    Intent.UNMUTE: _call(CallCommand.UNMUTE),
    Intent.SEND_TONES: _call(CallCommand.SEND_TONES),
    Intent.UNHOLD: lambda desk, _: calling.unhold(desk),
    Intent.LEAVE: _call(CallCommand.HANG_UP),
    Intent.LATE: sending.late,
    Intent.LATE_CHOICE: _panel(Panel.LATENESS),
    Intent.UNDO: sending.undo,
    Intent.ANSWER_CHOICE: _panel(Panel.ANSWERS),
    Intent.ANSWER_SERIES: sending.ask_series,
    Intent.RESPOND: sending.respond,
    Intent.ACKNOWLEDGE: sending.acknowledge,
    Intent.NEWS_SEEN: sending.news_seen,
    Intent.REMIND: sending.remind_later,
    Intent.SKIP: sending.skip,
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
    Intent.SIGN_IN: visiting.sign_in,
    Intent.SIGN_IN_BROWSER: lambda desk, _: visiting.again(desk, "browser"),
    Intent.NEW_CODE: lambda desk, _: visiting.again(desk, "device"),
    Intent.CANCEL_SIGN_IN: lambda desk, _: visiting.cancel(desk),
    Intent.ACCEPT_NOTICE: lambda desk, _: visiting.accept_notice(desk),
    Intent.ALLOW_MORE: visiting.allow_more,
    Intent.NOT_NOW: visiting.not_now,
    Intent.CHOOSE_PROFILE: visiting.choose_profile,
    Intent.ADD_PROFILE: lambda desk, _: visiting.add_profile(desk, guest=False),
    Intent.ADD_GUEST: lambda desk, _: visiting.add_profile(desk, guest=True),
    Intent.END_GUEST: visiting.end_guest,
    Intent.ASK_SIGN_OUT: _panel(Panel.SIGN_OUT),
    Intent.SIGN_OUT: visiting.sign_out,
    Intent.ASK_CLEAR: _panel(Panel.CLEAR),
    Intent.CLEAR: lambda desk, _: visiting.clear(desk),
    Intent.DISMISS_QUESTION: _dismiss_question,
    Intent.PREFER: visiting.prefer,
    Intent.SHOW_CALENDAR: visiting.show_calendar,
}
