"""What is left until nothing is drawn."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator

import pytest

from carlendar.wiring.idle_tasks import MODULES, IdleTasks, collect_garbage_when_idle


@pytest.fixture
def collector() -> Iterator[None]:
    """Python's collector, as it was before when the test is over."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def _passes() -> int:
    return int(gc.get_stats()[2]["collections"])


@pytest.mark.usefixtures("collector")
def test_a_calendar_that_comes_is_not_gone_through_for_garbage_while_frames_are_drawn() -> None:
    collect_garbage_when_idle()
    gc.collect()
    idle_tasks, before = IdleTasks(()), _passes()
    assert idle_tasks() == float("inf")
    assert _passes() == before
    arrived = [[number] for number in range(150_000)]  # with Python's own thresholds: several passes through all
    assert _passes() == before
    idle_tasks()
    assert _passes() == before + 1
    assert len(arrived) == 150_000


def test_the_modules_of_the_first_touch_are_imported_one_by_one() -> None:
    program = f"""
import os, sys
os.environ.update(SDL_VIDEODRIVER="offscreen", KIVY_NO_ARGS="1", KIVY_NO_CONSOLELOG="1", KIVY_NO_FILELOG="1")
from carlendar.wiring.idle_tasks import IdleTasks
tasks = IdleTasks()
for name in {MODULES}:
    before = name in sys.modules
    assert tasks() < 1
    print(before, name in sys.modules)
while tasks() < 1:  # rules of screens
    pass
assert tasks() == float("inf")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(done.stdout.splitlines()) <= {"False True", "True True"}
    assert done.stdout.count("False True") > len(MODULES) / 2
