"""What every adapter of `OnlineCall` must do. Subclass `OnlineCallContract` and provide the fixture `call`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Protocol

import msgspec
import pytest

from carlendar.domain.online_call import (
    MANY_PEOPLE,
    OnlineCommand,
    OnlineEnd,
    OnlineMeeting,
    OnlinePhase,
    OnlineState,
    Quality,
)
from carlendar.domain.ports import OnlineCall
from carlendar_devtools.emulator.phone.online_link import DataLine

LINK = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_Q29udG9zbw%40thread.v2/0?context=%7b%7d"
MEETING = OnlineMeeting(LINK, account_id="driver", display_name="Ana Ruiz")
WAIT = 30.0
"""Seconds; an engine may have to start first."""


class ControlledCall(OnlineCall, DataLine, Protocol):
    """An adapter whose call has its other end in the test's hands."""


class OnlineWatch:
    """Records every state of an adapter, and waits for one."""

    def __init__(self, call: OnlineCall) -> None:
        self.states: list[OnlineState | None] = []
        self._changed = threading.Condition()
        self.end = call.subscribe(self._take)

    def _take(self, state: OnlineState | None) -> None:
        with self._changed:
            self.states.append(state)
            self._changed.notify_all()

    @property
    def now(self) -> OnlineState | None:
        with self._changed:
            return self.states[-1]

    def until(self, condition: Callable[[OnlineState], bool]) -> OnlineState:
        """Wait for the current state to be so."""

        def found() -> bool:
            state = self.states[-1]
            return state is not None and condition(state)

        with self._changed:
            assert self._changed.wait_for(found, WAIT), self._seen()
            state = self.states[-1]
            assert state is not None
            return state

    def end_of(self, act: Callable[[], None]) -> OnlineState:
        """Act, and wait for an end that comes after that, however soon; an earlier one does not count."""
        with self._changed:
            before = len(self.states)
        act()

        def ends() -> list[OnlineState]:
            return [state for state in self.states[before:] if state is not None and not state.up]

        with self._changed:
            assert self._changed.wait_for(ends, WAIT), self._seen()
            return ends()[0]

    def _seen(self) -> str:
        """The last states in full, for a test that fails."""
        return "\n".join("none" if state is None else str(msgspec.to_builtins(state)) for state in self.states[-8:])

    def phase(self, phase: OnlinePhase) -> OnlineState:
        return self.until(lambda state: state.phase is phase)

    def quality(self, quality: Quality) -> OnlineState:
        return self.until(lambda state: state.quality is quality)

    def ended(self) -> OnlineEnd | None:
        return self.phase(OnlinePhase.ENDED).end


