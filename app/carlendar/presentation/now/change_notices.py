"""Notices of meetings that were moved or cancelled since the user last saw them, once each.

A change is reported if the old or the new start is within a day, the meeting was not declined, and its title may be
shown. Other changes are visible in the agenda only.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from carlendar.domain.event import Response
from carlendar.presentation.disclosure import spoken_title, title_forms, title_of
from carlendar.presentation.intents import NewsSeen
from carlendar.presentation.states import Action, Line, Tone
from carlendar.presentation.time_text import moment

if TYPE_CHECKING:
    from carlendar.domain.agenda import AgendaEntry
    from carlendar.presentation.spoken_state import TextMaker
    from carlendar.presentation.view_context import ViewContext
    from carlendar.store.records import ChangeNotice

NEAR = timedelta(hours=24)
"""What was and will be further away is no news for now."""


def news(view: ViewContext) -> tuple[Line, Action] | None:
    """The news that matter first: of what is, or was to be, the earliest; None where there is nothing to say."""
    chosen = _first(view)
    if chosen is None:
        return None
    entry, each = chosen
    seen = Action(_seen(each), (view.words.say("OK"),), "eye-check")
    icon = "calendar-remove" if each.kind == "cancelled" else "calendar-clock"
    return Line(_variants(view, entry, each), icon, Tone.WARN), seen


def _first(view: ViewContext) -> tuple[AgendaEntry, ChangeNotice] | None:
    """The news of what is, or was to be, the earliest, with its entry; None where there are none."""
    if not view.snapshot.news or not view.clock_set:
        return None
    wanted = {(each.account_id, each.event_id): each for each in view.snapshot.news}
    found = []
    for entry in view.agenda.timed:
        each = wanted.get((view.agenda.of(entry).account.id, entry.event.id))
        if each is not None and _matters(view, entry, each):
            found.append((min(each.before, entry.event.start(view.zone)), entry, each))
    if not found:
        return None
    _, entry, each = min(found, key=lambda one: (one[0], one[1].key))
    return entry, each


def spoken_news(view: ViewContext) -> tuple[str, TextMaker] | None:
    """Return what to speak of the news that matter first, with a key of their own; None where there are none."""
    found = _first(view)
    if found is None:
        return None
    entry, each = found
    key = f"news/{each.account_id}/{each.kind}/{each.before.timestamp()}/{entry.key}"
    return key, lambda later: _spoken(later, each)


def _spoken(view: ViewContext, notice: ChangeNotice) -> str:
    """The text to speak; empty if it is no news any more."""
    found = _first(view)
    if found is None or (found[1].account_id, found[1].event_id) != (notice.account_id, notice.event_id):
        return ""
    entry, each = found
    title = spoken_title(view, entry)
    if entry.event.cancelled:
        return view.words.say("Cancelled, {time}: {title}", time=moment(view, each.before), title=title)
    return view.words.say("Moved to {time}: {title}", time=moment(view, entry.event.start(view.zone)), title=title)


def _seen(each: ChangeNotice) -> NewsSeen:
    return NewsSeen(each.account_id, each.event_id)


def _matters(view: ViewContext, entry: AgendaEntry, each: ChangeNotice) -> bool:
    """Whether the driver would act on it now."""
    event, now = entry.event, view.now
    if _seen(each) in view.acknowledged or event.response is Response.DECLINED or entry.all_day:
        return False
    if (each.kind == "cancelled") is not event.cancelled:
        return False
    start = event.start(view.zone)
    times = (each.before,) if event.cancelled else (each.before, start)
    return (event.end(view.zone) > now or each.before > now) and any(now <= time < now + NEAR for time in times)


def _variants(view: ViewContext, entry: AgendaEntry, each: ChangeNotice) -> tuple[str, ...]:
    """`Product review: moved to 15:30`, with shorter forms of the title, and last without it."""
    say = view.words.say
    if entry.event.cancelled:
        before = moment(view, each.before)
        what = say("cancelled ({time})", time=before)
        alone = say("Cancelled: {time}", time=before)
    else:
        time = moment(view, entry.event.start(view.zone))
        what = say("moved to {time}", time=time)
        alone = say("{before} moved to {time}", before=moment(view, each.before), time=time)
    return (*(f"{form}: {what}" for form in title_forms(title_of(view, entry))), alone)
