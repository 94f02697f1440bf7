"""The reminder's band over Drive: Join and "late" stay exactly where they are."""

from __future__ import annotations

from app.domain.agenda import Entry, minutes_until
from app.domain.reminders import Reminder, Stage
from app.viewmodels import lateness, underway
from app.viewmodels.actions import navigate, way_in
from app.viewmodels.disclosure import title_of
from app.viewmodels.drive import lateness_panel
from app.viewmodels.intents import Intent
from app.viewmodels.moments import span
from app.viewmodels.obstacle import obstacle
from app.viewmodels.places import place
from app.viewmodels.scene import Panel, Scene
from app.viewmodels.services import short_name
from app.viewmodels.states import Action, Band, DriveState, Line


def reminded(scene: Scene, reminder: Reminder) -> DriveState:
    """Drive with the band of `reminder`."""
    first = reminder.entries[0]
    state = DriveState(
        title=title_of(scene, first),
        band=Band(when(scene, reminder), "bell" if scene.cabin.loudness > 0 else "bell-off"),
        lines=_lines(scene, reminder, first),
        primary=way_in(scene, first) or navigate(scene, first, named=True),
        secondary=lateness.action(scene, first),
        footer=_answers(scene, reminder),
    )
    return lateness_panel(scene, state, first) if scene.panel is Panel.LATENESS else state


def when(scene: Scene, reminder: Reminder) -> str:
    """When it starts or started; changes on the minute."""
    start, end = scene.at(reminder.entries[0])
    minutes = minutes_until(reminder.entries[0].event, scene.now)
    if reminder.stage is Stage.BEFORE:
        return scene.words.say_number("Starts in {n} minute", "Starts in {n} minutes", max(1, minutes))
    if minutes == 0:
        return scene.words.say("Starts now")
    if scene.now >= end:
        return scene.words.say("Ended at {time}", time=scene.formats.time(end))
    return scene.words.say("Started at {time}", time=scene.formats.time(start))


def _lines(scene: Scene, reminder: Reminder, first: Entry) -> tuple[Line, ...]:
    stored = scene.book.of(first)
    hindrance = obstacle(scene, first)
    where = "" if hindrance else short_name(scene, stored) or place(scene, stored)
    time = span(scene, first)
    lines = [Line((f"{time} · {where}", time))] if where else [Line((time,))]
    said = underway.late_line(scene, first)
    lines += [line for line in (said, hindrance) if line]
    if len(reminder.entries) > 1:
        other = title_of(scene, reminder.entries[1])
        lines.append(Line((scene.words.say("Also: {title}", title=other),), "alert"))
    return tuple(lines)


def _answers(scene: Scene, reminder: Reminder) -> tuple[Action, ...]:
    say = scene.words.say
    keys = "\n".join(reminder.keys)
    skip = Action(Intent.SKIP, (say("Skip this one"), say("Skip")), "close", argument=keys)
    if reminder.stage is Stage.BEFORE:
        time = scene.formats.time(scene.at(reminder.entries[0])[0])
        labels = (say("Remind me at {time}", time=time), say("At {time}", time=time))
        return (Action(Intent.REMIND, labels, "timer-outline", argument=keys), skip)
    return (Action(Intent.REMIND, (say("Got it"),), "check", argument=keys), skip)
