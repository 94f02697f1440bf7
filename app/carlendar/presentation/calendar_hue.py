"""The hue that tells a calendar from the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.hue import Hue, hue_of

if TYPE_CHECKING:
    from carlendar.domain.account import Calendar
    from carlendar.presentation.view_context import ViewContext


def calendar_hue(view: ViewContext, calendar: Calendar) -> Hue:
    """Return the calendar's hue: its own colour's; the accent for the default calendar, or where none is known."""
    if (found := hue_of(calendar.color)) is not None:
        return found
    some = any(hue_of(each.color) for each in view.snapshot.calendars)
    return Hue.NEUTRAL if some and not calendar.is_default else Hue.ACCENT
