"""Agenda: pages of a few rows while restricted, all days with everything when parked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.agenda import JOIN_AFTER, AgendaEntry, clashing, shown, takes_place
from carlendar.domain.base import Value
from carlendar.domain.days import Day, days
from carlendar.domain.event import Response
from carlendar.domain.up_next import find_up_next
from carlendar.presentation.actions import join, navigate, to_drive
from carlendar.presentation.agenda.joined_rows import joined_rows
from carlendar.presentation.calendar_hue import calendar_hue, is_tentative, stripe_of
from carlendar.presentation.call.join_obstacle import join_note, obstacle, short_forms
from carlendar.presentation.disclosure import may_show_details, names, title_forms, title_of
from carlendar.presentation.empty import nothing_listed
from carlendar.presentation.event.place_text import place
from carlendar.presentation.intents import NextPage, OpenEvent, PreviousPage
from carlendar.presentation.service_names import short_name
from carlendar.presentation.states import Action, AgendaRow, AgendaState, EventState, Look, Tone
from carlendar.presentation.time_text import day, header
from carlendar.presentation.travel.facts import departure_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from carlendar.presentation.view_context import ViewContext
    from carlendar.safety.restrictions import Restrictions

DAYS = 14
"""Days of the parked agenda, including today."""
STEPS_MOVING, STEPS_IDLING = 4, 6
"""Maximum number of steps of a task (restriction profile, "Limits per state", steps per task, hard)."""
MOST_PAGES = STEPS_MOVING - 1
"""Pages while moving: to Agenda, "Later" on all pages but the last, and the action of a row there."""
MOST_PAGES_STANDING = STEPS_IDLING - 2
"""Pages while idling: the same, and a row opens first: to its meeting, then that meeting's action."""
AT_ONCE = 150
"""Number of entries that the parked agenda lists at first, and adds with each touch on its last row: entries that are
never scrolled to must not delay a frame.
"""


def agenda(view: ViewContext) -> AgendaState:
    """Return the agenda."""
    if view.restrictions.restricted:
        return _paged(view, shown(view.agenda.entries, hide_declined=view.options.hide_declined))
    coming, more = view.agenda.coming(view.now, AT_ONCE * (view.page + 1))
    listed = [entry for entry in shown(coming, hide_declined=view.options.hide_declined) if _left(view, entry)]
    chosen = _chosen(view, listed) if view.options.list_and_detail else ""
    rows = _with_joined(view, _day_rows(view, listed, chosen), chosen)
    rows += [_later(view)] if more and rows else []
    if not rows:
        return _empty(view, scrolls=True)
    detail = _detail(view, chosen) if chosen else None
    filled = detail is not None and detail.primary is not None and detail.primary.look is not Look.SECONDARY
    return AgendaState(_one_filled(rows, filled=filled), scrolls=True, detail=detail)


def _one_filled(rows: Sequence[AgendaRow], *, filled: bool = False) -> tuple[AgendaRow, ...]:
    """The rows with one filled action: of meetings at the same time the first has it, the others are outlined.

    `filled` is whether there is a filled action beside the rows.
    """
    found = []
    for row in rows:
        look = row.action.look if row.action is not None else Look.SECONDARY
        if row.action is not None and filled and look is not Look.SECONDARY:
            found.append(replace(row, action=replace(row.action, look=Look.SECONDARY)))
        else:
            found.append(row)
        filled = filled or look is not Look.SECONDARY
    return tuple(found)


def _with_joined(view: ViewContext, rows: list[AgendaRow], chosen: str) -> list[AgendaRow]:
    """The rows with those of the meetings that were joined last: after today's, before any other day's."""
    joined = joined_rows(view, chosen)
    today = view.now.date().isoformat()
    at = next((index for index, row in enumerate(rows) if row.header and row.key != today), len(rows))
    return [*rows[:at], *joined, *rows[at:]]


