"""The reminder's band over Now: Join and "late" stay exactly where they are."""

from __future__ import annotations

from carlendar.domain.agenda import AgendaEntry, minutes_until
from carlendar.domain.reminders import Reminder, ReminderStage
from carlendar.presentation.actions import join_details, way_there
from carlendar.presentation.disclosure import title_of
from carlendar.presentation.intents import Dismiss, Remind
from carlendar.presentation.now import running_late
from carlendar.presentation.now.view import lateness_panel, meeting_lines, ring
from carlendar.presentation.states import Action, Band, DriveState, Line, Tone
from carlendar.presentation.travel.facts import panel
from carlendar.presentation.view_context import Panel, ViewContext


def reminded(view: ViewContext, reminder: Reminder) -> DriveState:
    """Drive with the band of `reminder`."""
    first = reminder.entries[0]
    state = DriveState(
        title=title_of(view, first),
        ring=ring(view, first),
        band=Band(when(view, reminder), "bell" if view.vehicle.loudness > 0 else "bell-off"),
        lines=_lines(view, reminder, first),
        primary=join_details(view, first) or way_there(view, first),
        secondary=running_late.action(view, first),
        footer=_answers(view, reminder),
        arrival=panel(view, first),
    )
    return lateness_panel(view, state, first) if view.panel is Panel.LATENESS else state


def when(view: ViewContext, reminder: Reminder) -> str:
    """When it starts or started; changes on the minute."""
    start, end = view.at(reminder.entries[0])
    minutes = minutes_until(reminder.entries[0].event, view.now)
    if reminder.stage is ReminderStage.BEFORE:
        return view.words.say_number("Starts in {n} minute", "Starts in {n} minutes", max(1, minutes))
    if minutes == 0:
        return view.words.say("Starts now")
    if view.now >= end:
        return view.words.say("Ended at {time}", time=view.formats.time(end))
    return view.words.say("Started at {time}", time=view.formats.time(start))


def _lines(view: ViewContext, reminder: Reminder, first: AgendaEntry) -> tuple[Line, ...]:
    lines = list(meeting_lines(view, first))
    if len(reminder.entries) > 1:
        other = title_of(view, reminder.entries[1])
        lines.append(Line((view.words.say("Also: {title}", title=other), view.words.say("Clash")), "alert", Tone.WARN))
    return tuple(lines)


def _answers(view: ViewContext, reminder: Reminder) -> tuple[Action, ...]:
    say = view.words.say
    labels = dict.fromkeys((say("Dismiss"), view.words.say_in("short", "Dismiss")))
    dismiss = Action(Dismiss(reminder.keys), tuple(labels), "check-circle")
    if reminder.stage is ReminderStage.BEFORE:
        time = view.formats.time(view.at(reminder.entries[0])[0])
        later = (say("Remind me at {time}", time=time), say("At {time}", time=time))
        return (Action(Remind(reminder.keys), later, "alarm-snooze"), dismiss)
    return (Action(Remind(reminder.keys), (say("Got it"), say("OK")), "eye-check"), dismiss)
