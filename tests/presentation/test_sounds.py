"""The reminder's sound is small, short, and made by the program beside it."""

from __future__ import annotations

import runpy
import wave
from pathlib import Path

import pytest

SOUNDS = Path(__file__).resolve().parents[2] / "assets" / "sounds"


MAKER = runpy.run_path(str(SOUNDS / "make_reminder.py"))


@pytest.mark.parametrize("brand", MAKER["TONES"])
def test_the_reminders_sound_is_what_its_program_makes(brand: str) -> None:
    made = MAKER["sound"](brand)
    assert MAKER["path_of"](brand).read_bytes() == made
    assert len(made) <= 100_000


@pytest.mark.parametrize("brand", MAKER["TONES"])
def test_it_is_short_and_never_clips(brand: str) -> None:
    with wave.open(str(MAKER["path_of"](brand))) as file:
        assert file.getnframes() / file.getframerate() < 1.5
        frames = file.readframes(file.getnframes())
    values = [int.from_bytes(frames[index : index + 2], "little", signed=True) for index in range(0, len(frames), 2)]
    assert 8_000 < max(map(abs, values)) < 32_000
