"""Event: everything about one meeting when parked; title, time, place and actions while standing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.event import Event, Response, ShowAs
from carlendar.domain.guidance import place_link
from carlendar.domain.ports import ResponseKind
from carlendar.i18n.catalogue import mark
from carlendar.presentation import outbox_status
from carlendar.presentation.actions import hand_over, hand_over_place, join, navigate, stop_navigating
from carlendar.presentation.agenda.pending_answers import RESPONSES
from carlendar.presentation.call.join_obstacle import join_note, obstacle
from carlendar.presentation.disclosure import blocked, cleaned, cleaned_text, may_show_details, names, title
from carlendar.presentation.event.place_text import place
from carlendar.presentation.intents import AnswerSeries, ChooseAnswer, CloseQuestion, GoBack, Respond
from carlendar.presentation.now import running_late
from carlendar.presentation.now.proximity import with_distance
from carlendar.presentation.number_text import number_text
from carlendar.presentation.service_names import full_name, icon, short_name
from carlendar.presentation.states import Action, EventState, Line, Tone
from carlendar.presentation.travel.facts import panel
from carlendar.presentation.view_context import Panel, ViewContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from carlendar.domain.agenda import AgendaEntry
    from carlendar.meetings.join_details import DialIn
    from carlendar.store.records import StoredEvent

ANSWERS: dict[Response, tuple[str, str]] = {
    Response.ORGANIZER: (mark("You are the organiser"), "account-star"),
    Response.ACCEPTED: (mark("You accepted"), "check"),
    Response.TENTATIVE: (mark("You said maybe"), "calendar-question"),
    Response.DECLINED: (mark("You declined"), "cancel"),
    Response.NOT_RESPONDED: (mark("Not answered yet"), "calendar-alert"),
}
CHOICES: tuple[tuple[ResponseKind, Response, str, str], ...] = (
    (ResponseKind.ACCEPT, Response.ACCEPTED, mark("Accept"), "check"),
    (ResponseKind.TENTATIVE, Response.TENTATIVE, mark("Maybe"), "calendar-question"),
    (ResponseKind.DECLINE, Response.DECLINED, mark("Decline"), "cancel"),
)
SERIES = {
    Panel.SERIES_ACCEPT: ResponseKind.ACCEPT,
    Panel.SERIES_TENTATIVE: ResponseKind.TENTATIVE,
    Panel.SERIES_DECLINE: ResponseKind.DECLINE,
}
WHICH = {
    ResponseKind.ACCEPT: (mark("Accept only this meeting or the whole series?"), mark("Accept this or all?")),
    ResponseKind.TENTATIVE: (mark("Maybe for only this meeting or the whole series?"), mark("Maybe: this or all?")),
    ResponseKind.DECLINE: (mark("Decline only this meeting or the whole series?"), mark("Decline this or all?")),
}
"""The question about the series, and a short form."""
MOST_SECONDARY = 3
"""Secondary actions of a page while restricted (restriction profile, "actions")."""


def event(view: ViewContext) -> EventState:
    """Return the meeting whose occurrence key is the view's subject; a message if it no longer exists."""
    return meeting(view, view.subject)


def meeting(view: ViewContext, key: str, *, beside: bool = False) -> EventState:
    """Return the meeting with that occurrence key; a message if it no longer exists.

    `beside` a list, whose headings name the days, its date is short.
    """
    entry = view.agenda.entry(key)
    if entry is None:
        gone = view.words.say("This meeting was moved or deleted")
        return EventState(gone, "", actions=() if view.parked else (_back(view),))
    stored = view.agenda.of(entry)
    body = cleaned_text(stored.event.body) if view.parked and may_show_details(view, stored) else ""
    asked = _question(view, entry)
    return EventState(
        title=title(view, stored),
        when=_when(view, entry, view.formats.short_date if beside else view.formats.date),
        lines=asked or tuple(_lines(view, entry)),
        body=body,
        primary=join(view, entry) or navigate(view, entry),
        actions=_actions(view, entry),
        qr=_code(view, stored),
        further=() if asked else _further(view, stored),
        place=f"{key}/{view.panel.value}",
    )


def _code(view: ViewContext, stored: StoredEvent) -> str:
    """Return the text of the QR code to show; empty for none."""
    if not view.parked or not may_show_details(view, stored):
        return ""
    if view.panel is Panel.HAND_OVER and stored.join_details is not None:
        return stored.join_details.url
    if view.panel is Panel.HAND_OVER_PLACE and stored.event.place is not None:
        return place_link(stored.event.place)
    return ""


