"""Makes `reminder.wav`: two soft tones, a fourth apart, that fade within a second.

    python assets/sounds/make_reminder.py

The same bytes every time; a test holds the file against this program.
"""

from __future__ import annotations

import math
import struct
import wave
from io import BytesIO
from pathlib import Path

RATE = 22_050
SECONDS = 1.1
TONES = ((0.0, 659.25), (0.16, 880.0))
"""When each begins (seconds) and its pitch (Hz): E5, then A5."""
LOUDNESS = 0.32
"""Of full scale: a reminder is heard, not startling."""
ATTACK = 0.012
FADE = 4.2


def sample(moment: float) -> float:
    """The sound at a moment, from -1 to 1: sines with a little second harmonic, swelling fast and fading slowly."""
    value = 0.0
    for begin, pitch in TONES:
        age = moment - begin
        if age < 0:
            continue
        swell = min(1.0, age / ATTACK) * math.exp(-FADE * age)
        value += swell * (math.sin(2 * math.pi * pitch * age) + 0.18 * math.sin(4 * math.pi * pitch * age))
    return LOUDNESS * value * min(1.0, (SECONDS - moment) / 0.05)


def sound() -> bytes:
    """The WAV file: mono, 16 bits."""
    count = int(RATE * SECONDS)
    frames = b"".join(struct.pack("<h", round(32767 * sample(index / RATE))) for index in range(count))
    buffer = BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(frames)
    return buffer.getvalue()


if __name__ == "__main__":
    Path(__file__).with_name("reminder.wav").write_bytes(sound())