def _empty(view: ViewContext, *, scrolls: bool, home: Action | None = None) -> AgendaState:
    """A list without rows, and what to do about that."""
    said = nothing_listed(view, today_only=not scrolls)
    return AgendaState((), scrolls, said.title, said.lines, said.action, home)


def _chosen(view: ViewContext, listed: list[AgendaEntry]) -> str:
    """Key of the meeting beside the list: the one touched, else what Now shows, else the first; empty for none."""
    if view.subject:
        return view.subject
    up_next = find_up_next(view.agenda.near(view.now), view.now).main
    keys = [entry.key for entry in listed]
    return up_next.key if up_next is not None and up_next.key in keys else next(iter(keys), "")


def _detail(view: ViewContext, key: str) -> EventState:
    from carlendar.presentation.event.view import meeting  # not needed for the first frame

    return meeting(view, key, beside=True)


def _later(view: ViewContext) -> AgendaRow:
    """Return the last row of an incomplete list."""
    say = view.words.say
    show = Action(NextPage(), (say("Show"),), "chevron-down")
    return AgendaRow("later", say("Later meetings"), action=show)


# --- restricted ----------------------------------------------------------------------------------


class AgendaPage(Value, frozen=True):
    """A page of a restricted list: which items, and whether there are any before and after.

    `left` is the number of items on no page, shown on the last one.
    """

    first: int
    end: int
    earlier: bool
    later: bool
    left: int = 0


def pages(total: int, restrictions: Restrictions, rows_fit: int | None = None) -> tuple[AgendaPage, ...]:
    """Divide `total` items into pages, by rows, items and reading groups of the limits.

    The status bar, the way to Drive and each of "Earlier" and "Later" (or in its place the word that more
    is left) are reading groups too, so a page in the middle may have a row less; nor has a page more rows than
    the display can show (`rows_fit`), nor are there more pages than leave every action within the steps of a
    task. At least one page, which may be empty.
    """
    limits = restrictions.limits
    left = min(total, limits.items if limits.items is not None else total)
    rows = max(1, min(bound for bound in (limits.rows, rows_fit, left) if bound is not None))
    groups = limits.groups if limits.groups is not None else rows + 4
    found: list[AgendaPage] = []
    start = 0
    most = MOST_PAGES if restrictions.moving else MOST_PAGES_STANDING
    while (start < left and len(found) < most) or not found:
        earlier = start > 0
        everything = start + max(1, min(rows, groups - 2 - earlier)) >= total
        size = max(1, min(rows, groups - 2 - earlier - (not everything)))
        end = min(left, start + size)
        last = len(found) + 1 == most or end == left
        found.append(AgendaPage(start, end, earlier, later=not last, left=total - end if last else 0))
        start = end
        if not left:
            break
    return tuple(found)


def _paged(view: ViewContext, listed: tuple[AgendaEntry, ...]) -> AgendaState:
    items = _ahead(view, listed)
    found = pages(len(items), view.restrictions, view.options.rows_fit)
    page = found[min(view.page, len(found) - 1)]
    special = clashing(item for item in items if isinstance(item, AgendaEntry))
    rows = tuple(
        _short_row(view, item, special) if isinstance(item, AgendaEntry) else _folded_row(view, item)
        for item in items[page.first : page.end]
    )
    if not rows:
        return _empty(view, scrolls=False, home=to_drive(view))
    say = view.words.say
    return AgendaState(
        _one_filled(rows),
        scrolls=False,
        home=to_drive(view),
        earlier=Action(PreviousPage(), (say("Earlier"),), "chevron-up") if page.earlier else None,
        later=Action(NextPage(), (say("Later"),), "chevron-down") if page.later else None,
        left=_beyond(view, page),
    )


def page_count(view: ViewContext) -> int:
    """How many pages the agenda has now: of a list that scrolls, how often it can be made longer."""
    if not view.restrictions.restricted:
        return view.page + 1 + view.agenda.coming(view.now, AT_ONCE * (view.page + 1))[1]
    listed = shown(view.agenda.entries, hide_declined=view.options.hide_declined)
    return len(pages(len(_ahead(view, listed)), view.restrictions, view.options.rows_fit))


