"""A scene and a place made into the frame that is drawn, within the limits."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from carlendar.presentation.access_policy import HOME, SCREENS, ScreenAddress, allowed, explained
from carlendar.presentation.actions import join, rail
from carlendar.presentation.apply_limits import apply_limits
from carlendar.presentation.disclosure import title_of
from carlendar.presentation.intents import GoHome
from carlendar.presentation.notice import question, when_parked
from carlendar.presentation.now.change_notices import news
from carlendar.presentation.now.reminder import reminded, when
from carlendar.presentation.now.view import drive
from carlendar.presentation.outbox_status import failure
from carlendar.presentation.states import Action, Frame, Line, ScreenName, ScreenState
from carlendar.presentation.status import QUIET, status
from carlendar.presentation.vehicle_context import Side
from carlendar.presentation.view_context import Panel, ViewContext
from carlendar.text.direction import is_rtl

if TYPE_CHECKING:
    from collections.abc import Callable

    from carlendar.presentation.session import Toast


def compose(
    scene: ViewContext, place: ScreenAddress, *, aside: bool = False, toast: Toast | None = None, night: bool = True
) -> Frame:
    """The frame of `place`. What its restrictions forbid is not in it, wherever the person is.

    With `aside`, the screen is put aside and "Available when parked" stands in its place.
    """
    forbidden = not allowed(place.screen, scene.restrictions)
    if forbidden and not explained(place.screen):
        place, forbidden = HOME, False
    line, action = _toast(scene, place, toast)
    return apply_limits(
        Frame(
            screen=place.screen,
            status=status(scene, place.screen),
            body=when_parked(scene) if forbidden or aside else _body(scene, place),
            restrictions=scene.restrictions,
            rail=() if aside else rail(scene, place.screen),
            night=night,
            rtl=is_rtl(scene.words.language),
            rail_at_end=_ends_at_driver(scene),
            language=scene.words.language,
            place=_name(scene, place, aside=aside or forbidden),
            toast=line,
            toast_action=action,
            stand_in=scene.words.say("Cannot be shown"),
        )
    )


def _ends_at_driver(scene: ViewContext) -> bool:
    """Whether lines end on the driver's side, where the car says which that is."""
    ends = Side.LEFT if is_rtl(scene.words.language) else Side.RIGHT
    return scene.cabin.side is ends


def _body(scene: ViewContext, place: ScreenAddress) -> ScreenState:
    asked = question(scene)
    if asked is not None:
        return asked
    if place.screen is ScreenName.DRIVE:
        return reminded(scene, scene.reminder) if scene.reminder else drive(scene)
    screen = SCREENS[place.screen]
    make: Callable[[ViewContext], ScreenState] = getattr(
        import_module(f"carlendar.presentation.{screen.module}"), screen.maker
    )
    return make(scene)


def _toast(scene: ViewContext, place: ScreenAddress, toast: Toast | None) -> tuple[Line | None, Action | None]:
    """The word on what happened; else what was not sent, the reminder with its join action, or what changed."""
    if toast is not None:
        return toast.line, toast.action
    # While driving there is room for it on Drive alone, and not beside a reminder: it waits for that (limit of groups).
    crowded = scene.restrictions.restricted and (place.screen is not ScreenName.DRIVE or scene.reminder is not None)
    if place.screen in QUIET or scene.panel is not Panel.NONE or crowded:
        return None, None
    return failure(scene) or _reminder(scene, place) or news(scene) or (None, None)


def _reminder(scene: ViewContext, place: ScreenAddress) -> tuple[Line, Action] | None:
    """The reminder, parked and away from Drive."""
    reminder = scene.reminder
    if reminder is None or place.screen in (ScreenName.DRIVE, ScreenName.CALL) or not scene.parked:
        return None
    first = reminder.entries[0]
    text = f"{title_of(scene, first)} · {when(scene, reminder)}"
    show = Action(GoHome(), (scene.words.say("Show"),), "bell")
    return Line((text, when(scene, reminder)), "bell"), join(scene, first) or show


def _name(scene: ViewContext, place: ScreenAddress, *, aside: bool) -> str:
    """What the frame is about: its change without a touch is a change of layout."""
    parts = [place.screen.value]
    if aside:
        parts.append("aside")
    elif place.screen is ScreenName.DRIVE and scene.reminder:
        parts += ["reminder", scene.reminder.stage.value, *scene.reminder.keys]
    elif place.subject:
        parts.append(place.subject)
    if place.screen is ScreenName.AGENDA and scene.restrictions.restricted:
        parts.append(f"page {scene.page}")
    if scene.panel is not Panel.NONE:
        parts.append(scene.panel.value)
    return "/".join(parts)
