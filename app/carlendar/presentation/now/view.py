"""Drive, the home screen: the next meeting, its one action, and the two after it."""

from __future__ import annotations

from msgspec.structs import replace

from carlendar.domain.agenda import Entry, minutes_until
from carlendar.domain.event import ShowAs
from carlendar.domain.up_next import Phase, UpNext, outlook
from carlendar.presentation import outbox_status
from carlendar.presentation.actions import REJOIN, join, navigate, to_agenda, to_call, way_in
from carlendar.presentation.call.join_obstacle import obstacle
from carlendar.presentation.disclosure import blocked, may_show_details, title_forms, title_of
from carlendar.presentation.event.place_text import place
from carlendar.presentation.intents import Intent
from carlendar.presentation.now import running_late
from carlendar.presentation.now.proximity import with_arrival
from carlendar.presentation.service_names import icon, short_name
from carlendar.presentation.states import Action, Band, DriveState, Line, MiniCard, Ring, Tone
from carlendar.presentation.time_text import as_of, day, moment, span
from carlendar.presentation.view_context import Panel, ViewContext

CARDS = 2
RING_MINUTES = 60


def drive(scene: ViewContext) -> DriveState:
    """Home at this moment; a reminder is laid over it by `carlendar.presentation.now.reminder`."""
    nobody = _nobody(scene)
    if nobody is not None:
        return nobody
    view = outlook(scene.book.near(scene.now), scene.now, scene.snapshot.dismissed)
    if view.main is None or view.phase in (Phase.LATER, Phase.NOTHING):
        return _nothing_soon(scene, view)
    return _meeting(scene, view, view.main)


def _nobody(scene: ViewContext) -> DriveState | None:
    """Home while there is nobody whose day could be shown."""
    say, back = scene.words.say, to_call(scene)
    if scene.snapshot.profile is None and scene.snapshot.profiles:
        choose = Action(Intent.PROFILES, (say("Choose driver"),), "account-switch")
        lines = () if scene.parked else (Line((say("Choose when parked"),), "parking"),)
        return DriveState(say("Who is driving?"), lines=lines, primary=back or (choose if scene.parked else None))
    if scene.accounts:
        return None
    if not scene.parked:
        return DriveState(say("Not signed in"), lines=(Line((say("Sign in when parked"),), "parking"),))
    sign_in = Action(Intent.SIGN_IN, (say("Sign in"),), "login")
    return DriveState(say("Sign in to see your meetings"), primary=sign_in)


def _meeting(scene: ViewContext, view: UpNext, main: Entry) -> DriveState:
    runs = view.phase is Phase.RUNNING
    state = DriveState(
        title=title_of(scene, main),
        ring=None if runs or not scene.clock_set else _ring(scene, main),
        lines=_lines(scene, view, main),
        primary=to_call(scene) or way_in(scene, main) or navigate(scene, main, named=True),
        secondary=running_late.action(scene, main),
        cards=_cards(scene, view, view.following),
        agenda=to_agenda(scene),
    )
    return lateness_panel(scene, state, main)


def lateness_panel(scene: ViewContext, state: DriveState, main: Entry) -> DriveState:
    """The question how late, in the place of the cards, while it is asked (parked)."""
    if scene.panel is not Panel.LATENESS or scene.subject not in ("", main.key) or state.secondary is None:
        return state
    band = Band(scene.words.say("How late will you be?"), "clock-alert-outline")
    return replace(state, ring=None, band=band, cards=(), agenda=None, footer=running_late.choices(scene, main))


def _ring(scene: ViewContext, main: Entry) -> Ring:
    minutes = minutes_until(main.event, scene.now)
    unit = scene.words.say_number("minute", "minutes", minutes)
    fraction = min(1.0, max(0.0, minutes / RING_MINUTES))
    return Ring(str(minutes), unit, scene.words.say("min"), fraction)


def _lines(scene: ViewContext, view: UpNext, main: Entry) -> tuple[Line, ...]:
    say = scene.words.say
    stored = scene.book.of(main)
    start, end = scene.at(main)
    if view.phase is Phase.RUNNING and scene.clock_set:
        time = Line((say("Now, until {time}", time=scene.formats.time(end)),), "clock", Tone.ACCENT)
    elif start.date() != scene.now.date():
        named = day(scene, start.date())
        time = Line((f"{named}, {span(scene, main)}", f"{named}, {_start(scene, main)}"), "clock")
    else:
        short = () if scene.clock_set else (f"{scene.formats.date(start.date())}, {_start(scene, main)}",)
        time = Line((span(scene, main), *short), "clock")
    # What warns stands next to the time: on a small display what comes last is left out first.
    clash = _clash(scene, view)
    lines = [time, clash] if clash else [time]
    if said := outbox_status.late_line(scene, main):
        lines.append(said)
    if hindrance := obstacle(scene, main):
        lines.append(hindrance)
    elif service := short_name(scene, stored):
        lines.append(Line((service,), icon(stored)))
    elif where := place(scene, stored):
        lines.append(Line(with_arrival(scene, stored, where), "map-marker"))
    if blocked(stored):
        lines.append(Line((say("Titles are hidden: access is blocked"), say("Access blocked")), "lock", Tone.WARN))
    lines += _textless(scene)
    if clash is None and stored.event.show_as is ShowAs.TENTATIVE and may_show_details(scene, stored):
        lines.append(Line((say("Tentative"),), "calendar-question"))
    return tuple(lines)


