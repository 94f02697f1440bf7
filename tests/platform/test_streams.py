"""What is heard in the car by the roles of streams: with PipeWire, and with programs that misbehave."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from carlendar.domain.audio_order import CarSound
from carlendar.platform.speech import SpeechDispatcher
from carlendar.platform.streams import MONITOR, PipeWireStreams
from tests.fakes import audio_server
from tests.fakes import speech as fake_speech
from tests.fakes.audio_server import AudioServer, loudness
from tests.fakes.speech import RecordedSpeech
from tests.fakes.waiting import wait_until

ROLES = {"navigation": CarSound.GUIDANCE, "alert": CarSound.WARNING}
GUIDANCE = frozenset({CarSound.GUIDANCE})
NOTHING: frozenset[CarSound] = frozenset()
requires_server = pytest.mark.skipif(not audio_server.INSTALLED, reason="PipeWire is not installed")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AudioServer]:
    """An audio server of the tests' own."""
    made = AudioServer(tmp_path_factory.mktemp("audio"))
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _threads_end() -> Iterator[None]:
    """Every watch of a test has ended before the next one."""
    yield
    wait_until(lambda: "streams" not in {thread.name for thread in threading.enumerate()})


class Ears:
    """What a listener heard of."""

    def __init__(self) -> None:
        self.heard: list[frozenset[CarSound]] = []

    def __call__(self, sounds: frozenset[CarSound]) -> None:
        self.heard.append(sounds)

    def until(self, sounds: frozenset[CarSound]) -> None:
        """Wait until this is heard."""
        wait_until(lambda: self.heard[-1:] == [sounds], what=lambda: self.heard)


@requires_server
def test_a_stream_is_heard_by_its_role_while_it_plays(server: AudioServer) -> None:
    command = ("env", f"XDG_RUNTIME_DIR={server.environ['XDG_RUNTIME_DIR']}", *MONITOR)
    ears = Ears()
    unsubscribe = PipeWireStreams(ROLES, command).subscribe(ears)
    try:
        ears.until(NOTHING)
        music, guidance = server.play("music"), server.play("Navigation")
        ears.until(GUIDANCE)
        warning = server.play("alert")
        ears.until(GUIDANCE | {CarSound.WARNING})
        warning.terminate()
        guidance.terminate()
        ears.until(NOTHING)
        music.terminate()
        assert ears.heard[0] == NOTHING
    finally:
        unsubscribe()
    wait_until(lambda: "streams" not in {thread.name for thread in threading.enumerate()})


@requires_server
@pytest.mark.skipif(not fake_speech.INSTALLED, reason="speech-dispatcher and espeak-ng are not installed")
def test_speech_is_heard_in_the_car_and_silent_soon_after_it_is_cancelled(server: AudioServer, tmp_path: Path) -> None:
    daemon = RecordedSpeech(tmp_path, server.environ, pulse=True)
    speech = SpeechDispatcher(lambda: daemon.path)
    sound = tmp_path / "car.raw"
    recorder = server.record(sound)
    try:
        wait_until(lambda: sound.stat().st_size > 0, what="the recorder")
        speech.say("Die Besprechung mit dem Lieferanten wurde auf morgen um fünfzehn Uhr dreißig verlegt " * 3, "de")
        wait_until(lambda: loudness(sound) > 0.05, what="speech")
        heard = sound.stat().st_size
        speech.cancel()
        step = audio_server.RATE // 10 * 2  # bytes in a tenth of a second
        wait_until(lambda: sound.stat().st_size > heard + 15 * step)
        assert loudness(sound, heard + 10 * step) < 0.001, "still heard a second after it was cancelled"
    finally:
        speech.stop()
        recorder.terminate()
        daemon.close()


# --- programs that misbehave -----------------------------------------------------------------------


def program(folder: Path, text: str) -> tuple[str, ...]:
    """A program that stands in for pw-dump."""
    path = folder / "monitor.py"
    path.write_text(f"import json, sys, time\n{text}\n")
    return (sys.executable, "-S", str(path))


def node(number: int, role: object, state: str = "running") -> dict[str, object]:
    """The report of a stream."""
    props = {"media.class": "Stream/Output/Audio", "media.role": role, "node.name": "x"}
    return {"id": number, "type": "PipeWire:Interface:Node", "info": {"state": state, "props": props}}


