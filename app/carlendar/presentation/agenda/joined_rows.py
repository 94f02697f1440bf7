"""The meetings that were joined last, in the parked agenda: Rejoin while it makes sense, else the organiser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.meetings.plan import abroad
from carlendar.presentation.actions import REJOIN, join, organizer_labels
from carlendar.presentation.disclosure import may_show_details, title
from carlendar.presentation.intents import CallAfterwards, OpenEvent
from carlendar.presentation.service_names import short_name
from carlendar.presentation.states import Action, AgendaRow
from carlendar.store.records import JoinedLine

if TYPE_CHECKING:
    from datetime import date

    from carlendar.presentation.view_context import ViewContext
    from carlendar.store.records import JoinedMeeting

HEADING = "joined"
"""Key of the heading, and prefix of the rows' keys."""


def joined_rows(view: ViewContext, chosen: str = "") -> list[AgendaRow]:
    """Return a heading and a row for each meeting; none without any. `chosen` is the key of the one beside the list."""
    if not view.parked or not view.snapshot.joined:
        return []
    rows = [AgendaRow(HEADING, view.words.say("Recently joined"), header=True)]
    return rows + [_row(view, joined, chosen) for joined in view.snapshot.joined]


def _row(view: ViewContext, joined: JoinedMeeting, chosen: str) -> AgendaRow:
    say, stored = view.words.say, joined.stored
    start = stored.event.start(view.zone)
    by = say("By phone") if joined.line is JoinedLine.PHONE else say("Over data")
    entry = view.agenda.entry(joined.key)
    rejoin = join(view, entry, REJOIN) if entry is not None else None
    return AgendaRow(
        key=f"{HEADING}/{joined.key}",
        title=title(view, stored),
        time=view.formats.time(start),
        day=_day(view, start.date()),
        end=view.formats.time(stored.event.end(view.zone)),
        detail=" · ".join(filter(None, (by, short_name(view, stored)))),
        action=rejoin or call_afterwards(view, joined),
        open=Action(OpenEvent(joined.key), ("",)) if entry is not None else None,
        chosen=joined.key == chosen,
    )


def _day(view: ViewContext, when: date) -> str:
    """Return another day than today, in few words: it stands under the time."""
    away = (view.now.date() - when).days
    if away == 1:
        return view.words.say("Yesterday")
    return view.formats.short_date(when) if away else ""


def call_afterwards(view: ViewContext, joined: JoinedMeeting) -> Action | None:
    """Call the organiser of a meeting that was joined; None without a number, a phone, or while in a call."""
    details = joined.stored.join_details
    may_call = view.parked and not view.restrictions.passenger and view.can_call and not view.in_call
    if not may_call or details is None or not details.organizer_number:
        return None
    if not may_show_details(view, joined.stored):
        return None
    labels = organizer_labels(view, abroad(details.organizer_number_country, view.region))
    return Action(CallAfterwards(joined.key), labels, "phone", sends=True)
