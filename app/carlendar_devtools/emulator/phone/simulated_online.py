"""A simulated data call, for the emulator, for pictures and for tests.

It behaves as `OnlineCall` does, by a scheduler that is passed in. The controls of its other end are what an organiser,
the service and the network do: `admit`, `refuse`, `remove`, `end_for_all`, `record`, `transcribe`,
`mute_by_organizer`, `people`, `quality`, `cut`; `holds_lobby`, `requires_consent` and `fails` decide what joining
meets.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from msgspec.structs import replace

from carlendar.domain.online_call import (
    CallIdentity,
    OnlineCommand,
    OnlineEnd,
    OnlineMeeting,
    OnlineNeed,
    OnlinePhase,
    OnlineReadiness,
    OnlineState,
    Quality,
)
from carlendar.domain.ports import ElapsedClock, Unsubscribe
from carlendar_devtools.emulator.phone.simulated_line import Cancel, Scheduler, timer

CONNECTS_AFTER = 1.0
LEAVES_AFTER = 0.2
"""Elapsed seconds."""
LOST_AFTER = 60.0
"""Elapsed seconds without a network after which a call is given up."""
PEOPLE = 6


class SimulatedOnlineCall:
    """`OnlineCall` without a service."""

    def __init__(
        self,
        clock: ElapsedClock,
        scheduler: Scheduler = timer,
        *,
        services: tuple[str, ...] = ("teams",),
        connects_after: float | None = CONNECTS_AFTER,
    ) -> None:
        """`connects_after` is in elapsed seconds from joining; None never connects."""
        self.connects_after = connects_after
        self.needs: tuple[OnlineNeed, ...] = ()
        self.holds_lobby = self.requires_consent = False
        self.fails: OnlineEnd | None = None
        """How joining ends instead of connecting."""
        self.heard, self.microphone_allowed = 1.0, True
        """The limits of the call's audio."""
        self.meeting: OnlineMeeting | None = None
        """What was joined last."""
        self.prepared = 0
        self._clock, self._schedule, self._services = clock, scheduler, services
        self._lock = threading.RLock()
        self._listeners: list[Callable[[OnlineState | None], None]] = []
        self._pending: list[Cancel] = []
        self._state: OnlineState | None = None
        self._wants_muted = False
        self._may_unmute = True
        self._recorded = self._transcribed = False

    # --- the port -------------------------------------------------------------------------------

    def readiness(self) -> OnlineReadiness:
        """Return what is lacking, as set."""
        return OnlineReadiness("simulated", self._services, self.needs)

    def subscribe(self, listener: Callable[[OnlineState | None], None]) -> Unsubscribe:
        """Call `listener` with the state, now and at each change."""
        with self._lock:
            self._listeners.append(listener)
            listener(self._state)
        return lambda: self._unsubscribe(listener)

    def prepare(self) -> None:
        """Count it."""
        self.prepared += 1

    def join(self, meeting: OnlineMeeting, *, muted: bool) -> None:
        """Join, unless a call is up."""
        with self._lock:
            if self._up() is not None:
                return
            self.meeting, self._wants_muted, self._may_unmute = meeting, muted, True
            identity = CallIdentity.USER if meeting.account_id else CallIdentity.GUEST
            self._publish(OnlineState(OnlinePhase.CONNECTING, self._clock.seconds(), muted=muted, identity=identity))
            if self.needs:
                self._end(OnlineEnd.NOT_SET_UP)
            elif self.connects_after is not None:
                self._after(self.connects_after, self._connect)

    def command(self, name: OnlineCommand) -> None:
        """Act on the call."""
        with self._lock:
            state = self._up()
            if state is None:
                return
            if name is OnlineCommand.LEAVE:
                self._cancel()
                self._after(LEAVES_AFTER, lambda: self._end(OnlineEnd.LEFT))
            elif name is OnlineCommand.CONSENT:
                self._publish(replace(state, consent_needed=False, muted=self._wants_muted))
            elif name is OnlineCommand.MUTE or (self._may_unmute and not state.consent_needed):
                self._wants_muted = name is OnlineCommand.MUTE
                self._publish(replace(state, muted=self._wants_muted, muted_by_organizer=False))

    def sound(self, heard: float, microphone: bool) -> None:
        """Note the limits."""
        self.heard, self.microphone_allowed = heard, microphone

    def stop(self) -> None:
        """End the call at once, cancel what is scheduled and forget the listeners."""
        with self._lock:
            self._end(OnlineEnd.LEFT)
            self._listeners.clear()

    # --- the other end --------------------------------------------------------------------------

    def admit(self) -> None:
        """Let the driver in from the lobby."""
        with self._lock:
            if (state := self._up()) is not None and state.phase is OnlinePhase.LOBBY:
                self._enter()

    def refuse(self) -> None:
        """Do not let the driver in."""
        with self._lock:
            if (state := self._up()) is not None and state.phase is OnlinePhase.LOBBY:
                self._end(OnlineEnd.DENIED)

    def remove(self) -> None:
        """Remove the driver from the meeting."""
        with self._lock:
            self._end(OnlineEnd.REMOVED)

    def end_for_all(self) -> None:
        """End the meeting."""
        with self._lock:
            self._end(OnlineEnd.ENDED_FOR_ALL)

    def end(self, why: OnlineEnd, code: str = "") -> None:
        """End the call in any other way."""
        with self._lock:
            self._end(why, code)

    def record(self, *, on: bool) -> None:
        """Begin or end the recording, which may have run before the driver joined."""
        with self._lock:
            self._recorded = on
            self._show_recording()

    def transcribe(self, *, on: bool) -> None:
        """Begin or end the transcription, likewise."""
        with self._lock:
            self._transcribed = on
            self._show_recording()

    def mute_by_organizer(self, *, may_unmute: bool = True) -> None:
        """Mute the driver; without `may_unmute` the microphone stays shut until `allow_microphone`."""
        with self._lock:
            if (state := self._up()) is not None:
                self._wants_muted, self._may_unmute = True, may_unmute
                self._publish(replace(state, muted=True, muted_by_organizer=True))

    def allow_microphone(self) -> None:
        """Let the driver unmute again."""
        self._may_unmute = True

    def people(self, number: int | None) -> None:
        """Change how many people are in the meeting."""
        with self._lock:
            if (state := self._up()) is not None:
                self._publish(replace(state, people=number))

    def quality(self, quality: Quality) -> None:
        """Change the quality of the connection."""
        with self._lock:
            if (state := self._up()) is not None:
                self._publish(replace(state, quality=quality))

    def lose_audio(self) -> None:
        """Let the car's microphone and loudspeaker stop working for the rest of the call."""
        with self._lock:
            if (state := self._up()) is not None:
                self._publish(replace(state, audio_lost=True))

    def cut(self, *, lost: bool) -> None:
        """Cut the connection, or restore it; one that stays cut is given up after `LOST_AFTER`."""
        with self._lock:
            state = self._up()
            if state is None:
                return
            self._cancel()
            if lost:
                if state.phase is OnlinePhase.CONNECTED:
                    self._publish(self._in_phase(state, OnlinePhase.RECONNECTING))
                self._after(LOST_AFTER, lambda: self._end(OnlineEnd.CONNECTION_LOST))
            elif state.phase is OnlinePhase.RECONNECTING:
                self._publish(self._in_phase(replace(state, quality=Quality.GOOD), OnlinePhase.CONNECTED))
            elif state.phase is OnlinePhase.CONNECTING and self.connects_after is not None:
                self._after(self.connects_after, self._connect)

    # --- within ---------------------------------------------------------------------------------

    def _up(self) -> OnlineState | None:
        return self._state if self._state is not None and self._state.up else None

    def _connect(self) -> None:
        state = self._up()
        if state is None or state.phase is not OnlinePhase.CONNECTING:
            return
        if self.fails is not None:
            self._end(self.fails)
        elif self.holds_lobby:
            self._publish(self._in_phase(state, OnlinePhase.LOBBY))
        else:
            self._enter()

    def _enter(self) -> None:
        if (state := self._up()) is not None:
            entered = self._in_phase(state, OnlinePhase.CONNECTED)
            self._publish(replace(entered, joined=self._clock.seconds(), people=PEOPLE))
            self._show_recording()

    def _show_recording(self) -> None:
        state = self._up()
        if state is None or state.joined is None:
            return
        begins = (self._recorded and not state.recording) or (self._transcribed and not state.transcription)
        asks = (self._recorded or self._transcribed) and (state.consent_needed or (begins and self.requires_consent))
        self._publish(
            replace(
                state,
                recording=self._recorded,
                transcription=self._transcribed,
                consent_needed=asks,
                muted=asks or self._wants_muted,
            )
        )

    def _in_phase(self, state: OnlineState, phase: OnlinePhase) -> OnlineState:
        return replace(state, phase=phase, since=self._clock.seconds())

    def _end(self, why: OnlineEnd, code: str = "") -> None:
        if (state := self._up()) is not None:
            self._cancel()
            ended = OnlineState(OnlinePhase.ENDED, self._clock.seconds(), end=why, code=code)
            self._publish(replace(ended, identity=state.identity, joined=state.joined))

    def _after(self, seconds: float, action: Callable[[], None]) -> None:
        def locked() -> None:
            with self._lock:
                action()

        self._pending.append(self._schedule(seconds, locked))

    def _cancel(self) -> None:
        for cancel in self._pending:
            cancel()
        self._pending.clear()

    def _publish(self, state: OnlineState) -> None:
        if state != self._state:
            self._state = state
            for listener in tuple(self._listeners):
                listener(state)

    def _unsubscribe(self, listener: Callable[[OnlineState | None], None]) -> None:
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)
