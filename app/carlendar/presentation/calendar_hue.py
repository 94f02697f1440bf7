"""What a meeting's stripe shows: its calendar by the hue, and whether it is certain to take place by the shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.agenda import AgendaEntry, blocks, takes_place
from carlendar.domain.event import Response, ShowAs
from carlendar.domain.hue import Hue, hue_of
from carlendar.presentation.states import Stripe

if TYPE_CHECKING:
    from carlendar.domain.account import Calendar
    from carlendar.presentation.view_context import ViewContext


def calendar_hue(view: ViewContext, calendar: Calendar) -> Hue:
    """Return the calendar's hue: its own colour's; the accent for the default calendar, or where none is known."""
    if (found := hue_of(calendar.color)) is not None:
        return found
    some = any(hue_of(each.color) for each in view.snapshot.calendars)
    return Hue.NEUTRAL if some and not calendar.is_default else Hue.ACCENT


def stripe_of(entry: AgendaEntry) -> Stripe:
    """Return the stripe of a meeting that takes time or a whole day; none for others."""
    if not takes_place(entry.event) or not (blocks(entry) or entry.all_day):
        return Stripe.NONE
    return Stripe.DASHED if is_tentative(entry) else Stripe.SOLID


def is_tentative(entry: AgendaEntry) -> bool:
    """Whether the meeting or its answer is tentative."""
    return entry.event.show_as is ShowAs.TENTATIVE or entry.event.response is Response.TENTATIVE
