"""Speech over SSIP: with speech-dispatcher and espeak-ng, whose sound is recorded, and with the emulated daemon."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from carlendar.platform.speech import SpeechDispatcher, SpeechLimits, default_socket
from carlendar.platform.ssip import LETTERS, plain, voice_language
from tests.fakes.speech import INSTALLED, EmulatedSpeech, RecordedSpeech
from tests.fakes.waiting import wait_until

GERMAN = "Die Besprechung wurde auf fünfzehn Uhr verschoben"
HOSTILE = (
    ".",
    "..\r\nSTOP ALL",
    "Lunch\r\n.\r\nSET ALL LANGUAGE fr\r\n",
    "Lunch\n.\nQUIT",
    "\x00\x1b[2J\x7f\x85\u2028.\u2029QUIT",
    "<speak><audio src='file:///etc/passwd'/></speak>",
    "[[h@'l@U]]",
    "\ud800 \udfff",
    "‮" * 50_000,
    "x" * 100_000,
    "👩‍👩‍👧 e\u0301" * 1000,
)
requires_speech = pytest.mark.skipif(not INSTALLED, reason="speech-dispatcher and espeak-ng are not installed")


@pytest.fixture
def recorded(tmp_path: Path) -> Iterator[RecordedSpeech]:
    """The real daemon; its sound is recorded without delay."""
    daemon = RecordedSpeech(tmp_path, os.environ)
    yield daemon
    daemon.close()


@pytest.fixture
def emulated(tmp_path: Path) -> Iterator[EmulatedSpeech]:
    """The emulated daemon, which speaks without delay."""
    daemon = EmulatedSpeech(tmp_path)
    yield daemon
    daemon.close()


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[EmulatedSpeech]:
    """The emulated daemon, which takes minutes for each text."""
    daemon = EmulatedSpeech(tmp_path, letter=10.0)
    yield daemon
    daemon.close()


Speaks = Callable[..., SpeechDispatcher]


@pytest.fixture
def speaks() -> Iterator[Speaks]:
    """Makes the adapter for a socket."""
    made: list[SpeechDispatcher] = []

    def make(path: Path | None, limits: SpeechLimits | None = None) -> SpeechDispatcher:
        made.append(SpeechDispatcher(lambda: path, limits=limits))
        return made[-1]

    yield make
    for each in made:
        each.stop()


def threads() -> set[str]:
    """Names of the running threads."""
    return {thread.name for thread in threading.enumerate()}


# --- the real daemon -------------------------------------------------------------------------------


def espeak_seconds(text: str, language: str, folder: Path) -> float:
    """The length of what espeak-ng itself makes of a text."""
    file = folder / f"{language}.wav"
    subprocess.run(["espeak-ng", "-v", language, "-w", file, text], check=True, timeout=30)
    with wave.open(str(file)) as sound:
        seconds: float = sound.getnframes() / sound.getframerate()
        return seconds


@requires_speech
def test_a_notice_is_heard_for_as_long_as_its_text_takes(
    recorded: RecordedSpeech, speaks: Speaks, tmp_path: Path
) -> None:
    expected = espeak_seconds(GERMAN, "de", tmp_path)
    speaks(recorded.path).say(GERMAN, "de")
    wait_until(lambda: recorded.seconds > 0.7 * expected, what=lambda: recorded.seconds)
    assert recorded.seconds < 1.6 * expected
    assert max(recorded.samples) > 0, "silence was recorded"


@requires_speech
def test_german_is_spoken_by_the_german_voice(recorded: RecordedSpeech, speaks: Speaks, tmp_path: Path) -> None:
    speech = speaks(recorded.path)
    lengths = {}
    for language in ("de", "en"):
        before = recorded.samples
        speech.say(GERMAN, language)
        speech.say("x", language)  # its beginning is the end of the first
        wait_until(lambda: len(recorded.samples) > len(before), what="sound")  # noqa: B023  # awaited here
        lengths[language] = _settled(recorded) - len(before)
    german, english = espeak_seconds(GERMAN, "de", tmp_path), espeak_seconds(GERMAN, "en-gb", tmp_path)
    assert lengths["de"] / lengths["en"] == pytest.approx(german / english, rel=0.03)
    assert abs(german / english - 1) > 0.03, "the voices do not differ in this text"


def _settled(recorded: RecordedSpeech) -> int:
    """The number of recorded bytes once it has not changed for a while."""
    seen: list[int] = []

    def unchanged() -> bool:
        seen.append(len(recorded.samples))
        return len(seen) > 60 and seen[-60] == seen[-1]

    wait_until(unchanged)
    return seen[-1]


@requires_speech
def test_a_daemon_that_was_restarted_is_connected_to_again(recorded: RecordedSpeech, speaks: Speaks) -> None:
    speech = speaks(recorded.path)
    speech.say("Meeting moved", "en")
    wait_until(lambda: recorded.seconds > 0.3)
    recorded.kill()
    recorded.start()
    speech.say("Meeting cancelled", "en")
    wait_until(lambda: recorded.seconds > 0.3)


# --- both ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", ["emulated", pytest.param("recorded", marks=requires_speech)]
)  # fmt: skip
def test_hostile_text_is_spoken_as_text_and_never_a_command(
    kind: str, request: pytest.FixtureRequest, speaks: Speaks
) -> None:
    daemon = request.getfixturevalue(kind)
    speech = speaks(daemon.path)
    for text in HOSTILE:
        before = 0.0 if isinstance(daemon, EmulatedSpeech) else daemon.seconds
        speech.say(text, "de")
        speech.say("Ende", "de")  # the connection is still good for the next one
        if isinstance(daemon, EmulatedSpeech):
            wait_until(lambda: daemon.texts[-1:] == ["Ende"], what=lambda: daemon.texts)  # awaited here
            daemon.heard.clear()
        else:
            wait_until(lambda: daemon.seconds > before + 0.2)  # noqa: B023  # awaited here


# --- the emulated daemon ---------------------------------------------------------------------------


def test_texts_are_spoken_one_after_the_other(emulated: EmulatedSpeech, speaks: Speaks) -> None:
    speech = speaks(emulated.path)
    for text in ("one", "two", "three"):
        speech.say(text, "en")
    wait_until(lambda: len(emulated.texts) == 3)
    assert emulated.texts == ["one", "two", "three"]
    assert {each.language for each in emulated.heard} == {"en-gb"}


def test_a_line_that_begins_with_a_dot_is_spoken_whole(emulated: EmulatedSpeech, speaks: Speaks) -> None:
    speaks(emulated.path).say(".NET and more", "en")
    wait_until(lambda: emulated.texts == [".NET and more"], what=lambda: emulated.texts)


def test_cancelling_silences_what_is_spoken_and_drops_what_waits(slow: EmulatedSpeech, speaks: Speaks) -> None:
    speech = speaks(slow.path)
    for text in ("long", "next", "last"):
        speech.say(text, "en")
    wait_until(lambda: slow.texts == ["long"])
    speech.cancel()
    wait_until(lambda: any(each.silenced for each in slow.heard), timeout=2.0)
    speech.say("after", "en")
    wait_until(lambda: "after" in slow.texts)
    assert slow.texts == ["long", "after"]


def test_what_is_cancelled_before_it_begins_is_never_heard(slow: EmulatedSpeech, speaks: Speaks) -> None:
    speech = speaks(slow.path)
    for _ in range(50):
        speech.say("never", "en")
        speech.cancel()
    speech.say("heard", "en")
    wait_until(lambda: "heard" in slow.texts)
    assert slow.heard[-1].text == "heard"
    assert all(each.silenced or each.text == "heard" for each in slow.heard[1::2])


def test_without_a_voice_of_the_language_it_is_silent(emulated: EmulatedSpeech, speaks: Speaks) -> None:
    speech = speaks(emulated.path)
    speech.say("Vergadering verplaatst", "nl")
    speech.say("Besprechung verschoben", "de-AT")
    wait_until(lambda: bool(emulated.texts))
    assert emulated.texts == ["Besprechung verschoben"]


def test_the_connection_is_closed_after_a_silence_and_the_thread_ends(emulated: EmulatedSpeech, speaks: Speaks) -> None:
    speech = speaks(emulated.path, SpeechLimits(idle=0.05))
    for text in ("first", "second"):
        speech.say(text, "en")
        wait_until(lambda: text in emulated.texts)  # noqa: B023  # awaited here
        wait_until(lambda: "speech" not in threads())


def test_nothing_is_started_before_something_is_spoken(emulated: EmulatedSpeech, speaks: Speaks) -> None:
    speech = speaks(emulated.path)
    speech.cancel()
    assert "speech" not in threads()


@pytest.mark.parametrize("there", ["nothing", "file", "stale"])
def test_without_a_daemon_it_is_silent_and_costs_nothing(there: str, tmp_path: Path, speaks: Speaks) -> None:
    path = tmp_path / "speechd.sock"
    if there == "file":
        path.write_text("no socket")
    elif there == "stale":
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(path))
    speech = speaks(path, SpeechLimits(idle=0.0))
    speech.say("Meeting moved", "en")
    wait_until(lambda: "speech" not in threads())
    speaks(None).say("Meeting moved", "en")


class DeafDaemon:
    """Accepts a connection, and answers with `answer` as soon as it is there, or not at all."""

    def __init__(self, path: Path, answer: bytes) -> None:
        self.connections = 0
        self._answer = answer
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(path))
        self._listening.listen()
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            try:
                connection.sendall(self._answer)
            except OSError:
                continue

    def close(self) -> None:
        """Close everything."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)
        for each in self._open:
            each.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"208-endless" * 1000,
        b"208-x\r\n" * 40_000,
        b"\xff\xfe\r\n",
        b"208 OK",
        b"208 OK\r\n" * 20 + b"230 OK\r\n225 OK without an id\r\n",
        b"208 OK\r\n" * 20 + b"230 OK\r\n225-1\r\n225 OK\r\n",
    ],
)
def test_a_daemon_that_does_not_answer_as_it_should_is_given_up_in_time(
    answer: bytes, tmp_path: Path, speaks: Speaks
) -> None:
    daemon = DeafDaemon(tmp_path / "speechd.sock", answer)
    try:
        limits = SpeechLimits(connect=0.1, reply=0.1, text=0.1, letter=0.0, idle=0.0)
        speech = speaks(tmp_path / "speechd.sock", limits)
        speech.say("Meeting moved", "en")
        wait_until(lambda: "speech" not in threads(), timeout=5.0)
        assert 1 <= daemon.connections <= 2
    finally:
        daemon.close()