class OnlineCallContract:
    """The contract. Its tests wait for states, so that they hold for an adapter that has an engine to start."""

    @pytest.fixture
    def call(self) -> ControlledCall:
        raise NotImplementedError

    @pytest.fixture
    def watch(self, call: ControlledCall) -> Iterator[OnlineWatch]:
        watch = OnlineWatch(call)
        yield watch
        watch.end()

    def joined(self, call: ControlledCall, watch: OnlineWatch, *, muted: bool = False) -> OnlineState:
        call.join(MEETING, muted=muted)
        return watch.phase(OnlinePhase.CONNECTED)

    def test_a_subscriber_gets_the_state_at_once(self, call: ControlledCall, watch: OnlineWatch) -> None:
        assert watch.states == [None]
        self.joined(call, watch)
        later = OnlineWatch(call)
        assert later.states == [watch.now]
        later.end()

    def test_it_names_itself_and_the_services_it_joins(self, call: ControlledCall) -> None:
        readiness = call.readiness()
        assert readiness.adapter
        assert readiness.services
        assert readiness.needs == ()

    def test_joining_connects_and_then_is_in_the_meeting(self, call: ControlledCall, watch: OnlineWatch) -> None:
        call.prepare()
        state = self.joined(call, watch)
        assert next(each.phase for each in watch.states if each is not None) is OnlinePhase.CONNECTING
        assert state.joined is not None
        assert state.joined >= state.since - 1.0
        assert not state.muted

    def test_it_enters_muted_where_that_is_wanted(self, call: ControlledCall, watch: OnlineWatch) -> None:
        self.joined(call, watch, muted=True)
        assert all(state.muted for state in watch.states if state is not None)

    def test_mute_and_unmute_are_reported_as_they_are(self, call: ControlledCall, watch: OnlineWatch) -> None:
        self.joined(call, watch)
        call.command(OnlineCommand.MUTE)
        watch.until(lambda state: state.muted)
        call.command(OnlineCommand.UNMUTE)
        watch.until(lambda state: not state.muted)

    def test_leaving_ends_the_call(self, call: ControlledCall, watch: OnlineWatch) -> None:
        self.joined(call, watch)
        call.command(OnlineCommand.LEAVE)
        assert watch.ended() is OnlineEnd.LEFT

    def test_leaving_while_it_connects_ends_it_too(self, call: ControlledCall, watch: OnlineWatch) -> None:
        call.join(MEETING, muted=True)
        call.command(OnlineCommand.LEAVE)
        assert watch.ended() is OnlineEnd.LEFT

    def test_a_call_that_is_up_is_left_alone_by_another_join(self, call: ControlledCall, watch: OnlineWatch) -> None:
        before = self.joined(call, watch)
        call.join(MEETING, muted=True)
        call.command(OnlineCommand.MUTE)
        assert watch.until(lambda state: state.muted).joined == before.joined

    def test_it_can_be_joined_again_after_it_ended(self, call: ControlledCall, watch: OnlineWatch) -> None:
        self.joined(call, watch)
        call.command(OnlineCommand.LEAVE)
        watch.ended()
        assert self.joined(call, watch).end is None

    def test_it_can_be_joined_again_as_soon_as_its_end_is_reported(
        self, call: ControlledCall, watch: OnlineWatch
    ) -> None:
        """Also from within the report."""
        self.joined(call, watch)
        again = threading.Event()

        def rejoin(state: OnlineState | None) -> None:
            if state is not None and not state.up and not again.is_set():
                again.set()
                call.join(MEETING, muted=True)

        end = call.subscribe(rejoin)
        call.command(OnlineCommand.LEAVE)
        watch.until(lambda state: again.is_set() and state.phase is OnlinePhase.CONNECTED and state.muted)
        end()

    def test_without_a_call_a_command_has_no_effect(self, call: ControlledCall, watch: OnlineWatch) -> None:
        for command in OnlineCommand:
            call.command(command)
        self.joined(call, watch)

    def test_in_the_lobby_it_waits_to_be_let_in(self, call: ControlledCall, watch: OnlineWatch) -> None:
        call.holds_lobby = True
        call.join(MEETING, muted=True)
        assert watch.phase(OnlinePhase.LOBBY).joined is None
        call.admit()
        assert watch.phase(OnlinePhase.CONNECTED).joined is not None

    def test_not_being_let_in_is_an_end_of_its_own(self, call: ControlledCall, watch: OnlineWatch) -> None:
        call.holds_lobby = True
        call.join(MEETING, muted=True)
        watch.phase(OnlinePhase.LOBBY)
        call.refuse()
        assert watch.ended() is OnlineEnd.DENIED

    def test_leaving_the_lobby_is_leaving(self, call: ControlledCall, watch: OnlineWatch) -> None:
        call.holds_lobby = True
        call.join(MEETING, muted=True)
        watch.phase(OnlinePhase.LOBBY)
        call.command(OnlineCommand.LEAVE)
        assert watch.ended() is OnlineEnd.LEFT

    def test_being_removed_and_the_meetings_end_are_distinguished(
        self, call: ControlledCall, watch: OnlineWatch
    ) -> None:
        self.joined(call, watch)
        call.remove()
        assert watch.ended() is OnlineEnd.REMOVED
        self.joined(call, watch)
        call.end_for_all()
        assert watch.ended() is OnlineEnd.ENDED_FOR_ALL

    def test_people_are_counted_up_to_a_hundred(self, call: ControlledCall, watch: OnlineWatch) -> None:
        self.joined(call, watch)
        call.people(7)
        watch.until(lambda state: state.people == 7)
        call.people(MANY_PEOPLE)
        watch.until(lambda state: state.people == MANY_PEOPLE)

    def test_a_recording_is_reported_as_long_as_it_runs(self, call: ControlledCall, watch: OnlineWatch) -> None:
        self.joined(call, watch)
        call.record(on=True)
        assert not watch.until(lambda state: state.recording).consent_needed
        call.record(on=False)
        watch.until(lambda state: not state.recording)
        call.transcribe(on=True)
        assert not watch.until(lambda state: state.transcription).recording

    def test_a_recording_that_ran_before_is_reported(self, call: ControlledCall, watch: OnlineWatch) -> None:
        call.record(on=True)
        call.join(MEETING, muted=True)
        watch.until(lambda state: state.phase is OnlinePhase.CONNECTED and state.recording)

    def test_until_consent_the_microphone_stays_shut(self, call: ControlledCall, watch: OnlineWatch) -> None:
        call.requires_consent = True
        self.joined(call, watch)
        call.record(on=True)
        watch.until(lambda state: state.consent_needed and state.muted)
        call.command(OnlineCommand.UNMUTE)
        call.people(9)  # a later state than what unmuting might lead to
        assert watch.until(lambda state: state.people == 9).muted
        call.command(OnlineCommand.CONSENT)
        watch.until(lambda state: not state.consent_needed and not state.muted and state.recording)

    def test_consent_leaves_a_muted_microphone_muted(self, call: ControlledCall, watch: OnlineWatch) -> None:
        call.requires_consent = True
        self.joined(call, watch, muted=True)
        call.record(on=True)
        watch.until(lambda state: state.consent_needed)
        call.command(OnlineCommand.CONSENT)
        assert watch.until(lambda state: not state.consent_needed).muted

    def test_being_muted_by_the_organiser_is_reported(self, call: ControlledCall, watch: OnlineWatch) -> None:
        self.joined(call, watch)
        call.mute_by_organizer()
        assert watch.until(lambda state: state.muted).muted_by_organizer
        call.command(OnlineCommand.UNMUTE)
        assert not watch.until(lambda state: not state.muted).muted_by_organizer

    def test_the_quality_is_reported(self, call: ControlledCall, watch: OnlineWatch) -> None:
        self.joined(call, watch)
        for quality in (Quality.BAD, Quality.POOR, Quality.GOOD):
            call.quality(quality)
            watch.quality(quality)

    def test_after_a_tunnel_it_is_in_the_meeting_again(self, call: ControlledCall, watch: OnlineWatch) -> None:
        joined = self.joined(call, watch).joined
        call.cut(lost=True)
        watch.phase(OnlinePhase.RECONNECTING)
        call.cut(lost=False)
        assert watch.phase(OnlinePhase.CONNECTED).joined == joined

    def test_a_limit_of_the_sound_is_no_mute(self, call: ControlledCall, watch: OnlineWatch) -> None:
        self.joined(call, watch)
        call.sound(0.0, microphone=False)
        call.sound(1.0, microphone=True)
        call.people(5)
        assert not watch.until(lambda state: state.people == 5).muted

    def test_stopping_ends_the_call_and_reports_nothing_more(self, call: ControlledCall, watch: OnlineWatch) -> None:
        self.joined(call, watch)
        call.stop()
        count = len(watch.states)
        call.people(8)
        assert len(watch.states) == count
