"""What every adapter of `OnlineCall` must do. Subclass `OnlineCallContract` and provide the fixture `bench`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Protocol

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

WAIT = 30.0
"""Seconds; an engine may have to start first."""


class OnlineBench(Protocol):
    """An adapter, and the other end of its call in hand."""

    @property
    def call(self) -> OnlineCall: ...
    @property
    def meeting(self) -> OnlineMeeting: ...

    def holds_lobby(self, *, on: bool) -> None:
        """Whether callers wait to be let in."""

    def requires_consent(self, *, on: bool) -> None:
        """Whether those who speak must agree to a recording."""

    def admit(self) -> None: ...
    def refuse(self) -> None: ...
    def remove(self) -> None: ...
    def end_for_all(self) -> None: ...
    def record(self, *, on: bool) -> None: ...
    def transcribe(self, *, on: bool) -> None: ...
    def mute_by_organizer(self) -> None: ...
    def people(self, number: int) -> None: ...
    def quality(self, quality: Quality) -> None: ...
    def cut(self, *, lost: bool) -> None: ...


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
            assert self._changed.wait_for(found, WAIT), self.states[-8:]
            state = self.states[-1]
            assert state is not None
            return state

    def phase(self, phase: OnlinePhase) -> OnlineState:
        return self.until(lambda state: state.phase is phase)

    def ended(self) -> OnlineEnd | None:
        return self.phase(OnlinePhase.ENDED).end


class OnlineCallContract:
    """The contract. Its tests wait for states, so that they hold for an adapter that has an engine to start."""

    @pytest.fixture
    def bench(self) -> OnlineBench:
        raise NotImplementedError

    @pytest.fixture
    def watch(self, bench: OnlineBench) -> Iterator[OnlineWatch]:
        watch = OnlineWatch(bench.call)
        yield watch
        watch.end()

    def joined(self, bench: OnlineBench, watch: OnlineWatch, *, muted: bool = False) -> OnlineState:
        bench.call.join(bench.meeting, muted=muted)
        return watch.phase(OnlinePhase.CONNECTED)

    def test_a_subscriber_gets_the_state_at_once(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        assert watch.states == [None]
        self.joined(bench, watch)
        later = OnlineWatch(bench.call)
        assert later.states == [watch.now]
        later.end()

    def test_it_names_itself_and_the_services_it_joins(self, bench: OnlineBench) -> None:
        readiness = bench.call.readiness()
        assert readiness.adapter
        assert readiness.services
        assert readiness.needs == ()

    def test_joining_connects_and_then_is_in_the_meeting(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        bench.call.prepare()
        state = self.joined(bench, watch)
        assert next(each.phase for each in watch.states if each is not None) is OnlinePhase.CONNECTING
        assert state.joined is not None
        assert state.joined >= state.since - 1.0
        assert not state.muted

    def test_it_enters_muted_where_that_is_wanted(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        self.joined(bench, watch, muted=True)
        assert all(state.muted for state in watch.states if state is not None)

    def test_mute_and_unmute_are_reported_as_they_are(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        self.joined(bench, watch)
        bench.call.command(OnlineCommand.MUTE)
        watch.until(lambda state: state.muted)
        bench.call.command(OnlineCommand.UNMUTE)
        watch.until(lambda state: not state.muted)

    def test_leaving_ends_the_call(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        self.joined(bench, watch)
        bench.call.command(OnlineCommand.LEAVE)
        assert watch.ended() is OnlineEnd.LEFT

    def test_leaving_while_it_connects_ends_it_too(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        bench.call.join(bench.meeting, muted=True)
        bench.call.command(OnlineCommand.LEAVE)
        assert watch.ended() is OnlineEnd.LEFT

    def test_a_call_that_is_up_is_left_alone_by_another_join(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        before = self.joined(bench, watch)
        bench.call.join(bench.meeting, muted=True)
        bench.call.command(OnlineCommand.MUTE)
        assert watch.until(lambda state: state.muted).joined == before.joined

    def test_it_can_be_joined_again_after_it_ended(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        self.joined(bench, watch)
        bench.call.command(OnlineCommand.LEAVE)
        watch.ended()
        assert self.joined(bench, watch).end is None

    def test_without_a_call_a_command_has_no_effect(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        for command in OnlineCommand:
            bench.call.command(command)
        self.joined(bench, watch)

    def test_in_the_lobby_it_waits_to_be_let_in(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        bench.holds_lobby(on=True)
        bench.call.join(bench.meeting, muted=True)
        assert watch.phase(OnlinePhase.LOBBY).joined is None
        bench.admit()
        assert watch.phase(OnlinePhase.CONNECTED).joined is not None

    def test_not_being_let_in_is_an_end_of_its_own(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        bench.holds_lobby(on=True)
        bench.call.join(bench.meeting, muted=True)
        watch.phase(OnlinePhase.LOBBY)
        bench.refuse()
        assert watch.ended() is OnlineEnd.DENIED

    def test_leaving_the_lobby_is_leaving(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        bench.holds_lobby(on=True)
        bench.call.join(bench.meeting, muted=True)
        watch.phase(OnlinePhase.LOBBY)
        bench.call.command(OnlineCommand.LEAVE)
        assert watch.ended() is OnlineEnd.LEFT

    def test_being_removed_and_the_meetings_end_are_told_apart(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        self.joined(bench, watch)
        bench.remove()
        assert watch.ended() is OnlineEnd.REMOVED
        self.joined(bench, watch)
        bench.end_for_all()
        assert watch.ended() is OnlineEnd.ENDED_FOR_ALL

    def test_people_are_counted_up_to_a_hundred(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        self.joined(bench, watch)
        bench.people(7)
        watch.until(lambda state: state.people == 7)
        bench.people(MANY_PEOPLE)
        watch.until(lambda state: state.people == MANY_PEOPLE)

    def test_a_recording_is_reported_as_long_as_it_runs(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        self.joined(bench, watch)
        bench.record(on=True)
        assert not watch.until(lambda state: state.recording).consent_needed
        bench.record(on=False)
        watch.until(lambda state: not state.recording)
        bench.transcribe(on=True)
        assert not watch.until(lambda state: state.transcription).recording

    def test_a_recording_that_ran_before_is_reported(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        bench.record(on=True)
        bench.call.join(bench.meeting, muted=True)
        watch.until(lambda state: state.phase is OnlinePhase.CONNECTED and state.recording)

    def test_until_consent_the_microphone_stays_shut(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        bench.requires_consent(on=True)
        self.joined(bench, watch)
        bench.record(on=True)
        watch.until(lambda state: state.consent_needed and state.muted)
        bench.call.command(OnlineCommand.UNMUTE)
        bench.people(9)  # a later state than what unmuting might lead to
        assert watch.until(lambda state: state.people == 9).muted
        bench.call.command(OnlineCommand.CONSENT)
        watch.until(lambda state: not state.consent_needed and not state.muted and state.recording)

    def test_consent_leaves_a_muted_microphone_muted(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        bench.requires_consent(on=True)
        self.joined(bench, watch, muted=True)
        bench.record(on=True)
        watch.until(lambda state: state.consent_needed)
        bench.call.command(OnlineCommand.CONSENT)
        assert watch.until(lambda state: not state.consent_needed).muted

    def test_being_muted_by_the_organiser_is_told_apart(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        self.joined(bench, watch)
        bench.mute_by_organizer()
        assert watch.until(lambda state: state.muted).muted_by_organizer
        bench.call.command(OnlineCommand.UNMUTE)
        assert not watch.until(lambda state: not state.muted).muted_by_organizer

    def test_the_quality_is_reported(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        self.joined(bench, watch)
        for quality in (Quality.BAD, Quality.POOR, Quality.GOOD):
            bench.quality(quality)
            watch.until(lambda state, quality=quality: state.quality is quality)  # type: ignore[misc]  # bound now

    def test_after_a_tunnel_it_is_in_the_meeting_again(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        joined = self.joined(bench, watch).joined
        bench.cut(lost=True)
        watch.phase(OnlinePhase.RECONNECTING)
        bench.cut(lost=False)
        assert watch.phase(OnlinePhase.CONNECTED).joined == joined

    def test_a_limit_of_the_sound_is_no_mute(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        self.joined(bench, watch)
        bench.call.sound(0.0, microphone=False)
        bench.call.sound(1.0, microphone=True)
        bench.people(5)
        assert not watch.until(lambda state: state.people == 5).muted

    def test_stopping_ends_the_call_and_reports_nothing_more(self, bench: OnlineBench, watch: OnlineWatch) -> None:
        self.joined(bench, watch)
        bench.call.stop()
        count = len(watch.states)
        bench.people(8)
        assert len(watch.states) == count