def _question(view: ViewContext, entry: AgendaEntry) -> tuple[Line, ...]:
    """What is asked, while its answers stand in place of the actions."""
    say = view.words.say
    if not view.parked:
        return ()
    if view.panel is Panel.ANSWERS:
        return (Line((say("What is your answer?"), say("Your answer?")), "calendar-check", Tone.ACCENT),)
    if view.panel in SERIES:
        asked = tuple(say(form) for form in WHICH[SERIES[view.panel]])
        return (Line(asked, "calendar-check", Tone.ACCENT),)
    if view.panel is Panel.LATENESS and running_late.offered(view, entry):
        return (Line((say("How late will you be?"),), "clock-alert-outline", Tone.ACCENT),)
    return ()


def _when(view: ViewContext, entry: AgendaEntry, date_text: Callable[[date], str]) -> str:
    start, end = view.at(entry)
    first = date_text(start.date())
    if entry.event.all_day:
        last = date_text(_last_day(entry.event, view))
        return first if last == first else f"{first} – {last}"
    if start.date() == end.date():
        return f"{first}, {view.formats.between(start, end)}"
    return f"{first}, {view.formats.time(start)} – {date_text(end.date())}, {view.formats.time(end)}"


def _last_day(held: Event, view: ViewContext) -> date:
    return (held.end(view.zone) - timedelta(days=1)).date()


def _lines(view: ViewContext, entry: AgendaEntry) -> list[Line]:
    say, stored = view.words.say, view.agenda.of(entry)
    if blocked(stored):
        hidden = Line((say("Titles are hidden: access is blocked"), say("Access blocked")), "lock", Tone.WARN)
        return [hidden, Line((say("Ask your administrator"),), "shield-account")]
    if not may_show_details(view, stored):
        return [Line((say("Details are hidden while you are not alone"), say("Details are hidden")), "eye-off")]
    lines = []
    if stored.plain:
        lines.append(Line((say("The text of this meeting is not shown"), say("Text not shown")), "alert", Tone.WARN))
    if stored.event.cancelled:
        lines.append(Line((say("Cancelled"),), "calendar-remove", Tone.WARN))
    if people := names(view, stored, 2):
        fewer = names(view, stored, 1)
        lines.append(Line((people, fewer), "account-group", Tone.NORMAL))
    if service := full_name(view, stored):
        lines.append(Line((service, short_name(view, stored)), icon(stored), Tone.NORMAL))
    if hindrance := obstacle(view, entry):
        lines.append(replace(hindrance, variants=hindrance.variants[-2:]))  # the service is above it
    if note := join_note(view, entry):
        lines.append(note)
    if where := place(view, stored, full=view.parked):
        forms = (*with_distance(view, stored, where), place(view, stored))
        lines.append(Line(forms, "map-marker", Tone.NORMAL, complete=True))
    if (there := panel(view, entry)) is not None:
        lines.append(
            replace(there.line, tone=Tone.NORMAL if there.line.tone is Tone.MUTE else there.line.tone, vital=True)
        )
    if view.parked:
        lines += _parked_lines(view, stored)
    said = (outbox_status.answer_line(view, entry), outbox_status.late_line(view, entry))
    return lines + [line for line in said if line]


def _parked_lines(view: ViewContext, stored: StoredEvent) -> list[Line]:
    from carlendar.presentation.event.source_zone import source_zone_line

    say = view.words.say
    elsewhere = source_zone_line(view, stored.event)
    lines = [elsewhere] if elsewhere else []
    if stored.join_details is not None and stored.join_details.dial_ins:
        lines.append(Line((dial_in(stored.join_details.dial_ins[0], say("ID")),), "phone", Tone.NORMAL))
    elif stored.join_details is not None and not stored.join_details.url and stored.join_details.retired:
        lines.append(Line((say("This meeting service no longer exists"),), "alert", Tone.WARN))
    if stored.event.response in ANSWERS:
        text, name = ANSWERS[stored.event.response]
        lines.append(Line((say(text),), name, Tone.NORMAL))
    if stored.event.show_as is ShowAs.FREE:
        lines.append(Line((say("Shown as free"),), "calendar-blank"))
    return lines


def _further(view: ViewContext, stored: StoredEvent) -> tuple[Line, ...]:
    """Which calendar it is in and who organises it; parked only."""
    if not view.parked or not may_show_details(view, stored):
        return ()
    lines = []
    if calendar := _calendar(view, stored):
        lines.append(Line((calendar,), "calendar", Tone.NORMAL, complete=True))
    if organizer := _organizer(stored.event):
        organised = view.words.say("Organiser: {name}", name=organizer)
        lines.append(Line((organised, organizer), "account-star", Tone.NORMAL, complete=True))
    return tuple(lines)


def _calendar(view: ViewContext, stored: StoredEvent) -> str:
    """Name of the calendar where there are several: its hue alone says nothing."""
    shown = [calendar for calendar in view.snapshot.calendars if calendar.shown]
    return cleaned(stored.calendar.name) if len(shown) > 1 else ""


