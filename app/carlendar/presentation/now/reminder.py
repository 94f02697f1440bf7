"""The reminder's band over Drive: Join and "late" stay exactly where they are."""

from __future__ import annotations

from carlendar.domain.agenda import Entry, minutes_until
from carlendar.domain.reminders import Reminder, ReminderStage
from carlendar.presentation import outbox_status
from carlendar.presentation.actions import navigate, way_in
from carlendar.presentation.call.join_obstacle import obstacle
from carlendar.presentation.disclosure import title_of
from carlendar.presentation.event.place_text import place
from carlendar.presentation.intents import Intent
from carlendar.presentation.now import running_late
from carlendar.presentation.now.view import lateness_panel
from carlendar.presentation.service_names import short_name
from carlendar.presentation.states import Action, Band, DriveState, Line
from carlendar.presentation.time_text import span
from carlendar.presentation.view_context import Panel, ViewContext


def reminded(scene: ViewContext, reminder: Reminder) -> DriveState:
    """Drive with the band of `reminder`."""
    first = reminder.entries[0]
    state = DriveState(
        title=title_of(scene, first),
        band=Band(when(scene, reminder), "bell" if scene.cabin.loudness > 0 else "bell-off"),
        lines=_lines(scene, reminder, first),
        primary=way_in(scene, first) or navigate(scene, first, named=True),
        secondary=running_late.action(scene, first),
        footer=_answers(scene, reminder),
    )
    return lateness_panel(scene, state, first) if scene.panel is Panel.LATENESS else state


def when(scene: ViewContext, reminder: Reminder) -> str:
    """When it starts or started; changes on the minute."""
    start, end = scene.at(reminder.entries[0])
    minutes = minutes_until(reminder.entries[0].event, scene.now)
    if reminder.stage is ReminderStage.BEFORE:
        return scene.words.say_number("Starts in {n} minute", "Starts in {n} minutes", max(1, minutes))
    if minutes == 0:
        return scene.words.say("Starts now")
    if scene.now >= end:
        return scene.words.say("Ended at {time}", time=scene.formats.time(end))
    return scene.words.say("Started at {time}", time=scene.formats.time(start))


def _lines(scene: ViewContext, reminder: Reminder, first: Entry) -> tuple[Line, ...]:
    stored = scene.book.of(first)
    hindrance = obstacle(scene, first)
    where = "" if hindrance else short_name(scene, stored) or place(scene, stored)
    time = span(scene, first)
    lines = [Line((f"{time} · {where}", time))] if where else [Line((time,))]
    said = outbox_status.late_line(scene, first)
    lines += [line for line in (said, hindrance) if line]
    if len(reminder.entries) > 1:
        other = title_of(scene, reminder.entries[1])
        lines.append(Line((scene.words.say("Also: {title}", title=other),), "alert"))
    return tuple(lines)


def _answers(scene: ViewContext, reminder: Reminder) -> tuple[Action, ...]:
    say = scene.words.say
    keys = "\n".join(reminder.keys)
    skip = Action(Intent.SKIP, (say("Dismiss"),), "close", argument=keys)
    if reminder.stage is ReminderStage.BEFORE:
        time = scene.formats.time(scene.at(reminder.entries[0])[0])
        labels = (say("Remind me at {time}", time=time), say("At {time}", time=time))
        return (Action(Intent.REMIND, labels, "timer-outline", argument=keys), skip)
    return (Action(Intent.REMIND, (say("Got it"),), "check", argument=keys), skip)
