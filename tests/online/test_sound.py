"""Real sound by PipeWire: the room hears the driver, the car hears the room, and muted means silent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from carlendar.domain.online_call import OnlineCommand, OnlineEnd
from carlendar_devtools.emulator.room.audio import ROOM_TONE, tone_share
from carlendar_devtools.emulator.room.server import RoomServer
from tests.contracts.online_call import MEETING, OnlineWatch
from tests.fakes.hidden_browser import engine_parts, teams_web
from tests.fakes.sound_server import SoundServer, sound_server, speaking
from tests.fakes.waiting import wait_until
from tests.online.watching import join

pytestmark = pytest.mark.engine

VOICE = 440
CLEAR, NONE = 0.5, 0.05
"""Shares of a tone in all that is heard."""


@pytest.fixture
def sound() -> Iterator[SoundServer]:
    with sound_server() as server:
        yield server


def test_tones_are_heard_at_both_ends_and_not_when_muted(
    program: str, sdk: Path, room: RoomServer, sound: SoundServer
) -> None:
    room.room.tone = True
    adapter = teams_web(engine_parts(program, sdk, room, devices=(), environ=sound.environ))
    watch = OnlineWatch(adapter)

    def voice() -> float:
        return room.read(lambda each: each.caller.heard.share_of(VOICE) if each.caller else 0.0)

    def loudness() -> float:
        return room.read(lambda each: each.caller.heard.loudness() if each.caller else 0.0)

    with speaking(sound, VOICE):
        join(adapter, watch)
        wait_until(lambda: voice() > CLEAR, what=lambda: f"the voice at the room: {voice():.2f}, {loudness():.4f}")
        wait_until(lambda: tone_share(sound.heard(), ROOM_TONE) > CLEAR, what="the room's tone in the car")
        adapter.command(OnlineCommand.MUTE)
        watch.until(lambda state: state.muted)
        wait_until(lambda: loudness() < 1e-4, what=lambda: f"silence at the room: {loudness():.5f}")
        adapter.command(OnlineCommand.UNMUTE)
        wait_until(lambda: voice() > CLEAR, what="the voice again")
        # a warning of the car: nothing is heard, and nothing said
        adapter.sound(0.0, microphone=False)
        wait_until(lambda: loudness() < 1e-4, what="silence at the room")
        wait_until(lambda: max(map(abs, sound.heard())) < 50, what="silence in the car")
        adapter.sound(1.0, microphone=True)
        wait_until(lambda: tone_share(sound.heard(), ROOM_TONE) > CLEAR, what="the room's tone again")
        # consent: listen-only before it
        room.act(lambda each: each.require_consent(True))
        room.act(lambda each: each.record(True))
        watch.until(lambda state: state.consent_needed and state.muted)
        wait_until(lambda: loudness() < 1e-4, what="silence before consent")
        adapter.command(OnlineCommand.CONSENT)
        wait_until(lambda: voice() > CLEAR, what="the voice after consent")
    adapter.stop()


def test_a_sound_server_that_dies_in_the_call_is_reported_and_a_rejoin_ends_without_audio(
    program: str, sdk: Path, room: RoomServer, sound: SoundServer
) -> None:
    adapter = teams_web(engine_parts(program, sdk, room, devices=(), environ=sound.environ))
    watch = OnlineWatch(adapter)
    join(adapter, watch)
    sound.kill()
    watch.until(lambda state: state.audio_lost)
    room.act(lambda each: each.set_others(6))
    watch.until(lambda state: state.people == 7)
    adapter.command(OnlineCommand.MUTE)
    watch.until(lambda state: state.muted)
    adapter.command(OnlineCommand.LEAVE)
    assert watch.ended() is OnlineEnd.LEFT
    assert watch.end_of(lambda: adapter.join(MEETING, muted=False)).end is OnlineEnd.MEDIA
    adapter.stop()
    assert not adapter.pid


def test_while_the_sound_server_hangs_a_rejoin_ends_without_audio(
    program: str, sdk: Path, room: RoomServer, sound: SoundServer
) -> None:
    adapter = teams_web(engine_parts(program, sdk, room, devices=(), environ=sound.environ))
    watch = OnlineWatch(adapter)
    join(adapter, watch)
    sound.hang()
    adapter.command(OnlineCommand.LEAVE)
    assert watch.ended() is OnlineEnd.LEFT
    assert watch.end_of(lambda: adapter.join(MEETING, muted=False)).end is OnlineEnd.MEDIA
    adapter.stop()


def test_a_rejoin_has_sound_once_the_sound_server_is_back(
    program: str, sdk: Path, room: RoomServer, sound: SoundServer
) -> None:
    adapter = teams_web(engine_parts(program, sdk, room, devices=(), environ=sound.environ))
    watch = OnlineWatch(adapter)
    join(adapter, watch)
    sound.restart()
    watch.until(lambda state: state.audio_lost)
    adapter.command(OnlineCommand.LEAVE)
    assert watch.ended() is OnlineEnd.LEFT
    room.room.tone = True
    assert not join(adapter, watch).audio_lost
    wait_until(lambda: tone_share(sound.heard(), ROOM_TONE) > CLEAR, what="the room's tone in the car")
    adapter.stop()
