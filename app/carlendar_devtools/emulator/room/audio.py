"""What the room says and hears: tones, an echo of the caller, and the strength of a tone in what arrives."""

from __future__ import annotations

import asyncio
import fractions
import math
from array import array
from collections import deque
from functools import cache

from aiortc import MediaStreamTrack
from av import AudioFrame, AudioResampler

RATE = 48_000
SAMPLES = 960
"""Of a frame of 20 ms."""
ROOM_TONE = 660
"""Hertz."""
_AMPLITUDE = 6000
_WINDOW = RATE // 2
_ECHO_SECONDS = 2.0


@cache
def _tone() -> array[int]:
    """One second of the room's tone, which continues in the next one, and a frame more."""
    step = 2 * math.pi * ROOM_TONE / RATE
    return array("h", (int(_AMPLITUDE * math.sin(step * each)) for each in range(RATE + SAMPLES)))


class RoomSound(MediaStreamTrack):
    """What one caller hears: a tone while `tone` is on, and after two seconds their own voice while `echo` is on."""

    kind = "audio"

    def __init__(self, heard: HeardSound, *, tone: bool, echo: bool) -> None:
        super().__init__()
        self._heard, self.tone, self.echo = heard, tone, echo
        self._sent = 0
        self._began: float | None = None

    async def recv(self) -> AudioFrame:
        """Return the next frame of 20 ms, in time."""
        loop = asyncio.get_running_loop()
        if self._began is None:
            self._began = loop.time()
        await asyncio.sleep(max(0.0, self._began + self._sent / RATE - loop.time()))
        frame = AudioFrame(format="s16", layout="mono", samples=SAMPLES)
        frame.planes[0].update(self._samples().tobytes())
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._sent, fractions.Fraction(1, RATE)
        self._sent += SAMPLES
        return frame

    def _samples(self) -> array[int]:
        if self.tone:
            start = self._sent % RATE
            return _tone()[start : start + SAMPLES]
        if self.echo:
            return self._heard.delayed()
        return array("h", bytes(2 * SAMPLES))


class HeardSound:
    """The last half second of what a caller says, as 48 kHz mono."""

    def __init__(self) -> None:
        self._resampler = AudioResampler(format="s16", layout="mono", rate=RATE, frame_size=SAMPLES)
        self._window: deque[int] = deque(maxlen=_WINDOW)
        self._echo: deque[array[int]] = deque(maxlen=int(_ECHO_SECONDS * RATE / SAMPLES))
        self.frames = 0

    def take(self, frame: AudioFrame) -> None:
        """Add a frame that arrived."""
        for each in self._resampler.resample(frame):
            samples = array("h", bytes(each.planes[0])[: 2 * each.samples])
            self._window.extend(samples)
            self._echo.append(samples)
            self.frames += 1

    def delayed(self) -> array[int]:
        """Return what was said two seconds ago, silence before that."""
        if len(self._echo) == self._echo.maxlen and len(self._echo[0]) == SAMPLES:
            return self._echo[0]
        return array("h", bytes(2 * SAMPLES))

    def loudness(self) -> float:
        """The root mean square of the last half second, 0 to 1."""
        window = [*self._window]
        return math.sqrt(sum(each * each for each in window) / len(window)) / 32768 if window else 0.0

    def share_of(self, hertz: float) -> float:
        """The share of a tone in the energy of the last half second, 0 to 1 (Goertzel)."""
        return tone_share([*self._window], hertz)


def tone_share(samples: list[int], hertz: float) -> float:
    """The share of a tone in the energy of samples at 48 kHz, 0 to 1."""
    energy = sum(each * each for each in samples)
    if not energy:
        return 0.0
    factor = 2 * math.cos(2 * math.pi * hertz / RATE)
    before = last = 0.0
    for each in samples:
        before, last = last, each + factor * last - before
    power = last * last + before * before - factor * last * before
    return min(1.0, 2 * power / (len(samples) * energy))
