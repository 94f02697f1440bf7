"""Event: everything about one meeting when parked; title, time, place and actions while standing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.event import Event, Response, ShowAs
from carlendar.domain.ports import ResponseKind
from carlendar.i18n.catalogue import mark
from carlendar.presentation import outbox_status
from carlendar.presentation.actions import hand_over, join, navigate
from carlendar.presentation.call.join_obstacle import obstacle
from carlendar.presentation.disclosure import blocked, cleaned, cleaned_text, may_show_details, names, title
from carlendar.presentation.event.place_text import place
from carlendar.presentation.intents import Intent
from carlendar.presentation.now import running_late
from carlendar.presentation.now.proximity import with_distance
from carlendar.presentation.service_names import full_name, icon, short_name
from carlendar.presentation.states import Action, EventState, Line, Tone
from carlendar.presentation.view_context import Panel, ViewContext

if TYPE_CHECKING:
    from carlendar.domain.agenda import Entry
    from carlendar.meetings.join_details import DialIn
    from carlendar.store.records import StoredEvent

ANSWERS: dict[Response, tuple[str, str]] = {
    Response.ORGANIZER: (mark("You are the organiser"), "account-circle"),
    Response.ACCEPTED: (mark("You accepted"), "check"),
    Response.TENTATIVE: (mark("You said maybe"), "calendar-question"),
    Response.DECLINED: (mark("You declined"), "close"),
    Response.NOT_RESPONDED: (mark("Not answered yet"), "calendar-question"),
}
CHOICES: tuple[tuple[ResponseKind, Response, str, str], ...] = (
    (ResponseKind.ACCEPT, Response.ACCEPTED, mark("Accept"), "check"),
    (ResponseKind.TENTATIVE, Response.TENTATIVE, mark("Maybe"), "calendar-question"),
    (ResponseKind.DECLINE, Response.DECLINED, mark("Decline"), "close"),
)
SERIES = {
    Panel.SERIES_ACCEPT: ResponseKind.ACCEPT,
    Panel.SERIES_TENTATIVE: ResponseKind.TENTATIVE,
    Panel.SERIES_DECLINE: ResponseKind.DECLINE,
}
MOST_SECONDARY = 3
"""Secondary actions of a page while restricted (restriction profile, "actions")."""


def event(scene: ViewContext) -> EventState:
    """The meeting whose occurrence key is the scene's subject; a sentence where it is gone."""
    entry = next((held for held in scene.book.entries if held.key == scene.subject), None)
    if entry is None:
        return EventState(scene.words.say("This meeting was moved or deleted"), "")
    stored = scene.book.of(entry)
    showing_link = scene.panel is Panel.HAND_OVER and scene.parked and stored.way_in is not None
    return EventState(
        title=title(scene, stored),
        when=_when(scene, entry),
        lines=tuple(_lines(scene, entry)),
        body=cleaned_text(stored.event.body) if scene.parked and may_show_details(scene, stored) else "",
        primary=join(scene, entry) or navigate(scene, entry, named=False),
        actions=_actions(scene, entry),
        qr=stored.way_in.url if showing_link and stored.way_in and may_show_details(scene, stored) else "",
    )


def _when(scene: ViewContext, entry: Entry) -> str:
    start, end = scene.at(entry)
    first = scene.formats.date(start.date())
    if entry.event.all_day:
        last = scene.formats.date(_last_day(entry.event, scene))
        return first if last == first else f"{first} – {last}"
    if start.date() == end.date():
        return f"{first}, {scene.formats.between(start, end)}"
    return f"{first}, {scene.formats.time(start)} – {scene.formats.date(end.date())}, {scene.formats.time(end)}"


def _last_day(held: Event, scene: ViewContext) -> date:
    return (held.end(scene.zone) - timedelta(days=1)).date()


def _lines(scene: ViewContext, entry: Entry) -> list[Line]:
    say, stored = scene.words.say, scene.book.of(entry)
    if blocked(stored):
        return [Line((say("Titles are hidden: access is blocked"), say("Access blocked")), "lock", Tone.WARN)]
    if not may_show_details(scene, stored):
        return [Line((say("Details are hidden while you are not alone"), say("Details are hidden")), "eye-off")]
    lines = []
    if stored.plain:
        lines.append(Line((say("The text of this meeting is not shown"), say("Text not shown")), "alert", Tone.WARN))
    if stored.event.cancelled:
        lines.append(Line((say("Cancelled"),), "calendar-remove", Tone.WARN))
    if people := names(scene, stored, 2):
        fewer = names(scene, stored, 1)
        lines.append(Line((people, fewer), "account-group", Tone.NORMAL))
    if service := full_name(scene, stored):
        lines.append(Line((service, short_name(scene, stored)), icon(stored), Tone.NORMAL))
    if hindrance := obstacle(scene, entry):
        lines.append(replace(hindrance, variants=hindrance.variants[-2:]))  # the service stands above it
    if where := place(scene, stored, full=scene.parked):
        lines.append(Line((*with_distance(scene, stored, where), place(scene, stored)), "map-marker", Tone.NORMAL))
    if scene.parked:
        lines += _parked_lines(scene, stored)
    said = (outbox_status.answer_line(scene, entry), outbox_status.late_line(scene, entry))
    return lines + [line for line in said if line]