def test_a_daemon_that_was_lost_while_speaking_does_not_say_it_again(slow: EmulatedSpeech, speaks: Speaks) -> None:
    speech = speaks(slow.path)
    speech.say("long", "en")
    wait_until(lambda: slow.texts == ["long"])
    slow.kill()
    slow.start()
    speech.say("next", "en")
    wait_until(lambda: "next" in slow.texts)
    assert slow.texts == ["long", "next"]


def test_after_stop_nothing_is_spoken(emulated: EmulatedSpeech, speaks: Speaks) -> None:
    speech = speaks(emulated.path)
    speech.say("one", "en")
    wait_until(lambda: emulated.texts == ["one"])
    speech.stop()
    speech.say("two", "en")
    assert "speech" not in threads()
    assert emulated.texts == ["one"]


# --- pure ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_a_plain_text_is_one_bounded_line(text: str) -> None:
    made = plain(text)
    assert len(made) <= LETTERS
    assert not set(made) & set("\r\n\x00\x1b\x7f\x85\u2028\u2029")
    assert made != "."
    made.encode("utf-8")


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ("de", "de"), ("de-AT", "de"), ("de_CH", "de"), ("en", "en-gb"), ("en-US", "en-us"), ("en-AU", "en-gb"),
        ("zh-Hans-CN", "cmn"), ("no", "nb"), ("pt-BR", "pt-br"), ("fr", "fr-fr"), ("nl", ""), ("", ""),
        ("de\r\nQUIT", ""), ("de QUIT", ""), ("-", ""),
    ],
)  # fmt: skip
def test_a_language_is_mapped_to_a_voice(tag: str, found: str) -> None:
    voices = {"de", "en-029", "en-gb", "en-us", "cmn", "nb", "pt", "pt-br", "fr-be", "fr-fr"}
    assert voice_language(tag, voices) == found
    assert voice_language(tag, None) in ("", tag.replace("_", "-").partition("-")[0])


def test_the_users_own_daemon_is_found_by_the_runtime_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1000")
    assert default_socket() == Path("/run/user/1000/speech-dispatcher/speechd.sock")
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert default_socket() is None
