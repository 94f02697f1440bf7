"""Composes the frame of a view and a screen address, within the limits."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.presentation.access_policy import HOME, SCREENS, ScreenAddress, allowed, explained
from carlendar.presentation.actions import join, rail
from carlendar.presentation.apply_limits import apply_limits, body_actions
from carlendar.presentation.disclosure import title_of
from carlendar.presentation.intents import GoHome, Undo
from carlendar.presentation.notice import question, when_parked
from carlendar.presentation.now.change_notices import news
from carlendar.presentation.now.view import drive
from carlendar.presentation.outbox_status import failure
from carlendar.presentation.states import Action, AgendaState, EventState, Frame, Line, Look, ScreenName, ScreenState
from carlendar.presentation.status import QUIET, status
from carlendar.presentation.vehicle_context import Side
from carlendar.presentation.view_context import Panel, ViewContext
from carlendar.text.direction import is_rtl

if TYPE_CHECKING:
    from collections.abc import Callable

    from carlendar.domain.reminders import Reminder
    from carlendar.presentation.session import Toast


def compose(
    view: ViewContext, place: ScreenAddress, *, suspended: bool = False, toast: Toast | None = None, night: bool = True
) -> Frame:
    """Return the frame of `place`, without anything its restrictions forbid.

    With `suspended`, "Available when parked" replaces it.
    """
    forbidden = not allowed(place.screen, view.restrictions)
    if forbidden and not explained(place.screen):
        place, forbidden = HOME, False
    body = when_parked(view) if forbidden or suspended else _body(view, place)
    line, action = _toast(view, place, toast)
    undo = action.intent if action is not None and isinstance(action.intent, Undo) else None
    if undo is not None and any(offered.intent == undo for offered in body_actions(body)):
        line, action = None, None  # the screen offers it in a place of its own, and says what for
    action = action and _beside(view, action, body)
    return apply_limits(
        Frame(
            screen=place.screen,
            status=status(view, place.screen),
            body=body,
            restrictions=view.restrictions,
            rail=() if suspended else rail(view, place.screen),
            night=night,
            rtl=is_rtl(view.words.language),
            rail_at_end=_ends_at_driver(view),
            language=view.words.language,
            place=_name(view, place, suspended=suspended or forbidden),
            toast=line,
            toast_action=action,
            stand_in=view.words.say("Cannot be shown"),
        )
    )


def _beside(view: ViewContext, action: Action, body: ScreenState) -> Action:
    """Return the action of a confirmation beside the screen's: one is filled, and none is there twice.

    A list may have scrolled: what one of its rows offers may be there twice, but not filled.
    """
    if isinstance(body, AgendaState) and any(
        row.action is not None and row.action.look is Look.GO for row in body.rows
    ):
        return replace(action, look=Look.SECONDARY) if action.look is Look.GO else action
    shown = body.detail if isinstance(body, AgendaState) else body
    primary = shown.primary if isinstance(shown, EventState) else None
    if primary is None or Look.GO not in (primary.look, action.look):
        return action
    if primary.intent == action.intent:
        return Action(GoHome(), (view.words.say("Show"),), "home")
    return replace(action, look=Look.SECONDARY) if primary.look is action.look else action


def _ends_at_driver(view: ViewContext) -> bool:
    """Whether lines end on the driver's side, if the car reports it."""
    ends = Side.LEFT if is_rtl(view.words.language) else Side.RIGHT
    return view.vehicle.side is ends


def _body(view: ViewContext, place: ScreenAddress) -> ScreenState:
    asked = question(view)
    if asked is not None:
        return asked
    if place.screen is ScreenName.DRIVE:
        return _reminded(view, view.reminder) if view.reminder else drive(view)
    screen = SCREENS[place.screen]
    make: Callable[[ViewContext], ScreenState] = getattr(
        import_module(f"carlendar.presentation.{screen.module}"), screen.maker
    )
    return make(view)


def _reminded(view: ViewContext, reminder: Reminder) -> ScreenState:
    from carlendar.presentation.now.reminder import reminded  # the first frame seldom has one

    return reminded(view, reminder)


def _toast(view: ViewContext, place: ScreenAddress, toast: Toast | None) -> tuple[Line | None, Action | None]:
    """Return the confirmation of an action; else a failure, the reminder with its join action, a departure, news."""
    if toast is not None:
        return toast.line, toast.action
    # While driving it fits on Now only, and not beside a reminder: it waits (limit of groups).
    crowded = view.restrictions.restricted and (place.screen is not ScreenName.DRIVE or view.reminder is not None)
    if place.screen in QUIET or view.panel is not Panel.NONE or crowded:
        return None, None
    return failure(view) or _reminder(view, place) or _departure(view) or news(view) or (None, None)


def _reminder(view: ViewContext, place: ScreenAddress) -> tuple[Line, Action] | None:
    """Return the reminder when parked and on another screen than Now."""
    reminder = view.reminder
    if reminder is None or place.screen in (ScreenName.DRIVE, ScreenName.CALL) or not view.parked:
        return None
    from carlendar.presentation.now.reminder import when

    first = reminder.entries[0]
    text = f"{title_of(view, first)} · {when(view, reminder)}"
    show = Action(GoHome(), (view.words.say("Show"),), "home")
    return Line((text, when(view, reminder)), "bell"), join(view, first) or show


def _departure(view: ViewContext) -> tuple[Line, Action] | None:
    if not view.road.arrivals:
        return None
    from carlendar.presentation.travel.departure import notice

    return notice(view)


def _name(view: ViewContext, place: ScreenAddress, *, suspended: bool) -> str:
    """Return what the frame is about: if it changes without a touch, that counts as a change of layout."""
    parts = [place.screen.value]
    if suspended:
        parts.append("suspended")
    elif place.screen is ScreenName.DRIVE and view.reminder:
        parts += ["reminder", view.reminder.stage.value, *view.reminder.keys]
    elif place.subject:
        parts.append(place.subject)
    if place.screen is ScreenName.AGENDA and view.restrictions.restricted:
        parts.append(f"page {view.page}")
    if view.panel is not Panel.NONE:
        parts.append(view.panel.value)
    return "/".join(parts)