def prints(*reports: object) -> str:
    """Code that prints reports as pw-dump does, and waits."""
    lines = [f"print(json.dumps(json.loads({json.dumps(report)!r}), indent=1), flush=True)" for report in reports]
    return "\n".join([*lines, "time.sleep(60)"])


def test_a_paused_stream_and_one_that_has_gone_are_silent(tmp_path: Path) -> None:
    ears = Ears()
    reports = ([node(1, "navigation")], [node(1, "navigation", "idle")], [node(2, "Alert")], [{"id": 2, "info": None}])
    unsubscribe = PipeWireStreams(ROLES, program(tmp_path, prints(*reports))).subscribe(ears)
    wait_until(lambda: len(ears.heard) == 4, what=lambda: ears.heard)
    unsubscribe()
    assert ears.heard == [GUIDANCE, NOTHING, frozenset({CarSound.WARNING}), NOTHING]


def test_streams_without_a_role_and_other_objects_are_silent(tmp_path: Path) -> None:
    other = {"id": 5, "type": "PipeWire:Interface:Metadata", "props": {}, "metadata": [{"key": "media.role"}]}
    capture = {"id": 6, "info": {"state": "running", "props": {"media.class": "Stream/Input/Audio"}}}
    ears = Ears()
    report = [other, capture, node(7, None), node(8, 5), node(9, "navigation"), {"id": 10, "info": {"props": None}}]
    unsubscribe = PipeWireStreams(ROLES, program(tmp_path, prints(report))).subscribe(ears)
    ears.until(GUIDANCE)
    unsubscribe()


@pytest.mark.parametrize(
    "text",
    ["sys.exit(1)", "print('[garbage\\n]')", "print('[1]\\n]')", 'print(\'[{"id": "x"}]\')', "print('x' * 20_000_000)"],
)
def test_a_program_that_fails_counts_as_silence_and_is_started_again(text: str, tmp_path: Path) -> None:
    count = tmp_path / "count"
    text = f"open({str(count)!r}, 'a').write('x')\n{text}"
    ears = Ears()
    unsubscribe = PipeWireStreams(ROLES, program(tmp_path, text)).subscribe(ears)
    ears.until(NOTHING)
    wait_until(lambda: count.stat().st_size > 1)
    unsubscribe()
    assert ears.heard == [NOTHING]


def test_what_sounded_is_over_when_the_program_ends(tmp_path: Path) -> None:
    text = prints([node(1, "navigation")]).replace("time.sleep(60)", "time.sleep(0.1)")
    ears = Ears()
    unsubscribe = PipeWireStreams(ROLES, program(tmp_path, text)).subscribe(ears)
    wait_until(lambda: ears.heard[:2] == [GUIDANCE, NOTHING], what=lambda: ears.heard)
    unsubscribe()


def test_a_server_that_does_not_answer_counts_as_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carlendar.platform.streams.FIRST_SECONDS", 0.05)
    ears = Ears()
    unsubscribe = PipeWireStreams(ROLES, program(tmp_path, "time.sleep(60)")).subscribe(ears)
    ears.until(NOTHING)
    unsubscribe()


def test_nothing_is_started_without_a_listener_or_the_program(tmp_path: Path) -> None:
    assert "streams" not in {thread.name for thread in threading.enumerate()}
    streams = PipeWireStreams(ROLES, (str(tmp_path / "missing"),))
    ears = Ears()
    streams.subscribe(ears)()
    assert ears.heard == [NOTHING]
    assert not streams.available()


def test_a_second_listener_hears_at_once_and_the_last_one_ends_the_program(tmp_path: Path) -> None:
    streams = PipeWireStreams(ROLES, program(tmp_path, prints([node(1, "navigation")])))
    first, second = Ears(), Ears()
    ends = [streams.subscribe(first)]
    first.until(GUIDANCE)
    ends.append(streams.subscribe(second))
    assert second.heard == [GUIDANCE]
    ends[0]()
    assert "streams" in {thread.name for thread in threading.enumerate()}
    ends[1]()
    wait_until(lambda: "streams" not in {thread.name for thread in threading.enumerate()})