def _ahead(view: ViewContext, listed: tuple[AgendaEntry, ...]) -> tuple[AgendaEntry | Day, ...]:
    """Return the rest of today, what can be joined again, and while standing tomorrow; each once.

    What covers a whole day comes after what has a time, as one item: the day itself.
    """
    found: dict[AgendaEntry | Day, None] = {}
    for held in days(listed, view.zone, view.now.date(), 1 if view.restrictions.moving else 2):
        left = (e for e in held.timed if e.event.end(view.zone) > view.now or view.can_join(e))
        found |= dict.fromkeys(left)
        whole = tuple(entry for entry in held.all_day if takes_place(entry.event))
        if whole:
            found[Day(held.day, whole)] = None
    first = _first_of_tomorrow(view, listed) if view.restrictions.moving else None
    # no entry of today is dropped for it
    if first is not None and not pages(len(found) + 1, view.restrictions, view.options.rows_fit)[-1].left:
        found[first] = None
    return tuple(found)


def _first_of_tomorrow(view: ViewContext, listed: tuple[AgendaEntry, ...]) -> AgendaEntry | None:
    """Return tomorrow's first timed meeting that takes place."""
    tomorrow = view.now.date() + timedelta(days=1)
    begins = (e for e in listed if not e.all_day and takes_place(e.event) and view.at(e)[0].date() == tomorrow)
    return min(begins, key=lambda entry: view.at(entry)[0], default=None)


def _folded_row(view: ViewContext, held: Day) -> AgendaRow:
    """Return one row for all-day entries: the title of the first, and the number of others."""
    first, others = held.all_day[0], len(held.all_day) - 1
    words, title = view.words, title_of(view, first)
    return AgendaRow(
        key=f"folded/{held.day.isoformat()}",
        title=title,
        titles=title_forms(title),
        time=words.say("All day"),
        day=_other_day(view, held.day),
        detail=words.say_number("and {n} more", "and {n} more", others) if others else "",
    )


def _other_day(view: ViewContext, when: date) -> str:
    """Return the name of a day; empty for today."""
    return day(view, when) if when > view.now.date() else ""


def _beyond(view: ViewContext, page: AgendaPage) -> str:
    """Return how many entries are left out, so that the last page is not mistaken for the end of the day."""
    if not page.left:
        return ""
    return view.words.say_number("{n} more when parked", "{n} more when parked", page.left)


def _short_row(view: ViewContext, entry: AgendaEntry, clashed: frozenset[str]) -> AgendaRow:
    """Return a restricted row: time, title, service or place, and Join if it makes sense now."""
    stored = view.agenda.of(entry)
    start, _ = view.at(entry)
    where = short_name(view, stored) or place(view, stored)
    said, tone = _state(view, entry, clashed)
    detail, details = _with_state(said or _leave(view, entry), where)
    can_open = not view.restrictions.moving
    title = title_of(view, entry)
    return AgendaRow(
        key=entry.key,
        title=title,
        titles=title_forms(title),
        time=view.formats.time(start),
        day=_other_day(view, start.date()),
        detail=detail,
        details=details,
        detail_tone=tone,
        struck=not takes_place(entry.event),
        action=join(view, entry),
        open=_open(entry) if can_open else None,
    )


def _state(view: ViewContext, entry: AgendaEntry, clashed: frozenset[str]) -> tuple[tuple[str, ...], Tone]:
    """Return what is special about an entry, briefly: forms from long to short, none for nothing."""
    say = view.words.say
    if entry.event.cancelled:
        return (say("Cancelled"),), Tone.MUTE
    if entry.event.response is Response.DECLINED:
        return (say("Declined"),), Tone.MUTE
    if entry.key in clashed:
        return (say("Clash"),), Tone.WARN
    # Only while joining is possible: that a number is abroad, a call is held, or something is to be confirmed first.
    if hindrance := obstacle(view, entry):
        return short_forms(view, hindrance), Tone.WARN
    note = join_note(view, entry)
    return (note.variants[1:], Tone.WARN) if note else ((), Tone.MUTE)


