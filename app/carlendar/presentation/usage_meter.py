"""Counts how the screen is used, for telemetry that the driver may have consented to. Used on the UI thread only.

It sees intents, the phone's state and restrictions, and passes on counts, durations and the names of enumerations: what
it passes is checked again by the schema of telemetry, and dropped by the service without consent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from carlendar.domain.call import CallPhase, EndedBy, TonesPhase
from carlendar.domain.online_call import OnlineEnd, OnlinePhase
from carlendar.meetings.plan import JoinAction
from carlendar.presentation.intents import (
    ChangeLine,
    Dismiss,
    HandOver,
    Intent,
    Join,
    JoinConfirmed,
    LeaveCall,
    Remind,
    Undo,
)
from carlendar.presentation.states import ScreenName
from carlendar.presentation.view_context import data_call, ours
from carlendar.safety.restrictions import DrivingState

if TYPE_CHECKING:
    from carlendar.domain.ports import ElapsedClock
    from carlendar.presentation.session import Session
    from carlendar.safety.restrictions import Restrictions

GLANCE_NEW_MS = 1_000
"""Modelled duration of the glance at a screen that has just appeared."""
GLANCE_TOUCH_MS = 1_500
"""Modelled duration of the glance that a touch takes. Together they are those of `docs/fleet.md`."""
LATENCY_STEP_MS = 10

Send = Callable[[str, dict[str, str]], None]
"""Sends an event by name with its fields as texts."""

SERVICES = {
    "teams": "teams", "teams_live": "teams", "zoom": "zoom", "webex": "webex", "meet": "meet", "skype": "skype",
    "skype_for_business": "skype", "gotomeeting": "goto", "bluejeans": "bluejeans", "chime": "chime", "jitsi": "jitsi",
    "whereby": "whereby", "": "phone",
}  # fmt: skip
"""Services in telemetry, by that of the join details; any other is `other`."""

OUTCOMES = {
    EndedBy.BUSY: "busy", EndedBy.NO_ANSWER: "no_answer", EndedBy.NO_PHONE: "no_phone", EndedBy.REFUSED: "refused",
    EndedBy.NOT_DIALLED: "refused", EndedBy.NETWORK: "network", EndedBy.HERE: "cancelled",
}  # fmt: skip
DATA_OUTCOMES = {
    OnlineEnd.LEFT: "cancelled", OnlineEnd.DENIED: "refused", OnlineEnd.NOT_ALLOWED: "refused",
    OnlineEnd.REMOVED: "refused", OnlineEnd.BAD_LINK: "refused", OnlineEnd.SIGN_IN: "refused",
    OnlineEnd.CONNECTION_LOST: "network", OnlineEnd.MEDIA: "network", OnlineEnd.BUSY: "busy",
}  # fmt: skip
"""Ends of a data call before it was in the meeting; any other is `other`."""
WAYS = {JoinAction.CALL: "dial_in", JoinAction.JOIN_ONLINE: "data"}
SCREENS = {
    ScreenName.DRIVE: "now", ScreenName.AGENDA: "agenda", ScreenName.EVENT: "event", ScreenName.CALL: "call",
    ScreenName.SIGN_IN: "sign_in", ScreenName.PROFILES: "profiles", ScreenName.NOTICE: "notice",
    ScreenName.SETTINGS: "settings",
}  # fmt: skip


@dataclass(slots=True)
class _Shown:
    """What one screen showed while moving, since the last report."""

    seconds: float = 0.0
    frames: int = 0
    touches: int = 0
    appearances: int = 0


@dataclass(slots=True)
class _Attempt:
    """An attempt to join by telephone or over data, from the touch on (elapsed seconds)."""

    service: str
    key: str
    since: float
    way: str


@dataclass(slots=True)
class UsageMeter:
    """`latencies` returns the seconds from each tightening to its frame since the last call."""

    send: Send
    elapsed: ElapsedClock
    latencies: Callable[[], Iterable[float]] = tuple
    _screens: dict[ScreenName, _Shown] = field(default_factory=dict)
    _here: ScreenName = ScreenName.DRIVE
    _moving_since: float | None = None
    _attempt: _Attempt | None = None
    _reminded: tuple[tuple[str, ...], str] = ((), "")

    # --- what happens on the screen -------------------------------------------------------------

    def acted(self, session: Session, intent: Intent, late: frozenset[str]) -> None:
        """Count a touch, after it was carried out; `late` are the keys of late messages that could be undone."""
        moving = _moves(session.restrictions)
        if moving:
            self._shown(session.back_stack.here.screen).touches += 1
        match intent:
            case Join() | JoinConfirmed() | ChangeLine():
                self._joined(session, intent.key, intent.step.action)
            case HandOver():
                self._sent_join(self._service(session, intent.key), "hand_over", "started")
            case Remind():
                self._answered(intent.keys, "snoozed", moving=moving)
            case Dismiss():
                self._answered(intent.keys, "dismissed", moving=moving)
            case Undo() if intent.item in late:
                self.send("late", {"minutes": "0", "outcome": "undone"})
            case LeaveCall():
                self._end_attempt("cancelled")
            case _:
                return

    def phone_changed(self, session: Session) -> None:
        """Follow the call of an attempt to join."""
        attempt, call = self._attempt, session.meeting_call
        if attempt is None or call is None or call.key != attempt.key or call.online:
            return
        if call.failed:
            self._end_attempt("no_phone" if call.failed == "no_phone" else "other")
            return
        found = ours(session.phone.calls, call)
        if found is not None and found.phase is CallPhase.ACTIVE:
            if found.tones in (TonesPhase.FAILED, TonesPhase.PARTIAL):
                self._end_attempt("tones_failed")
            elif found.tones is TonesPhase.SENT or not call.tones:
                self._end_attempt("connected", self.elapsed.seconds() - attempt.since)
        elif call.ended is not None:
            self._end_attempt(OUTCOMES.get(call.ended.ended_by or EndedBy.UNKNOWN, "other"))

    def data_changed(self, session: Session) -> None:
        """Follow the data call of an attempt to join."""
        attempt, call = self._attempt, session.meeting_call
        if attempt is None or attempt.way != "data" or call is None or call.key != attempt.key:
            return
        state = data_call(session.data_line, call)
        if state is not None and state.phase is OnlinePhase.CONNECTED:
            self._end_attempt("connected", self.elapsed.seconds() - attempt.since)
        elif state is not None and not state.up:
            self._end_attempt(DATA_OUTCOMES.get(state.end or OnlineEnd.UNKNOWN, "other"))

    def reminded(self, session: Session) -> None:
        """Count a reminder when it appears."""
        if session.last_sounded[0] and session.last_sounded != self._reminded:
            self._reminded = session.last_sounded
            self.send("reminder", {"outcome": "shown", "moving": _flag(_moves(session.restrictions))})

    def restricted(self, before: Restrictions, now: Restrictions) -> None:
        """Follow the driving state; everything that was counted while moving is reported when the car is parked."""
        if _moves(now) and self._moving_since is None:
            self._moving_since = self.elapsed.seconds()
            self._shown(self._here).appearances += 1
        elif not _moves(now) and self._moving_since is not None:
            self._settle()
            self._moving_since = None
        if before.restricted and not now.restricted:
            self.report()

    def drawn(self, screen: ScreenName) -> None:
        """Count a drawn frame."""
        if self._moving_since is None:
            self._here = screen
            return
        if screen is not self._here:
            self._settle()
            self._here = screen
            self._shown(screen).appearances += 1
        self._shown(screen).frames += 1

    def disabled(self) -> None:
        """Count a part that cannot be shown."""
        self.send("watchdog", {"kind": "part_disabled"})

    def report(self) -> None:
        """Send what was counted since the last report."""
        if self._moving_since is not None:
            self._settle()
        for screen, shown in self._screens.items():
            glances = shown.appearances + shown.touches
            duration = shown.appearances * GLANCE_NEW_MS + shown.touches * GLANCE_TOUCH_MS
            self.send(
                "screen",
                {
                    "screen": SCREENS[screen], "seconds": _text(shown.seconds, 86_400), "frames": _text(shown.frames),
                    "touches": _text(shown.touches, 9_999), "glances": _text(glances, 9_999),
                    "glance_ms": _text(duration),
                },
            )  # fmt: skip
        self._screens.clear()
        steps = Counter(-(-round(each * 1000) // LATENCY_STEP_MS) * LATENCY_STEP_MS for each in self.latencies())
        for latency, count in sorted(steps.items()):
            self.send("tightening", {"latency_ms": _text(latency, 600_000), "count": _text(count)})

    # --- within ---------------------------------------------------------------------------------

    def _shown(self, screen: ScreenName) -> _Shown:
        return self._screens.setdefault(screen, _Shown())

    def _settle(self) -> None:
        """Add the time since the last change to the screen that was shown."""
        now = self.elapsed.seconds()
        if self._moving_since is not None:
            self._shown(self._here).seconds += now - self._moving_since
            self._moving_since = now

    def _service(self, session: Session, key: str) -> str:
        stored = session.agenda.stored.get(key)
        details = stored.join_details if stored is not None else None
        return SERVICES.get(details.service, "other") if details is not None else "other"

    def _joined(self, session: Session, key: str, action: JoinAction) -> None:
        call, service = session.meeting_call, self._service(session, key)
        if action is JoinAction.OPEN and session.panel_subject != key:
            self._sent_join(service, "link", "started")
        elif action in WAYS and (session.after_leaving is not None or (call is not None and call.key == key)):
            if self._attempt is None or (self._attempt.key, self._attempt.way) != (key, WAYS[action]):
                self._end_attempt("cancelled")
                self._attempt = _Attempt(service, key, self.elapsed.seconds(), WAYS[action])
            self.phone_changed(session)
        else:
            return  # a question first
        self._answered((key,), "joined", moving=_moves(session.restrictions))

    def _answered(self, keys: tuple[str, ...], outcome: str, *, moving: bool) -> None:
        """Count the answer to the reminder that is shown, once."""
        shown = self._reminded[0]
        if shown and set(keys) & set(shown):
            self._reminded = ((), self._reminded[1])
            self.send("reminder", {"outcome": outcome, "moving": _flag(moving)})

    def _end_attempt(self, outcome: str, seconds: float | None = None) -> None:
        attempt, self._attempt = self._attempt, None
        if attempt is not None:
            self._sent_join(attempt.service, attempt.way, outcome, seconds)

    def _sent_join(self, service: str, way: str, outcome: str, seconds: float | None = None) -> None:
        fields = {"service": service, "way": way, "outcome": outcome}
        if seconds is not None:
            fields["connected_ms"] = _text(seconds * 1000, 600_000)
        self.send("join", fields)


def _moves(restrictions: Restrictions) -> bool:
    """Whether the car is known to move; an unknown state restricts as well, but says nothing about driving."""
    return restrictions.state is DrivingState.MOVING


def _text(value: float, high: int = 999_999) -> str:
    return str(round(min(max(value, 0), high)))


def _flag(value: bool) -> str:
    return "true" if value else "false"
