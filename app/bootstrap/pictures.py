"""`carlendar emulator --headless DIR`: every screen in every state as PNG files, in night and day."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.bootstrap.studio import ZONE, Sitting, Studio
from app.channel.messages import SignInStatus
from app.safety.restrictions import DrivingState
from app.ui.metrics import DisplayMetrics, from_diagonal
from app.ui.picture import Gallery
from app.viewmodels.options import Options

DISPLAYS = {
    "1560x700": DisplayMetrics(1560, 700, 5.22, 750.0),
    "1280x720": from_diagonal(1280, 720, 12.3),
    "800x480": DisplayMetrics(800, 480, 5.25, 700.0),
    "1080x1920": DisplayMetrics(1080, 1920, 7.88, 700.0),
}
SETTLED = 15.0
"""Seconds after which a change that nobody asked for is drawn: it waits for its turn while driving."""
MOVING, IDLING, PARKED, UNKNOWN = DrivingState.MOVING, DrivingState.IDLING, DrivingState.PARKED, DrivingState.UNKNOWN


def _as_it_is(_: Sitting) -> None:
    return


@dataclass(frozen=True, slots=True)
class Situation:
    """One picture: where the day stands, what the car does, and what has been done."""

    name: str
    at: str
    state: DrivingState = MOVING
    act: Callable[[Sitting], None] = _as_it_is
    scenario: str = "commute"
    language: str = "en"
    signed_in: bool = True
    browser: bool = False


def _touches(*intents: str) -> Callable[[Sitting], None]:
    def act(sitting: Sitting) -> None:
        for intent in intents:
            sitting.touch(intent)

    return act


def _after_reminders(*intents: str) -> Callable[[Sitting], None]:
    def act(sitting: Sitting) -> None:
        while getattr(sitting.presenter.frame.body, "band", None) is not None:
            sitting.touch("remind")
        _touches(*intents)(sitting)

    return act


def _call(seconds: float, *then: str) -> Callable[[Sitting], None]:
    def act(sitting: Sitting) -> None:
        sitting.touch("join")
        sitting.pass_time(seconds)
        for intent in then:
            sitting.touch(intent)

    return act


def _clock_lost(sitting: Sitting) -> None:
    sitting.clock.known = False
    sitting.pass_time(SETTLED)


def _offline(sitting: Sitting) -> None:
    _after_reminders()(sitting)
    sitting.fresh(28, online=False)
    sitting.pass_time(SETTLED)


def _dropped(sitting: Sitting) -> None:
    _call(240)(sitting)
    sitting.phone.drop()


def _refused(sitting: Sitting) -> None:
    _call(0.6)(sitting)
    sitting.phone.refuse()


def _waiting(sitting: Sitting) -> None:
    _call(240)(sitting)
    sitting.phone.incoming("+493012345678")


def _no_phone(sitting: Sitting) -> None:
    sitting.phone.disconnect()


def _said(**status: object) -> Callable[[Sitting], None]:
    def act(sitting: Sitting) -> None:
        sitting.touch("sign_in")
        sitting.touch("accept_notice")
        sitting.presenter.service_said(SignInStatus(**status))  # type: ignore[arg-type]  # named fields of the message

    return act


CODE = {
    "phase": "code",
    "user_code": "HX4KQP7ZR",
    "verification_uri": "https://microsoft.com/devicelogin",
    "expires_in": 870.0,
}


def _driven_off(sitting: Sitting) -> None:
    _said(**CODE)(sitting)
    sitting.drive(MOVING)


SITUATIONS = (
    Situation("drive-next", "08:48"),
    Situation("drive-next-parked", "08:48", PARKED),
    Situation("drive-next-german", "08:48", language="de"),
    Situation("drive-unknown", "08:48", UNKNOWN),
    Situation("drive-running", "09:10", act=_after_reminders()),
    Situation("drive-clash", "08:52", act=_after_reminders(), scenario="busy"),
    Situation("reminder-two", "08:52", scenario="busy"),
    Situation("drive-nothing-soon", "11:20", act=_after_reminders()),
    Situation("drive-nothing-at-all", "11:20", scenario="empty"),
    Situation("drive-not-signed-in", "08:48", signed_in=False),
    Situation("drive-not-signed-in-parked", "08:48", PARKED, signed_in=False),
    Situation("drive-offline", "11:20", act=_offline),
    Situation("drive-clock-not-set", "08:48", act=_clock_lost),
    Situation("drive-no-phone", "08:48", act=_no_phone),
    Situation("drive-late-undo", "08:48", act=_touches("late")),
    Situation("reminder", "08:55"),
    Situation("reminder-at-start", "09:00"),
    Situation("agenda-moving", "08:48", act=_touches("agenda")),
    Situation("agenda-moving-later", "08:48", act=_after_reminders("agenda", "later"), scenario="busy"),
    Situation("agenda-idling", "08:48", IDLING, _touches("agenda")),
    Situation("agenda-parked", "08:48", PARKED, _touches("agenda")),
    Situation("agenda-world", "08:48", PARKED, _touches("agenda"), scenario="world"),
    Situation("agenda-empty", "08:48", PARKED, _touches("agenda"), scenario="empty"),
    Situation("event-parked", "08:48", PARKED, _touches("agenda", "open")),
    Situation("event-idling", "08:48", IDLING, _touches("agenda", "open")),
    Situation("event-qr", "08:48", PARKED, _touches("agenda", "open", "hand_over")),
    Situation("event-answer", "08:48", PARKED, _touches("agenda", "open", "answer_choice")),
    Situation("call-dialling", "08:58", act=_call(0.1)),
    Situation("call-ringing", "08:58", act=_call(0.9)),
    Situation("call-sending-id", "08:58", act=_call(3.5)),
    Situation("call-connected", "08:58", act=_call(240)),
    Situation("call-muted", "08:58", act=_call(240, "mute")),
    Situation("call-refused", "08:58", act=_refused),
    Situation("call-dropped", "08:58", act=_dropped),
    Situation("call-waiting", "08:58", act=_waiting),
    Situation("notice", "08:41", PARKED, _touches("sign_in"), signed_in=False),
    Situation("sign-in-code", "08:41", PARKED, _said(**CODE), signed_in=False, browser=True),
    Situation("sign-in-refused", "08:41", PARKED, _said(phase="failed", reason="policy", number="AADSTS53003"),
              signed_in=False, browser=True),
    Situation("sign-in-expired", "08:41", PARKED, _said(phase="expired"), signed_in=False),
    Situation("sign-in-driven-off", "08:41", PARKED, _driven_off, signed_in=False),
    Situation("settings", "08:48", PARKED, _touches("settings")),
    Situation("settings-clear", "08:48", PARKED, _touches("settings", "ask_clear")),
    Situation("profiles", "08:48", PARKED, _touches("settings", "profiles")),
)  # fmt: skip


def render_all(folder: Path, say: Callable[[str], None] = print) -> int:
    """Write all pictures into `folder`; returns 0. DisplayError without OpenGL, OSError when it cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    galleries = {name: Gallery(metrics) for name, metrics in DISPLAYS.items()}
    count = 0
    with tempfile.TemporaryDirectory(prefix="carlendar-pictures-") as scratch:
        studios: dict[tuple[str, bool], Studio] = {}
        for situation in SITUATIONS:
            key = (situation.scenario, situation.signed_in)
            studio = studios.get(key) or studios.setdefault(
                key, Studio(Path(scratch), situation.scenario, signed_in=situation.signed_in)
            )
            count += _render(situation, studio, galleries, folder)
    say(f"{count} pictures in {folder}")
    return 0


def _render(situation: Situation, studio: Studio, galleries: dict[str, Gallery], folder: Path) -> int:
    at = datetime.fromisoformat(f"{studio.world.at:%Y-%m-%d}T{situation.at}:00").replace(tzinfo=ZONE)
    sitting = studio.sitting(at, situation.state, Options(language=situation.language, region="DE"),
                             browser=situation.browser)  # fmt: skip
    try:
        situation.act(sitting)
        for night in (True, False):
            frame = sitting.frame(night=night)
            for display, gallery in galleries.items():
                gallery.render(frame, folder / f"{situation.name}-{display}-{'night' if night else 'day'}.png")
    finally:
        sitting.close()
    return 2 * len(galleries)