def _leave(view: ViewContext, entry: AgendaEntry) -> tuple[str, ...]:
    """When to leave for a meeting, if that is known; empty otherwise."""
    text = departure_text(view, entry)
    return (text,) if text else ()


def _with_state(said: tuple[str, ...], rest: str) -> tuple[str, tuple[str, ...]]:
    """The second line of a row, and its forms from long to short where it begins with what is special."""
    if not said:
        return rest, ()
    whole = " · ".join(filter(None, (said[0], rest)))
    return whole, tuple(dict.fromkeys((whole, *said)))


def _open(entry: AgendaEntry) -> Action:
    return Action(OpenEvent(entry.key), ("",))


# --- parked --------------------------------------------------------------------------------------


def _day_rows(view: ViewContext, listed: list[AgendaEntry], chosen: str) -> list[AgendaRow]:
    """Rows of what is left, under a heading for each day; `chosen` is the key of the meeting beside the list."""
    special = clashing(listed)
    rows: list[AgendaRow] = []
    for held in days(listed, view.zone, view.now.date(), DAYS):
        if held.entries:
            rows.append(AgendaRow(held.day.isoformat(), header(view, held.day), header=True))
            rows += [_full_row(view, held, entry, special, chosen) for entry in held.entries]
    return rows


def _left(view: ViewContext, entry: AgendaEntry) -> bool:
    """Whether it is not over, or can still be joined again."""
    return entry.all_day or entry.event.end(view.zone) + JOIN_AFTER > view.now


def _full_row(
    view: ViewContext, held: Day, entry: AgendaEntry, clashed: frozenset[str], chosen: str
) -> AgendaRow:  # fmt: skip
    """A row with everything; beside a detail its actions are found there."""
    time, end = _times(view, held, entry)
    today = held.day == view.now.date()
    said, tone = _state(view, entry, clashed)
    detail, details = _with_state(said or _leave(view, entry), _details(view, entry))
    return AgendaRow(
        # An entry of several days has a row in each of them.
        key=f"{entry.key}/{held.day.isoformat()}",
        title=title_of(view, entry),
        time=time,
        end=end,
        detail=detail,
        details=details,
        detail_tone=tone,
        stripe=stripe_of(entry),
        hue=calendar_hue(view, view.agenda.of(entry).calendar),
        struck=not takes_place(entry.event),
        action=None if chosen else join(view, entry) or _way(view, entry, today=today),
        open=_open(entry),
        chosen=entry.key == chosen,
    )


def _way(view: ViewContext, entry: AgendaEntry, *, today: bool) -> Action | None:
    return navigate(view, entry) if today and takes_place(entry.event) else None


def _times(view: ViewContext, held: Day, entry: AgendaEntry) -> tuple[str, str]:
    """Return when it starts and ends on this day; "from" and "until" if it crosses midnight."""
    say = view.words.say
    if entry.all_day:
        return say("All day"), ""
    start, end = view.at(entry)
    begins = view.formats.time(start) if start.date() == held.day else say("until")
    return begins, view.formats.time(end)


def _details(view: ViewContext, entry: AgendaEntry) -> str:
    """Return the rest of the second line: service or place, people, and certainty."""
    stored = view.agenda.of(entry)
    service = short_name(view, stored)
    parts = [service or place(view, stored, full=True)]
    unsure = is_tentative(entry)
    if not unsure:
        parts.append(names(view, stored, 1) if service else "")
    elif may_show_details(view, stored):
        parts.append(view.words.say("tentative"))
    return " · ".join(part for part in parts if part)