def _clash(scene: ViewContext, view: UpNext) -> Line | None:
    """A clash in words: with what, and when; the shortest form is the word alone."""
    if not view.also:
        return None
    other = view.also[0]
    say, time = scene.words.say, _start(scene, other)
    named = (say("Clash: {time} {title}", time=time, title=form) for form in title_forms(title_of(scene, other)))
    return Line((*named, say("Clash")), "alert", Tone.WARN)


def _nothing_soon(scene: ViewContext, view: UpNext) -> DriveState:
    return DriveState(
        title=_nothing_until(scene, view),
        lines=_nothing_lines(scene, view),
        primary=_nothing_action(scene, view),
        cards=_cards(scene, view, (view.main, *view.following) if view.main else ()),
        agenda=to_agenda(scene),
    )


def _nothing_until(scene: ViewContext, view: UpNext) -> str:
    """How long nothing is; always short enough to be read whole, never cut."""
    say = scene.words.say
    if view.main is not None:
        start = scene.at(view.main)[0]
        if not scene.clock_set or start.date() != scene.now.date():
            return say("No more meetings today") if scene.fresh else say("No known meetings today")
        time = scene.formats.time(start)
        return say("Free until {time}", time=time) if scene.fresh else say("No known meetings until {time}", time=time)
    if scene.as_of is None:
        return say("Loading your calendar") if scene.online else say("Not loaded yet")
    return say("No meetings") if scene.fresh else say("No known meetings")


def _nothing_lines(scene: ViewContext, view: UpNext) -> tuple[Line, ...]:
    say = scene.words.say
    lines = []
    if view.main is not None and scene.at(view.main)[0].date() != scene.now.date():
        lines.append(Line((say("Next: {time}", time=moment(scene, scene.at(view.main)[0])),)))
    if not scene.fresh and scene.as_of is not None:
        lines.append(Line((say("last updated {time}", time=as_of(scene)),)))
    if view.rejoinable is not None and _rejoin(scene, view) is not None:
        ended = scene.formats.time(scene.at(view.rejoinable)[1])
        title = title_of(scene, view.rejoinable)
        lines.append(Line((say("{title} ended at {time}", title=title, time=ended), title)))
    if any(blocked(scene.book.of(entry)) for entry in scene.book.entries):
        lines.append(Line((say("Titles are hidden: access is blocked"), say("Access blocked")), "lock", Tone.WARN))
    return (*lines, *_textless(scene))


def _textless(scene: ViewContext) -> tuple[Line, ...]:
    """That this start leaves the calendar's texts out, and until when."""
    if not scene.options.textless:
        return ()
    say = scene.words.say
    variants = (
        say("Texts are hidden until the next start, because Carlendar failed to start"),
        say("Texts are hidden until the next start"),
        say("Texts are hidden"),
    )
    return (Line(variants, "alert", Tone.WARN),)


def _rejoin(scene: ViewContext, view: UpNext) -> Action | None:
    """Back into the meeting that ended, where no way to the next one's place is offered."""
    if view.rejoinable is None or _way_to(scene, view) is not None:
        return None
    return join(scene, view.rejoinable, REJOIN)


def _way_to(scene: ViewContext, view: UpNext) -> Action | None:
    if view.main is None or scene.at(view.main)[0].date() != scene.now.date():
        return None
    return navigate(scene, view.main, named=True)


def _nothing_action(scene: ViewContext, view: UpNext) -> Action | None:
    return to_call(scene) or _way_to(scene, view) or _rejoin(scene, view)


def _cards(scene: ViewContext, view: UpNext, entries: tuple[Entry, ...]) -> tuple[MiniCard, ...]:
    return tuple(_card(scene, view, entry) for entry in entries[:CARDS])


def _card(scene: ViewContext, view: UpNext, entry: Entry) -> MiniCard:
    title = title_of(scene, entry)
    detail, tone = _card_detail(scene, view, entry)
    return MiniCard(_start(scene, entry), title, detail, tone, title_forms(title))


def _card_detail(scene: ViewContext, view: UpNext, entry: Entry) -> tuple[str, Tone]:
    """What matters most of a meeting in a word: that it runs, its day, that it clashes, its way in or place."""
    start, end = scene.at(entry)
    if start <= scene.now < end and scene.clock_set:
        return scene.words.say("now"), Tone.ACCENT
    clashes = scene.words.say("Clash") if entry.key in view.clashing else ""
    # the day comes first: where there is room for one word, nobody takes tomorrow's meeting for today's
    named = day(scene, start.date()) if start.date() != scene.now.date() else ""
    if clashes or named:
        return " · ".join(filter(None, (named, clashes))), Tone.WARN if clashes else Tone.MUTE
    stored = scene.book.of(entry)
    return short_name(scene, stored) or place(scene, stored), Tone.MUTE


def _start(scene: ViewContext, entry: Entry) -> str:
    return scene.formats.time(scene.at(entry)[0])
