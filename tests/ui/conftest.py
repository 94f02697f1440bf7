"""Frames as the screens get them, a controller and clocks to drive them, and a real display off-screen."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from msgspec.structs import replace

from carlendar.domain.ports import ElapsedClock
from carlendar.presentation.intents import Prefer
from carlendar.presentation.states import (
    Action,
    AgendaRow,
    AgendaState,
    Avatar,
    Band,
    CallState,
    Choice,
    ChoicesState,
    DriveState,
    EventState,
    Frame,
    Line,
    Look,
    MiniCard,
    NoticeState,
    Ring,
    ScreenName,
    ScreenState,
    SignInState,
    StatusBar,
    Stripe,
    Switch,
    Tone,
)
from carlendar.safety.restrictions import ContentLimits, DrivingState, Flag, Restrictions
from carlendar.ui.metrics import PRESETS, DisplayMetrics
from tests.fakes.clocks import ManualClock
from tests.intents import sample

if TYPE_CHECKING:  # importing these opens a window
    from kivy.core.window import WindowBase

    from carlendar.ui.bridge import Bridge
    from carlendar.ui.loop import Loop
    from carlendar.ui.remote_input import Injector
    from carlendar.ui.root_view import RootView

os.environ.setdefault("KIVY_NO_CONSOLELOG", "1")

TIGHT = ContentLimits(4, 12, 2, 30, 15, 60, 220, 7)
FREE = ContentLimits(None, None, None, None, None, None, None, None)
MOVING = Restrictions(DrivingState.MOVING, Flag.FULLY_RESTRICTED, TIGHT, "speed", sequence=3)
PARKED = Restrictions(DrivingState.PARKED, Flag.BASELINE, FREE, "selector", sequence=2)

FRESH = StatusBar("8:48", "Up to date", "", "signal-cellular-3")
OFFLINE = StatusBar("11:20", "Offline · updated 10:52", "last updated 10:52", "cloud-off-outline", Tone.WARN)
JOIN = Action(sample("join"), ("Join",), "phone", Look.GO, sends=True)
LATE = Action(sample("late"), ("I’m late",), "clock-alert-outline", sends=True)
AGENDA = Action(sample("agenda"), ("Agenda",), "calendar-today")
RAIL = (
    Action(sample("home"), ("Now",), "home"),
    replace(AGENDA, selected=True),
    Action(sample("settings"), ("Settings",), "cog"),
)
TIMES = Line(("9:00 – 9:30",), "clock-outline")
TEAMS = Line(("Teams",), "microsoft-teams")

DRIVE = DriveState(
    "Product review",
    Ring("12", "minutes", "min", 0.2),
    lines=(TIMES, TEAMS),
    primary=JOIN,
    secondary=LATE,
    cards=(MiniCard("10:15", "Budget sync", "Teams"), MiniCard("13:00", "Lunch with Ana", "Hafenstraße 12")),
    agenda=AGENDA,
)
GERMAN = DriveState(
    "Abstimmung Lieferkette Werk 4",
    Ring("12", "Minuten", "Min.", 0.2),
    lines=(TIMES, TEAMS),
    primary=replace(JOIN, labels=("Teilnehmen",)),
    secondary=replace(LATE, labels=("Ich verspäte mich", "Verspätet")),
    cards=(
        MiniCard("10:15", "Budgetabgleich", "Überschneidung", Tone.WARN),
        MiniCard("10:30", "Standort Emden", "Teams"),
    ),
    agenda=replace(AGENDA, labels=("Termine",)),
)
NOTHING = DriveState(
    "No known meetings until 13:00",
    lines=(Line(("last updated 10:52",)),),
    primary=Action(sample("navigate"), ("Navigate",), "navigation-variant"),
    cards=DRIVE.cards,
    agenda=AGENDA,
)
REMINDER = DriveState(
    "Product review",
    Ring("5", "minutes", "min", 0.083),
    band=Band("Starts in 5 minutes", "bell"),
    lines=(Line(("9:00 – 9:30 · Teams", "9:00 – 9:30")),),
    primary=JOIN,
    secondary=LATE,
    footer=(
        Action(sample("remind"), ("Remind me at 9:00", "At 9:00"), "alarm-snooze"),
        Action(sample("skip"), ("Dismiss",), "check-circle"),
    ),
)
ARABIC = DriveState(
    "اجتماع مراجعة المنتج",
    Ring("12", "دقيقة", "د", 0.2),
    lines=(TIMES, TEAMS),
    primary=replace(JOIN, labels=("انضمام",)),
    secondary=replace(LATE, labels=("سأتأخر",)),
    cards=(MiniCard("10:15", "תקציב שנתי 2026", "זום"), MiniCard("13:00", "产品评审会议", "東京オフィス")),
    agenda=replace(AGENDA, labels=("المواعيد",)),
)
FOUR_ROWS = (
    AgendaRow("a", "Product review", time="9:00", detail="Teams", action=JOIN),
    AgendaRow("b", "Budget sync", time="10:15", detail="Teams"),
    AgendaRow("c", "Lunch with Ana", time="13:00", detail="Hafenstraße 12"),
    AgendaRow("d", "Supplier call", time="15:30", detail="Webex"),
)
PAGE = AgendaState(
    FOUR_ROWS,
    False,
    home=Action(sample("home"), ("Now",), "home"),
    later=Action(sample("later"), ("Later",), "chevron-down"),
)


def opened(key: str) -> Action:
    """The way to one meeting."""
    return Action(sample("open", key), ("Open",))


LIST = AgendaState(
    (
        AgendaRow("h1", "Today, Monday 23 November", header=True),
        AgendaRow(
            "a", "Product review", time="9:00", end="9:30", detail="Teams · Priya Raman and 5 others",
            action=JOIN, open=opened("a"), stripe=Stripe.SOLID,
        ),
        AgendaRow(
            "b", "Budget sync with finance and controlling", time="10:15", end="11:00",
            detail="Teams · Jonas Weber and 2 others", open=opened("b"), stripe=Stripe.SOLID,
        ),
        AgendaRow(
            "c", "Supplier call: battery housings", time="15:30", end="16:00", detail="Webex · tentative",
            detail_tone=Tone.WARN, open=opened("c"), stripe=Stripe.DASHED,
        ),
        AgendaRow("d", "Town hall", time="17:00", end="18:00", detail="cancelled", struck=True, open=opened("d")),
        AgendaRow("h2", "Tuesday 24 November", header=True),
        *(
            AgendaRow(f"r{at}", f"Meeting {at}", time="9:00", end="9:30", detail="Teams", open=opened(f"r{at}"))
            for at in range(60)
        ),
    ),
    True,
)  # fmt: skip
EVENT = EventState(
    "Product review",
    "Monday 23 November, 9:00 – 9:30",
    (
        Line(("Priya Raman, Jonas Weber and 4 others", "Priya Raman and 5 others", "6 people"), "account-group"),
        Line(("Microsoft Teams meeting",), "microsoft-teams"),
        Line(("You accepted",), "check"),
    ),
    "Launch checklist, open risks, decision on the October date. Slides are in the team channel.",
    JOIN,
    (
        Action(sample("hand_over"), ("Show QR code", "Link to phone"), "qrcode"),
        LATE,
        Action(sample("answer_choice"), ("Change answer",), "calendar-check"),
    ),
)
DETAIL = replace(
    LIST,
    rows=tuple(replace(row, action=None, chosen=row.key == "a") for row in LIST.rows),
    detail=EVENT,
)
CALL = CallState(
    Line(("Connected · ID sent",), "phone-in-talk", Tone.GO),
    "Product review",
    "4 min · Next: Budget sync at 10:15",
    Action(sample("mute"), ("Mute",), "microphone"),
    Action(sample("send_tones"), ("Enter ID again",), "dialpad"),
    Action(sample("leave"), ("Leave",), "phone-hangup", Look.STOP, sends=True),
)
SIGN_IN = SignInState(
    "Sign in",
    ("1 · Scan the QR code", "2 · Enter this code"),
    "HX4 KQP 7ZR",
    "https://microsoft.com/devicelogin",
    (Line(("14 min left · microsoft.com/devicelogin",)), Line(("Only if you started this yourself",))),
    actions=(
        Action(sample("new_code"), ("New code",), "refresh"),
        Action(sample("cancel_sign_in"), ("Cancel",), "close"),
    ),
)
THEMES = (
    Action(Prefer("theme", "auto"), ("Auto",), selected=True),
    Action(Prefer("theme", "night"), ("Night",)),
    Action(Prefer("theme", "day"), ("Day",)),
)
OUT = Action(sample("sign_out"), ("Sign out",), "logout")
ERASE = Action(sample("clear"), ("Erase",))
UNDO = Action(sample("undo"), ("Undo",), "undo")
SETTINGS = ChoicesState(
    "Settings",
    (
        Choice("h", "Accounts", header=True),
        Choice("a", "Priya Raman", "priya@contoso.example", "account", actions=(OUT,)),
        Choice(
            "n", "Night and day", "Follows the car", "theme-light-dark",
            actions=THEMES,
        ),
        Choice(
            "m", "Join meetings muted", icon="microphone-off", open=Action(sample("prefer"), ("Join meetings muted",)),
            switch=Switch(on=True, word="On"),
        ),
        Choice(
            "d", "Declined and cancelled meetings", icon="calendar-remove",
            open=Action(sample("prefer"), ("Declined and cancelled meetings",)), switch=Switch(on=False, word="Hidden"),
        ),
        Choice("e", "Erase all data", "Deletes everything", "trash-can-outline", actions=(ERASE,)),
    ),
)  # fmt: skip
DRIVERS = ChoicesState(
    "Who is driving?",
    (
        Choice("p1", "Ana Lindner", avatar=Avatar("AL"), open=Action(sample("home"), ("Ana Lindner",), selected=True)),
        Choice("p2", "Maximiliane Oberhuber-Rodríguez", "Only when the car recognises this driver", "account-circle"),
        Choice("add", "Add driver", icon="account-plus", open=Action(sample("agenda"), ("Add driver",))),
        Choice("guest", "Guest", icon="incognito", open=Action(sample("settings"), ("Guest",))),
    ),
    tiles=True,
)
NOTICE = NoticeState(
    "What is kept in this car",
    (
        "Titles, times, places and people of your meetings for the next two weeks, on this device only.",
        "They are deleted when you sign out, or when the car has not reached your calendar for seven days.",
    ),
    "shield-lock-outline",
    (Action(sample("accept_notice"), ("I understand",), "check"), Action(sample("back"), ("Not now",), "close")),
)
FORBIDDEN = NoticeState("Available when parked", (), "parking", (AGENDA,))


def frame(screen: ScreenName, body: ScreenState, restrictions: Restrictions = MOVING, **more: Any) -> Frame:
    """A frame with what every frame has."""
    return Frame(screen, more.pop("status", FRESH), body, restrictions, place=more.pop("place", "e1"), **more)


FRAMES = {
    "drive": frame(ScreenName.DRIVE, DRIVE),
    "drive_parked": frame(ScreenName.DRIVE, DRIVE, PARKED, rail=RAIL),
    "german": frame(ScreenName.DRIVE, GERMAN),
    "nothing": frame(ScreenName.DRIVE, NOTHING, status=OFFLINE),
    "reminder": frame(ScreenName.DRIVE, REMINDER),
    "arabic": frame(ScreenName.DRIVE, ARABIC, rtl=True, language="ar"),
    "toast": frame(
        ScreenName.DRIVE, DRIVE, toast=Line(("Telling them soon",), "check"), toast_action=UNDO
    ),
    "agenda_page": frame(ScreenName.AGENDA, PAGE),
    "agenda_list": frame(ScreenName.AGENDA, LIST, PARKED, rail=RAIL),
    "agenda_empty": frame(ScreenName.AGENDA, AgendaState((), True, "No known meetings today"), PARKED, rail=RAIL),
    "agenda_sign_in": frame(
        ScreenName.AGENDA,
        AgendaState(
            (), True, "Sign in to see your meetings", (Line(("Guest: removing the guest deletes everything",),
            "incognito"),), Action(sample("sign_in"), ("Sign in",), "login"),
        ), PARKED, rail=RAIL,
    ),
    "agenda_detail": frame(ScreenName.AGENDA, DETAIL, PARKED, rail=RAIL),
    "agenda_detail_qr": frame(
        ScreenName.AGENDA, replace(DETAIL, detail=replace(EVENT, body="", qr="https://contoso.example/j/1")), PARKED,
        rail=RAIL,
    ),
    "event": frame(ScreenName.EVENT, EVENT, PARKED, rail=RAIL),
    "event_right": replace(frame(ScreenName.EVENT, EVENT, PARKED, rail=RAIL), rail_at_end=True),
    "agenda_right": replace(frame(ScreenName.AGENDA, LIST, PARKED, rail=RAIL), rail_at_end=True),
    "event_qr": frame(ScreenName.EVENT, replace(EVENT, body="", qr="https://contoso.example/j/1"), PARKED, rail=RAIL),
    "call": frame(ScreenName.CALL, CALL),
    "call_ended": frame(
        ScreenName.CALL,
        CallState(
            Line(("The call was dropped",), "phone-alert", Tone.WARN), "Product review", large=JOIN,
            close=Action(sample("close_call"), ("Close",), "close"),
        ),
    ),
    "sign_in": frame(ScreenName.SIGN_IN, SIGN_IN, PARKED),
    "sign_in_failed": frame(
        ScreenName.SIGN_IN,
        SignInState(
            "Sign in", message=Line(("Your organisation does not allow this way to sign in.",), "alert", Tone.WARN),
            actions=SIGN_IN.actions,
        ),
        PARKED,
    ),
    "settings": frame(ScreenName.SETTINGS, SETTINGS, PARKED, rail=RAIL),
    "drivers": frame(ScreenName.PROFILES, DRIVERS, PARKED, rail=RAIL),
    "notice": frame(ScreenName.NOTICE, NOTICE, PARKED),
    "forbidden": frame(ScreenName.NOTICE, FORBIDDEN),
}  # fmt: skip


@pytest.fixture
def frames() -> dict[str, Frame]:
    """A frame of every screen and state, by name."""
    return dict(FRAMES)


@dataclass
class FakeController:
    """Shows the frame it was given, and remembers what was done. `answers` are frames that actions lead to."""

    frame: Frame
    answers: dict[str, Frame] = field(default_factory=dict)
    restricted: Callable[[Restrictions], Frame] | None = None
    acts: list[Action] = field(default_factory=list)
    scrolls: list[tuple[str, float]] = field(default_factory=list)
    ticks: int = 0
    listeners: list[Callable[[Frame], None]] = field(default_factory=list)

    def subscribe(self, listener: Callable[[Frame], None]) -> None:
        """Tell the frame at once and at every change."""
        self.listeners.append(listener)
        listener(self.frame)

    def change(self, frame: Frame) -> None:
        """Another frame, without a touch."""
        self.frame = frame
        for listener in self.listeners:
            listener(frame)

    def restrict(self, restrictions: Restrictions) -> Frame:
        """The frame under other restrictions: the same one unless the test says otherwise."""
        make = self.restricted or (lambda new: replace(self.frame, restrictions=new))
        self.frame = make(restrictions)
        return self.frame

    def act(self, action: Action) -> None:
        """Remember, and go where the test says."""
        self.acts.append(action)
        if action.intent.name in self.answers:
            self.change(self.answers[action.intent.name])

    def scrolled(self, place: str, offset: float) -> None:
        """Remember."""
        self.scrolls.append((place, offset))

    def tick(self) -> float:
        """Nothing becomes due."""
        self.ticks += 1
        return 60.0


@dataclass
class Display:
    """A real loop over a real window, turned by the test."""

    controller: FakeController
    clock: ManualClock
    """The clock of the display, unless another was given."""
    stage: RootView
    loop: Loop
    window: WindowBase
    """Kivy's window, which has no types."""
    injector: Injector
    bridge: Bridge
    newest: list[Restrictions]
    acknowledged: list[int]
    lives: list[float]

    def turn(self, times: int = 3) -> None:
        """Let the loop do what is due."""
        for _ in range(times):
            self.loop.turn()

    def center(self, key: str) -> tuple[float, float]:
        """Middle of a part, in parts of width and height from the top left."""
        widget = self.stage.widget(key)
        return widget.center_x / self.stage.width, 1 - widget.center_y / self.stage.height

    def tap(self, key: str) -> None:
        """Touch the middle of a part, and let go."""
        self.tap_at(*self.center(key))

    def tap_at(self, x: float, y: float) -> None:
        """Touch a point, and let go."""
        self.injector.touch("down", 1, x, y)
        self.turn(1)
        self.injector.touch("up", 1, x, y)
        self.turn()

    def key(self, name: str, *, up: bool = True) -> None:
        """Press a key, and release it."""
        self.injector.key(name, "down")
        if up:
            self.injector.key(name, "up")
        self.turn()

    @property
    def focus(self) -> str:
        """The key of the part that has the focus."""
        return str(self.stage.focus.key)

    def until(self, condition: Callable[[], bool], seconds: float = 5.0) -> None:
        """Turn until the condition holds; fails when it does not in time."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "the condition did not come true in time"
            self.loop.turn()

    @property
    def intents(self) -> list[str]:
        """What was done so far."""
        return [action.intent.name for action in self.controller.acts]


class MakeDisplay(Protocol):
    """Builds a display that shows a frame; `clock` stands still unless given."""

    def __call__(
        self,
        first: Frame,
        metrics: DisplayMetrics = PRESETS["12.9"],
        clock: ElapsedClock | None = None,
        *,
        transitions: bool = False,
    ) -> Display: ...


def _settle(window: Any) -> None:
    """Leave nothing that draws later by itself, which a test that counts drawn frames would see."""
    from kivy.clock import Clock

    for event in Clock.get_events():
        if getattr(event.get_callback(), "__self__", None) is window:
            event.cancel()  # Kivy draws once more half a second after a window's size changed
    for thread in threading.enumerate():
        if thread.name == "fonts":  # what it finds is drawn
            thread.join(20)


@pytest.fixture
def make_display() -> Iterator[MakeDisplay]:
    """Builds displays in the one window there is; each replaces the one before."""
    from carlendar.ui.kivy_hooks import import_language

    import_language()
    from kivy.animation import Animation
    from kivy.base import EventLoop

    from carlendar.ui.bridge import Bridge
    from carlendar.ui.keys import Keys
    from carlendar.ui.loop import Loop, Watch
    from carlendar.ui.remote_input import Injector
    from carlendar.ui.root_view import RootView
    from carlendar.ui.style import load_rules
    from carlendar.ui.window import open_window

    made: list[Display] = []
    listening: list[Keys] = []

    def make(
        first: Frame,
        metrics: DisplayMetrics = PRESETS["12.9"],
        clock: ElapsedClock | None = None,
        *,
        transitions: bool = False,
    ) -> Display:
        window = open_window((metrics.width_px, metrics.height_px), "Test")
        load_rules()
        controller, standing, bridge = FakeController(first), ManualClock(100.0), Bridge()
        clock = clock or standing
        newest, acknowledged, lives = [first.restrictions], list[int](), list[float]()
        stage = RootView(
            metrics, clock, act=lambda action: loop.act(action), scrolled=controller.scrolled, transitions=transitions
        )
        watch = Watch(lambda: newest[0], acknowledged.append, lambda: lives.append(time.monotonic()))
        loop = Loop(window, stage, controller, clock, watch, bridge, polls=False)
        for child in list(window.children):
            window.remove_widget(child)
        window.add_widget(stage)
        if EventLoop.status != "started":
            EventLoop.start()
        controller.subscribe(stage.show)
        display = Display(
            controller, standing, stage, loop, window, Injector(window), bridge, newest, acknowledged, lives
        )
        made.append(display)
        listening.append(Keys(window, stage))
        display.turn()
        _settle(window)
        display.turn()
        return display

    yield make
    for keys in listening:
        keys.stop()
    for display in made:
        for widget in display.stage.walk():  # an animation is the process's, and would go on in the next test
            Animation.cancel_all(widget)
        display.window.remove_widget(display.stage)
        display.bridge.close()
