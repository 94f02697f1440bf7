"""Kills, freezes and restarts of display and service while the car sets off: each frame is within the limits.

A frame that is drawn for a moving car obeys the restriction profile, comes in time where the display lives, and no
frame of a parked car is drawn any more once the car moves.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from random import Random

import psutil

from tests.chaos.calendar import Finds
from tests.drive.conftest import check_lawful, end_what_is_left
from tests.drive.driven import Driven
from tests.drive.surroundings import Around

IN_TIME = 2.0
"""Seconds from the signal to its frame that are never exceeded (rule S3), on a machine that does other things too."""
ENDED_BY_WATCHDOG = (70, -signal.SIGALRM)
"""By its thread, or by the kernel's alarm where that thread could not run."""
TROUBLES = ("none", "kill service", "freeze service", "kill screen", "freeze screen", "signals", "block")


class Screen:
    """One car whose display lives through round after round."""

    def __init__(self, stack: ExitStack, folder: Path, random: Random, counted: Counter[str], finds: Finds) -> None:
        self._random, self._counted, self._finds = random, counted, finds
        stack.callback(end_what_is_left, folder)
        self._around = Around(folder, stack)
        self._folder, self._number = folder, 0
        self._driven: Driven | None = None
        stack.callback(self._stop)

    def round(self) -> None:
        """Park, have trouble, set off, and look at each frame that is drawn."""
        self._around.parks()
        driven = self._display()
        driven.sees(lambda seen: seen["state"] == "parked", "parked")
        trouble = self._random.choice(TROUBLES)
        self._counted[trouble] += 1
        mark = driven.mark()
        frozen = self._begin(trouble, driven)
        before = self._around.sets_off()
        if trouble == "kill screen":
            driven = self._display()
            mark = 0
        if trouble == "freeze screen":
            time.sleep(self._random.uniform(0.1, 1.5))  # how long it stands is what is varied
            driven.process.send_signal(signal.SIGCONT)
        lives = trouble not in ("freeze screen", "block", "kill screen")
        self._look(driven, mark, before, lives=lives)
        if frozen is not None:
            with suppress(psutil.NoSuchProcess):
                frozen.resume()
        self._around.car(signals=True)
        self._counted["rounds"] += 1

    def _begin(self, trouble: str, driven: Driven) -> psutil.Process | None:
        service = driven.service()
        if trouble == "kill service" and service is not None:
            service.kill()
        elif trouble == "freeze service" and service is not None:
            service.suspend()
            return service
        elif trouble == "kill screen":
            os.kill(driven.process.pid, signal.SIGKILL)
            driven.ends()
        elif trouble == "freeze screen":
            driven.process.send_signal(signal.SIGSTOP)
        elif trouble == "signals":
            self._around.car(signals=False)
        elif trouble == "block":
            driven.order(block=self._random.uniform(0.1, 1.5))
        return None

    def _look(self, driven: Driven, mark: int, before: float, *, lives: bool) -> None:
        end = time.monotonic() + 30.0
        while time.monotonic() < end and driven.process.poll() is None:
            if any(seen["restricted"] and seen["at"] > before for seen in driven.frames[mark:]):
                break
            time.sleep(0.01)
        frames = [seen for seen in driven.frames[mark:] if seen["at"] > before]
        tight = [seen for seen in frames if seen["restricted"]]
        for seen in tight:
            self._counted["frames"] += 1
            try:
                check_lawful(seen)
            except AssertionError as error:
                self._finds(f"a frame beyond the limits: {error}")
        code = driven.process.poll()
        if code is not None and code not in ENDED_BY_WATCHDOG:
            self._finds(f"the display has ended with {code}: {driven.errors()[-600:]}")
        if code is None and not tight:
            self._finds("no tightened frame was drawn")
        if lives and tight and tight[0]["at"] - before > IN_TIME:
            self._finds(f"a tightened frame came after {tight[0]['at'] - before:.2f} s")
        late = [seen for seen in frames if not seen["restricted"] and seen["at"] - before > IN_TIME]
        if late:
            self._finds("a parked car's frame was drawn for a moving car")
        self._counted["ends by the watchdog"] += code in ENDED_BY_WATCHDOG

    def _display(self) -> Driven:
        if self._driven is None or self._driven.process.poll() is not None:
            if self._driven is not None:
                self._counted["starts of the display"] += 1
                self._stop()
            self._number += 1
            data, errors = self._folder / "data", self._folder / f"errors{self._number}.log"
            self._driven = Driven(data, errors, self._around.environment(data))
        return self._driven

    def _stop(self) -> None:
        if self._driven is not None:
            with suppress(AssertionError):
                self._driven.stop()
