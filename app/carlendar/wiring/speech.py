"""Spoken notices of this machine: speech-dispatcher, by its socket."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from carlendar.platform.probes import Check
from carlendar.platform.speech import SpeechDispatcher, SpeechLimits, default_socket
from carlendar.platform.ssip import SsipConnection, voice_language

if TYPE_CHECKING:
    from pathlib import Path

    from carlendar.settings import Settings


def socket_of(settings: Settings) -> Path | None:
    """Return the socket of speech-dispatcher; None where none is named and there is no runtime folder."""
    return settings.path("audio.speech_socket") or default_socket()


def speech(settings: Settings) -> SpeechDispatcher:
    """Return the adapter, which connects when something is spoken."""
    return SpeechDispatcher(lambda: socket_of(settings))


def check(settings: Settings) -> Check:
    """Check that notices can be spoken in the language of the screen; a car that does not speak passes."""
    path, wanted = socket_of(settings), settings.switch("ui.spoken_notices")
    named = bool(settings.text("audio.speech_socket"))
    if path is None or not path.exists():
        fix = "install and start speech-dispatcher and speech-dispatcher-espeak-ng (docs/sound.md)"
        detail = "notices are not spoken: no speech-dispatcher runs"
        return Check("speech", ok=not (wanted or named), detail=detail, fix=fix if wanted or named else None)
    limits = SpeechLimits()
    try:
        connection = SsipConnection(path, limits.connect, limits.reply, time.monotonic)
    except OSError:
        fix = "restart speech-dispatcher, and see its log"
        return Check("speech", ok=False, detail=f"nothing answers at {path}", fix=fix)
    connection.close()
    language = settings.text("ui.language") or "en"
    voice = voice_language(language, connection.languages)
    if not voice:
        fix = "install a voice for it, as of speech-dispatcher-espeak-ng"
        return Check("speech", ok=False, detail=f"there is no voice for {language}", fix=fix)
    return Check("speech", ok=True, detail=f"speech-dispatcher, voice {voice}", fix=None)
