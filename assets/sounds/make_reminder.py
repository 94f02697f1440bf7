"""Makes the reminders' sounds: `reminder.wav` here, and that of each brand in its folder. Soft tones that fade.

    python assets/sounds/make_reminder.py

The same bytes every time; a test holds the files against this program.
"""

from __future__ import annotations

import math
import struct
import wave
from io import BytesIO
from pathlib import Path

RATE = 22_050
SECONDS = 1.1
TONES = {
    "": ((0.0, 659.25), (0.16, 880.0)),
    "aurelle": ((0.0, 523.25), (0.22, 783.99)),
    "corvia": ((0.0, 587.33), (0.13, 739.99), (0.26, 880.0)),
    "strada": ((0.0, 440.0), (0.11, 659.25)),
    "voltane": ((0.0, 739.99), (0.18, 987.77), (0.3, 1108.73)),
}
"""By brand (empty for none): when each tone begins (seconds) and its pitch (Hz)."""
LOUDNESS = 0.32
"""Of full scale: a reminder is heard, not startling."""
ATTACK = 0.012
FADE = 4.2


def sample(moment: float, tones: tuple[tuple[float, float], ...]) -> float:
    """The sound at a moment, from -1 to 1: sines with a little second harmonic, swelling fast and fading slowly."""
    value = 0.0
    for begin, pitch in tones:
        age = moment - begin
        if age < 0:
            continue
        swell = min(1.0, age / ATTACK) * math.exp(-FADE * age)
        value += swell * (math.sin(2 * math.pi * pitch * age) + 0.18 * math.sin(4 * math.pi * pitch * age))
    return LOUDNESS * max(-2.5, min(2.5, value)) * min(1.0, (SECONDS - moment) / 0.05)


def sound(brand: str = "") -> bytes:
    """The WAV file of a brand: mono, 16 bits."""
    count = int(RATE * SECONDS)
    frames = b"".join(struct.pack("<h", round(32767 * sample(at / RATE, TONES[brand]))) for at in range(count))
    buffer = BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(frames)
    return buffer.getvalue()


def path_of(brand: str) -> Path:
    """Where the sound of a brand lies."""
    here = Path(__file__).parent
    return here.parent / "brands" / brand / "reminder.wav" if brand else here / "reminder.wav"


if __name__ == "__main__":
    for name in TONES:
        path_of(name).write_bytes(sound(name))
