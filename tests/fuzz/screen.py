"""Hostile texts on the screen: composed, laid out and drawn off-screen on the real widgets, parked and moving.

An event whose text cannot be shown costs its text alone: the others stand in the agenda with their times. While the
car moves nothing beyond the limits of the restriction profile is drawn.
"""

from __future__ import annotations

import json
import os
from functools import cache
from random import Random
from typing import Any

from msgspec.structs import replace

os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
os.environ.setdefault("LIBGL_ALWAYS_SOFTWARE", "1")
os.environ.setdefault("KIVY_NO_ARGS", "1")
os.environ.setdefault("KIVY_NO_FILELOG", "1")
os.environ.setdefault("KIVY_NO_CONSOLELOG", "1")
os.environ.setdefault("KIVY_LOG_MODE", "PYTHON")

from carlendar.domain.event import Person
from carlendar.domain.place import Place
from carlendar.meetings.join_details import DialIn
from carlendar.presentation.apply_limits import actions, fits
from carlendar.presentation.options import Options
from carlendar.presentation.states import AgendaState, Frame
from carlendar.safety.restrictions import DrivingState
from carlendar.store.records import StoredEvent
from carlendar.text.graphemes import count
from carlendar.ui.metrics import PRESETS
from carlendar.ui.picture import Gallery
from tests.fuzz import values
from tests.fuzz.finding import require, watched
from tests.fuzz.stand import folder
from tests.presentation.conftest import Car, at

SUFFIX = ".json"
TIMES = ("9:00", "10:15", "13:00", "15:30")
MOST = 220
"""Graphemes of a page while the car moves (restriction profile)."""
LEAVING = frozenset({"hand_over", "late", "late_choice", "answer_choice", "join", "navigate"})
"""Names of the intents that are touched on the page of a meeting."""
CLOCKS = ("8:48", "8:56", "9:10", "12:55", "16:30")
CODES = ("\u200d", "\u0644\u0627", "\u202e", "\u2066", "\u0301", "\ufe0f", "\U0001f469", "\u0e33", "\u1100", "[b]", "&",
         "議", "א", "\ud800", "\x00", "\n", "\u2028", "A")  # fmt: skip


@cache
def _galleries() -> tuple[Gallery, ...]:
    os.environ.setdefault("KIVY_HOME", str(folder()))
    return tuple(Gallery(metrics) for metrics in PRESETS.values())


def target(random: Random) -> None:
    """One day of four meetings, of which one bears hostile texts in some of its fields."""
    number = random.randrange(4)
    state = random.choice((DrivingState.PARKED, DrivingState.MOVING, DrivingState.MOVING))
    car, changes, clock = Car(), _changes(random), random.choice(CLOCKS)
    car.clock.wall = at(clock)
    events = list(car.snapshot.events)
    events[number] = _changed(events[number], changes)
    car.snapshot = replace(car.snapshot, events=tuple(events))
    data = json.dumps([number, state.value, changes]).encode()
    with watched(data, SUFFIX):
        car.start(Options(region="DE"), state=state, quiet=random.random() < 0.5).fresh()
        gallery = random.choice(_galleries())
        _draw(gallery, car.frame, data)
        car.drive(state)
        if "agenda" in car.offers():
            car.touch("agenda")
            _agenda(car.frame, _sound_rows(clock, state), number, data)
            _draw(gallery, car.frame, data)
            _opened(random, car, gallery, data)
        car.drive(DrivingState.MOVING)
        _draw(gallery, car.frame, data)


def _opened(random: Random, car: Car, gallery: Gallery, data: bytes) -> None:
    """Open one of the meetings, where that is offered, and touch something on its page."""
    ways = [action for action in actions(car.frame) if action.intent.name == "open"]
    if not ways:
        return
    car.presenter.act(random.choice(ways))
    _draw(gallery, car.frame, data)
    offered = [action for action in actions(car.frame) if action.intent.name in LEAVING]
    if offered:
        car.presenter.act(random.choice(offered))
        _draw(gallery, car.frame, data)


@cache
def _sound_rows(clock: str, state: DrivingState) -> dict[str, str]:
    """The agenda's titles by their times, on a day without hostile texts."""
    car = Car()
    car.clock.wall = at(clock)
    car.start(Options(region="DE"), state=state).fresh()
    return _rows(car.touch("agenda"))


def _rows(frame: Frame) -> dict[str, str]:
    body = frame.body
    return {row.time: row.title for row in body.rows if not row.header} if isinstance(body, AgendaState) else {}


def _agenda(frame: Frame, sound: dict[str, str], number: int, data: bytes) -> None:
    rows = _rows(frame)
    for time, title in sound.items():
        require(time in rows, f"the meeting at {time} is missing", data, SUFFIX)
        same = rows[time] == title or TIMES[number] == time
        require(same, f"the meeting at {time} lost its title", data, SUFFIX)


def _draw(gallery: Gallery, frame: Frame, data: bytes) -> None:
    stage = gallery.stage(frame)
    gallery.rgba_of_shown()
    if not frame.restrictions.restricted:
        return
    require(fits(frame), "the frame of a moving car is beyond its limits", data, SUFFIX)
    drawn = [widget for widget in stage.walk(restrict=True) if getattr(widget, "part", None) is not None]
    texts = [" ".join(widget.part.lines) for widget in drawn if type(widget).__name__ == "TextBlock"]
    require(sum(map(count, texts)) <= MOST, "more text is drawn than a moving car's driver may read", data, SUFFIX)
    kinds = {type(widget).__name__ for widget in drawn}
    require(not kinds & {"QrShape", "PartList"}, f"drawn while moving: {kinds}", data, SUFFIX)


def _changes(random: Random) -> dict[str, object]:
    names = ("title", "body", "place", "organizer", "attendees", "id", "url", "dial_in")
    return {name: _text(random) for name in random.sample(names, random.randrange(1, len(names)))}


def _text(random: Random) -> str:
    if random.random() < 0.5:
        return values.text(random)[:20_000]
    return "".join(random.choice(CODES) * random.choice((1, 1, 2, 300)) for _ in range(random.randrange(1, 12)))


def _changed(stored: StoredEvent, changes: dict[str, Any]) -> StoredEvent:
    makers: dict[str, Any] = {
        "title": lambda text: text,
        "id": lambda text: text,
        "body": lambda text: text,
        "place": lambda text: Place(text, text, 53.55, 9.97),
        "organizer": lambda text: Person(text, text),
        "attendees": lambda text: (Person(text, text), Person("Jonas Weber", "jonas@contoso.example")),
    }
    event = replace(stored.event, **{name: makers[name](text) for name, text in changes.items() if name in makers})
    join_details = stored.join_details
    if join_details is not None:
        join_details = replace(join_details, url=changes.get("url", join_details.url))
        if "dial_in" in changes:
            text = changes["dial_in"]
            join_details = replace(join_details, dial_ins=(DialIn(text, text, text, text),))
    return replace(stored, event=event, join_details=join_details)