def _parked_lines(scene: ViewContext, stored: StoredEvent) -> list[Line]:
    from carlendar.presentation.event.source_zone import own_zone_line

    say = scene.words.say
    elsewhere = own_zone_line(scene, stored.event)
    lines = [elsewhere] if elsewhere else []
    if stored.way_in is not None and stored.way_in.dial_ins:
        lines.append(Line((dial_in(stored.way_in.dial_ins[0], say("ID")),), "phone", Tone.NORMAL))
    elif stored.way_in is not None and not stored.way_in.url and stored.way_in.retired:
        lines.append(Line((say("This meeting service no longer exists"),), "alert", Tone.WARN))
    if stored.event.response in ANSWERS:
        text, name = ANSWERS[stored.event.response]
        lines.append(Line((say(text),), name, Tone.NORMAL))
    if stored.event.show_as is ShowAs.FREE:
        lines.append(Line((say("Shown as free"),), "calendar-blank"))
    if organizer := _organizer(stored.event):
        lines.append(Line((say("Organiser: {name}", name=organizer), organizer), "account", Tone.NORMAL))
    return lines


def _organizer(held: Event) -> str:
    """Whose meeting it is, where it is not the person's own."""
    if held.organizer is None or held.is_organizer:
        return ""
    return cleaned(held.organizer.name) or cleaned(held.organizer.address)


def dial_in(way: DialIn, id_word: str) -> str:
    """The number as it is written in its country, and the conference ID in groups of three."""
    digits = "".join(char for char in way.digits.partition("#")[0] if char.isdigit())
    groups = " ".join(digits[index : index + 3] for index in range(0, len(digits), 3))
    return f"{_number(way.number)} · {id_word} {groups}" if groups else _number(way.number)


def _number(number: str) -> str:
    # Imported when an event is opened: it takes 20 ms and the first frame does not need it.
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def _actions(scene: ViewContext, entry: Entry) -> tuple[Action, ...]:
    if scene.panel is Panel.ANSWERS and scene.parked:
        return _answers(scene, entry)
    if scene.panel in SERIES and scene.parked:
        return _which(scene, entry, SERIES[scene.panel])
    if scene.panel is Panel.LATENESS and scene.parked and running_late.offered(scene, entry):
        return (*running_late.choices(scene, entry), _never_mind(scene))
    way_there = navigate(scene, entry, named=False) if join(scene, entry) else None
    take_back = outbox_status.take_back(scene, entry.event, frozenset(outbox_status.ANSWERS))
    found = (
        _link(scene, entry),
        way_there,
        running_late.action(scene, entry),
        take_back or _change_answer(scene, entry),
    )
    given = tuple(action for action in found if action is not None)
    return given if scene.parked else (*given, *_quick_answers(scene, entry))[:MOST_SECONDARY]


def _link(scene: ViewContext, entry: Entry) -> Action | None:
    if scene.panel is Panel.HAND_OVER:
        return Action(Intent.DISMISS_QUESTION, (scene.words.say("Hide the code"), scene.words.say("Hide")), "close")
    return hand_over(scene, entry)


def _answerable(scene: ViewContext, entry: Entry) -> bool:
    """Whether the calendar may be written, and the person was invited by somebody to what takes place."""
    stored = scene.book.of(entry)
    invited = not stored.event.is_organizer and stored.event.organizer is not None
    return invited and not stored.event.cancelled and running_late.may_answer(stored)


def _change_answer(scene: ViewContext, entry: Entry) -> Action | None:
    """Answering again."""
    if not scene.parked or not _answerable(scene, entry):
        return None
    say = scene.words.say
    labels = (say("Change answer"), say("Answer"))
    return Action(Intent.ANSWER_CHOICE, labels, "calendar-check", argument=entry.key)


def _quick_answers(scene: ViewContext, entry: Entry) -> tuple[Action, ...]:
    """Standing at a light: yes or no to what was not answered yet, for the one occurrence."""
    if entry.event.response is not Response.NOT_RESPONDED or not _answerable(scene, entry):
        return ()
    return tuple(_answer(scene, entry, choice) for choice in (CHOICES[0], CHOICES[2]))


def _answers(scene: ViewContext, entry: Entry) -> tuple[Action, ...]:
    return (*(_answer(scene, entry, choice) for choice in CHOICES), _never_mind(scene))


def _answer(scene: ViewContext, entry: Entry, choice: tuple[ResponseKind, Response, str, str]) -> Action:
    """One answer; parked, to a series, it is asked what it is for."""
    kind, answer, label, name = choice
    asks = scene.parked and bool(entry.event.series_id)
    return Action(
        Intent.ANSWER_SERIES if asks else Intent.RESPOND,
        (scene.words.say(label),),
        name,
        argument=f"{kind}|{entry.key}",
        sends=not asks,
        selected=entry.event.response is answer,
    )


def _which(scene: ViewContext, entry: Entry, kind: ResponseKind) -> tuple[Action, ...]:
    """The one occurrence or its series."""
    say = scene.words.say
    one = (say("Only this meeting"), say("Only this"))
    all_ = (say("The whole series"), say("Series"))
    return (
        Action(Intent.RESPOND, one, "calendar", argument=f"{kind}|{entry.key}", sends=True),
        Action(Intent.RESPOND, all_, "calendar-multiple", argument=f"{kind} series|{entry.key}", sends=True),
        _never_mind(scene),
    )


def _never_mind(scene: ViewContext) -> Action:
    return Action(Intent.DISMISS_QUESTION, (scene.words.say("Cancel"),), "close")