def _organizer(held: Event) -> str:
    """Return the organiser, unless it is the user."""
    if held.organizer is None or held.is_organizer:
        return ""
    return cleaned(held.organizer.name) or cleaned(held.organizer.address)


def dial_in(way: DialIn, id_word: str) -> str:
    """Return the number in national format, and the conference ID in groups of three."""
    digits = "".join(char for char in way.digits.partition("#")[0] if char.isdigit())
    groups = " ".join(digits[index : index + 3] for index in range(0, len(digits), 3))
    return f"{number_text(way.number)} · {id_word} {groups}" if groups else number_text(way.number)


def _actions(view: ViewContext, entry: AgendaEntry) -> tuple[Action, ...]:
    if view.panel is Panel.ANSWERS and view.parked:
        return _answers(view, entry)
    if view.panel in SERIES and view.parked:
        return _which(view, entry, SERIES[view.panel])
    if view.panel is Panel.LATENESS and view.parked and running_late.offered(view, entry):
        return (*running_late.choices(view, entry), _never_mind(view))
    way_there = navigate(view, entry) if join(view, entry) else None
    way_there = way_there or stop_navigating(view, entry) or _place(view, entry)
    undo_action = outbox_status.undo_action(view, entry.event, frozenset(RESPONSES))
    found = (
        _link(view, entry),
        way_there,
        running_late.action(view, entry),
        undo_action or _change_answer(view, entry),
    )
    given = tuple(action for action in found if action is not None)
    if view.parked:
        return given
    # Back is one of the secondary actions, the last at the foot
    return (*(*given, *_quick_answers(view, entry))[: MOST_SECONDARY - 1], _back(view))


def _link(view: ViewContext, entry: AgendaEntry) -> Action | None:
    if view.panel in (Panel.HAND_OVER, Panel.HAND_OVER_PLACE):
        return Action(CloseQuestion(), (view.words.say("Hide the code"), view.words.say("Hide")), "eye-off")
    return hand_over(view, entry)


def _place(view: ViewContext, entry: AgendaEntry) -> Action | None:
    return None if view.panel is Panel.HAND_OVER_PLACE else hand_over_place(view, entry)


def _answerable(view: ViewContext, entry: AgendaEntry) -> bool:
    """Whether the calendar may be written, and the person was invited, and the meeting takes place."""
    stored = view.agenda.of(entry)
    invited = not stored.event.is_organizer and stored.event.organizer is not None
    return invited and not stored.event.cancelled and running_late.may_answer(stored)


def _change_answer(view: ViewContext, entry: AgendaEntry) -> Action | None:
    """Return the actions to answer again."""
    if not view.parked or not _answerable(view, entry):
        return None
    say = view.words.say
    labels = (say("Change answer"), say("Answer"))
    return Action(ChooseAnswer(entry.key), labels, "calendar-check")


def _quick_answers(view: ViewContext, entry: AgendaEntry) -> tuple[Action, ...]:
    """Return Accept and Decline while idling, for an unanswered occurrence."""
    if entry.event.response is not Response.NOT_RESPONDED or not _answerable(view, entry):
        return ()
    return tuple(_answer(view, entry, choice) for choice in (CHOICES[0], CHOICES[2]))


def _answers(view: ViewContext, entry: AgendaEntry) -> tuple[Action, ...]:
    return (*(_answer(view, entry, choice) for choice in CHOICES), _never_mind(view))


def _answer(view: ViewContext, entry: AgendaEntry, choice: tuple[ResponseKind, Response, str, str]) -> Action:
    """Return an answer; parked, for a series, ask whether it is for all occurrences."""
    kind, answer, label, name = choice
    asks = view.parked and bool(entry.event.series_id)
    return Action(
        AnswerSeries(entry.key, kind) if asks else Respond(entry.key, kind),
        (view.words.say(label),),
        name,
        sends=not asks,
        selected=entry.event.response is answer,
    )


def _which(view: ViewContext, entry: AgendaEntry, kind: ResponseKind) -> tuple[Action, ...]:
    """Return the question: this occurrence or the series."""
    say = view.words.say
    one = (say("Only this meeting"), say("Only this"))
    all_ = (say("The whole series"), say("Series"))
    return (
        Action(Respond(entry.key, kind), one, "calendar-today", sends=True),
        Action(Respond(entry.key, kind, series=True), all_, "calendar-multiple", sends=True),
        _never_mind(view),
    )


def _back(view: ViewContext) -> Action:
    """Return Back to the list, while there is no rail."""
    return Action(GoBack(), (view.words.say("Back"),), "arrow-left")


def _never_mind(view: ViewContext) -> Action:
    return Action(CloseQuestion(), (view.words.say("Cancel"),), "close")
