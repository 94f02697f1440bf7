"""The home screen: the next meeting, its one action, and the two after it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.agenda import AgendaEntry, minutes_until
from carlendar.domain.event import ShowAs
from carlendar.domain.up_next import Phase, UpNext, find_up_next
from carlendar.presentation import outbox_status
from carlendar.presentation.actions import REJOIN, join, join_details, to_agenda, to_call, way_there
from carlendar.presentation.calendar_hue import calendar_hue, stripe_of
from carlendar.presentation.call.join_obstacle import join_note, obstacle
from carlendar.presentation.disclosure import blocked, may_show_details, organizer_name, title_forms, title_of
from carlendar.presentation.empty import AHEAD, access, first_ahead, next_line, without_calendar
from carlendar.presentation.event.place_text import place
from carlendar.presentation.now import running_late
from carlendar.presentation.now.proximity import way_line
from carlendar.presentation.service_names import icon, short_name
from carlendar.presentation.states import (
    Action,
    ArrivalPanel,
    Band,
    ClashCard,
    DriveState,
    Line,
    Look,
    MiniCard,
    Ring,
    Tone,
)
from carlendar.presentation.time_text import as_of, day, span
from carlendar.presentation.view_context import Panel, ViewContext

if TYPE_CHECKING:
    from carlendar.store.records import StoredEvent

CARDS = 2
RING_MINUTES = 60
MOST_RING_MINUTES = 999
"""Maximum number of minutes of the countdown."""


def drive(view: ViewContext) -> DriveState:
    """Return Now; `carlendar.presentation.now.reminder` adds reminders."""
    unavailable = without_calendar(view)
    if unavailable is not None:
        return DriveState(
            unavailable.title, lines=unavailable.lines, primary=to_call(view) or unavailable.action, empty=True
        )
    up_next = find_up_next(view.agenda.near(view.now), view.now, view.snapshot.dismissed)
    if up_next.main is None or up_next.phase in (Phase.LATER, Phase.NOTHING):
        return _nothing_soon(view, up_next)
    return _meeting(view, up_next, up_next.main)


def _meeting(view: ViewContext, up_next: UpNext, main: AgendaEntry) -> DriveState:
    clash = _clash(view, up_next)
    state = DriveState(
        title=title_of(view, main),
        ring=ring(view, main),
        lines=meeting_lines(view, main),
        primary=to_call(view) or join_details(view, main) or way_there(view, main),
        secondary=running_late.action(view, main),
        cards=() if clash else _cards(view, up_next, up_next.following),
        agenda=to_agenda(view),
        clash=clash,
        arrival=_arrival(view, main),
    )
    return lateness_panel(view, state, main)


def _arrival(view: ViewContext, entry: AgendaEntry) -> ArrivalPanel | None:
    if entry.key not in view.road.times:
        return None
    from carlendar.presentation.travel.facts import panel

    return panel(view, entry)


def lateness_panel(view: ViewContext, state: DriveState, main: AgendaEntry) -> DriveState:
    """Return the question how late the user will be, in place of the cards (parked)."""
    if view.panel is not Panel.LATENESS or view.subject not in ("", main.key) or state.secondary is None:
        return state
    band = Band(view.words.say("How late will you be?"), "clock-alert-outline")
    footer = running_late.choices(view, main)
    return replace(state, band=band, cards=(), agenda=None, clash=None, footer=footer)


def ring(view: ViewContext, main: AgendaEntry) -> Ring | None:
    """Return the minutes until the meeting's start; for a running one, the minutes left, as a fraction of its length.

    None while the clock is not set, for an all-day entry, and beyond `MOST_RING_MINUTES`.
    """
    start, end = view.at(main)
    if not view.clock_set or main.all_day or view.now >= end:
        return None
    runs = start <= view.now
    minutes = math.ceil((end - view.now).total_seconds() / 60) if runs else minutes_until(main.event, view.now)
    if minutes > MOST_RING_MINUTES:
        return None
    whole = max(1.0, (end - start).total_seconds() / 60) if runs else RING_MINUTES
    say = view.words.say
    unit = say("min left") if runs else view.words.say_number("minute", "minutes", minutes)
    short = view.words.say_in("minutes", "left") if runs else say("min")
    return Ring(str(minutes), unit, short, min(1.0, max(0.0, minutes / whole)))


def meeting_lines(view: ViewContext, main: AgendaEntry) -> tuple[Line, ...]:
    """Return the lines under the title: time, warnings, place or service."""
    say = view.words.say
    stored = view.agenda.of(main)
    start, end = view.at(main)
    if start <= view.now < end and view.clock_set:
        time = Line((say("Now, until {time}", time=view.formats.time(end)),), "clock-outline", Tone.ACCENT)
    elif start.date() != view.now.date():
        named = day(view, start.date())
        time = Line((f"{named}, {span(view, main)}", f"{named}, {_start(view, main)}"), "clock-outline")
    else:
        short = () if view.clock_set else (f"{view.formats.date(start.date())}, {_start(view, main)}",)
        time = Line((span(view, main), *short), "clock-outline")
    lines = [time]
    if said := outbox_status.late_line(view, main):
        lines.append(said)
    if hindrance := obstacle(view, main):
        lines.append(hindrance)
    elif service := short_name(view, stored):
        lines.append(Line(_with_organizer(view, stored, service), icon(stored)))
    elif where := place(view, stored):
        lines.append(way_line(view, main, where))
    if note := join_note(view, main):
        lines.append(note)
    if blocked(stored):
        lines.append(Line((say("Titles are hidden: access is blocked"), say("Access blocked")), "lock", Tone.WARN))
        lines.append(Line((say("Ask your administrator"),), "shield-account"))
    lines += _textless(view)
    if stored.event.show_as is ShowAs.TENTATIVE and may_show_details(view, stored):
        lines.append(Line((say("Tentative"),), "calendar-question"))
    return tuple(lines)


def _with_organizer(view: ViewContext, stored: StoredEvent, service: str) -> tuple[str, ...]:
    """Return the service with the organiser, and the service alone."""
    organizer = organizer_name(view, stored)
    return (f"{service} · {organizer}", service) if organizer else (service,)


def _clash(view: ViewContext, up_next: UpNext) -> ClashCard | None:
    """Return the other meeting with its own Join; the shortest form of its line is "Clash" alone."""
    if up_next.main is None or not up_next.also:
        return None
    other = next((entry for entry in up_next.also if view.can_join(entry)), up_next.also[0])
    say, time, title = view.words.say, _start(view, other), title_of(view, other)
    named = (say("Clash: {time} {title}", time=time, title=form) for form in title_forms(title))
    same = view.at(other)[0] == view.at(up_next.main)[0]
    when = say("Same time") if same else f"{time} · {say('Clash')}"  # the time comes first: it is never cut
    stored = view.agenda.of(other)
    where = short_name(view, stored) or place(view, stored)
    way_in = None if to_call(view) else join(view, other)
    return ClashCard(
        title=title,
        titles=title_forms(title),
        detail=" · ".join(filter(None, (when, where))),
        line=Line((*named, say("Clash")), "alert", Tone.WARN),
        action=replace(way_in, look=Look.SECONDARY) if way_in else None,
    )


def _nothing_soon(view: ViewContext, up_next: UpNext) -> DriveState:
    lines, arrival, following = _nothing_lines(view, up_next), None, up_next.following
    if up_next.main is not None:
        if up_next.phase is Phase.LATER and view.at(up_next.main)[0].date() == view.now.date():
            arrival = _arrival(view, up_next.main)
        if arrival is None:
            following = (up_next.main, *following)
        else:
            lines = (_named(view, up_next.main), *lines)
    return DriveState(
        title=_nothing_until(view, up_next),
        lines=lines,
        primary=_nothing_action(view, up_next),
        cards=_cards(view, up_next, following),
        agenda=to_agenda(view),
        arrival=arrival,
    )


def _named(view: ViewContext, entry: AgendaEntry) -> Line:
    """Return the meeting and its place: what the arrival beside it is about."""
    title, where = title_of(view, entry), place(view, view.agenda.of(entry))
    forms = title_forms(title)
    longest = f"{title} · {where}" if where else title
    return Line((longest, *forms), "", Tone.NORMAL)


def _nothing_until(view: ViewContext, up_next: UpNext) -> str:
    """Return until when there is no meeting; always short enough to be shown whole."""
    say = view.words.say
    if up_next.main is not None:
        start = view.at(up_next.main)[0]
        if not view.clock_set or start.date() != view.now.date():
            return say("No more meetings today") if view.fresh else say("No known meetings today")
        time = view.formats.time(start)
        return say("Free until {time}", time=time) if view.fresh else say("No known meetings until {time}", time=time)
    if view.as_of is None:
        return say("Loading your calendar") if view.online else say("Not loaded yet")
    return say("No meetings") if view.fresh else say("No known meetings")


def _nothing_lines(view: ViewContext, up_next: UpNext) -> tuple[Line, ...]:
    say = view.words.say
    lines = []
    if up_next.main is None and view.as_of is None:
        lines.append(Line((say("This takes a moment") if view.online else say("It loads once the car is online"),)))
    following = up_next.main or first_ahead(view)
    if following is not None and view.at(following)[0].date() != view.now.date():
        lines.append(_tomorrow(view, following) or next_line(view, following))
    elif following is None and up_next.rejoinable is None and view.fresh and view.clock_set:
        none = view.words.say_number("Nothing in the next {n} day", "Nothing in the next {n} days", AHEAD)
        lines.append(Line((none,)))
    if not view.fresh and view.as_of is not None:
        lines.append(Line((say("last updated {time}", time=as_of(view)),)))
    if up_next.rejoinable is not None and _rejoin(view, up_next) is not None:
        ended = view.formats.time(view.at(up_next.rejoinable)[1])
        title = title_of(view, up_next.rejoinable)
        lines.append(Line((say("{title} ended at {time}", title=title, time=ended), title)))
    if any(blocked(view.agenda.of(entry)) for entry in view.agenda.entries):
        lines.append(Line((say("Titles are hidden: access is blocked"), say("Access blocked")), "lock", Tone.WARN))
    if (held := access(view)) is not None:
        lines += held.lines
    return (*lines, *_textless(view))


def _tomorrow(view: ViewContext, entry: AgendaEntry) -> Line | None:
    if entry.key not in view.road.times:
        return None
    from carlendar.presentation.travel import tomorrow

    return tomorrow.line(view, entry)


def _textless(view: ViewContext) -> tuple[Line, ...]:
    """Return the notice that texts are left out after failed starts, and until when."""
    if not view.options.textless:
        return ()
    say = view.words.say
    variants = (
        say("Texts are hidden until the next start, because Carlendar failed to start"),
        say("Texts are hidden until the next start"),
        say("Texts are hidden"),
    )
    return (Line(variants, "alert", Tone.WARN),)


def _rejoin(view: ViewContext, up_next: UpNext) -> Action | None:
    """Return Rejoin for the meeting that ended, unless navigation to the next one is offered."""
    if up_next.rejoinable is None or _way_to(view, up_next) is not None:
        return None
    return join(view, up_next.rejoinable, REJOIN)


def _way_to(view: ViewContext, up_next: UpNext) -> Action | None:
    if up_next.main is None or view.at(up_next.main)[0].date() != view.now.date():
        return None
    return way_there(view, up_next.main)


def _nothing_action(view: ViewContext, up_next: UpNext) -> Action | None:
    held = access(view)
    return to_call(view) or _way_to(view, up_next) or _rejoin(view, up_next) or (held.action if held else None)


def _cards(view: ViewContext, up_next: UpNext, entries: tuple[AgendaEntry, ...]) -> tuple[MiniCard, ...]:
    return tuple(_card(view, up_next, entry) for entry in entries[:CARDS])


def _card(view: ViewContext, up_next: UpNext, entry: AgendaEntry) -> MiniCard:
    title = title_of(view, entry)
    detail, tone = _card_detail(view, up_next, entry)
    hue = calendar_hue(view, view.agenda.of(entry).calendar)
    return MiniCard(_start(view, entry), title, detail, tone, title_forms(title), stripe_of(entry), hue)


def _card_detail(view: ViewContext, up_next: UpNext, entry: AgendaEntry) -> tuple[str, Tone]:
    """Return the most important fact of a meeting: running, its day, a clash, its service or place."""
    start, end = view.at(entry)
    if start <= view.now < end and view.clock_set:
        return view.words.say("now"), Tone.ACCENT
    clashes = view.words.say("Clash") if entry.key in up_next.clashing else ""
    # the day comes first, so that tomorrow's meeting is not mistaken for today's if only one fact fits
    named = day(view, start.date()) if start.date() != view.now.date() else ""
    if clashes or named:
        return " · ".join(filter(None, (named, clashes))), Tone.WARN if clashes else Tone.MUTE
    stored = view.agenda.of(entry)
    return short_name(view, stored) or place(view, stored), Tone.MUTE


def _start(view: ViewContext, entry: AgendaEntry) -> str:
    return view.formats.time(view.at(entry)[0])
