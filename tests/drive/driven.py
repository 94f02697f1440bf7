"""One real screen process as a test has it: its fingers, its eyes, its background process and its end."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypedDict

import psutil

PROGRAM = Path(__file__).with_name("driven_display.py")
TIMEOUT = 30.0
"""Seconds for whatever should come soon: generous, for machines that are busy with other things."""


class Target(TypedDict):
    """A control of a frame, with its left, top, right and bottom in pixels."""

    label: str
    intent: str
    place: list[float]
    rail: bool


class Seen(TypedDict):
    """One drawn frame, as `driven_display.py` reports it."""

    at: float
    acknowledged: int
    screen: str
    place: str
    state: str
    restricted: bool
    sequence: int
    night: bool
    texts: list[str]
    heights: list[float]
    targets: list[Target]
    rows: int
    lists: list[list[float]]
    qr: list[str]
    groups: list[str]


class Driven:
    """One screen process, its fingers and its eyes."""

    def __init__(self, data: Path, errors: Path, environment: Mapping[str, str], *arguments: str) -> None:
        self.data, self._errors = data, errors
        self.frames: list[Seen] = []
        self._answers: list[str] = []
        self._changed = threading.Condition()
        self._over = False
        with errors.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-I", str(PROGRAM), *arguments],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment, cwd="/",
                start_new_session=True,
            )  # fmt: skip
        self._reader = threading.Thread(target=self._read, name="eyes", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            report = json.loads(line)
            with self._changed:
                if "drawn" in report:
                    self.frames.append(report["drawn"])
                else:
                    self._answers.append(report["answer"])
                self._changed.notify_all()
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def sees(self, condition: Callable[[Seen], bool], what: str, seconds: float = TIMEOUT) -> Seen:
        """The newest frame, as soon as the condition holds of it."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or bool(self.frames and condition(self.frames[-1])), seconds)
            assert self.frames, f"nothing was drawn: {self.errors()}"
            last = self.frames[-1]
            ended = f"the screen has ended: {self.process.wait(TIMEOUT)}" if self._over else ""
            assert condition(last), f"{what}: not seen, but {last['screen']} {last['texts']} {ended} {self.errors()}"
            return last

    def reads(self, text: str, seconds: float = TIMEOUT) -> Seen:
        """The newest frame, as soon as a text of it contains this."""
        return self.sees(lambda seen: any(text in line for line in seen["texts"]), text, seconds)

    def tap(self, label: str, *, times: int = 1) -> None:
        """Touch the first target of that label."""
        answer = self.order(tap=label, times=times)
        assert answer == "", answer

    def tap_in_list(self, label: str) -> None:
        """Touch a target of a list; located again if it moved before the finger came down."""
        answers = list[str]()
        while len(answers) < 5 and "" not in answers:
            self.scrolls_to(label)
            answers.append(self.order(tap=label, times=1, patience=2.0))
        assert "" in answers, answers

    def scrolls_to(self, label: str) -> None:
        """Move the list with a finger until a target of that label can be seen."""
        towards_end, towards_top = [0.5, 0.7, 0.5, 0.3], [0.5, 0.3, 0.5, 0.7]
        for way in [towards_end] * 10 + [towards_top] * 20:
            seen = self.sees(lambda seen: bool(seen["lists"]), "a list")
            if any(target["label"] == label for target in seen["targets"]):
                return
            assert self.order(drag=way) == ""
        raise AssertionError(f"{label} is nowhere in the list")

    def order(self, **order: object) -> str:
        """Have something done; returns the answer, empty where all went well."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()
        with self._changed:
            assert self._changed.wait_for(lambda: self._over or bool(self._answers), TIMEOUT + 15.0)
            assert self._answers, f"the screen has ended: {self.process.wait(TIMEOUT)} {self.errors()}"
            return self._answers.pop(0)

    def mark(self) -> int:
        """How many frames have been drawn."""
        with self._changed:
            return len(self.frames)

    def service(self) -> psutil.Process | None:
        """The background process that this screen has started, if it runs."""
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.process.pid).children(recursive=True):
                if child.status() != psutil.STATUS_ZOMBIE and "carlendar_devtools.processes.service" in child.cmdline():
                    return child
        return None

    def errors(self) -> str:
        """What the process and its service said of trouble."""
        return self._errors.read_text("utf-8", "replace")

    def ends(self, seconds: float = TIMEOUT) -> int:
        """The exit code, once it has ended by itself."""
        return self.process.wait(seconds)

    def stop(self) -> None:
        """Close it as the system does at the end of a drive; neither it nor its service may stay."""
        children = self._children()
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(TIMEOUT)
        stayed = ["the screen"] if self.process.poll() is None else []
        self.process.kill()
        self.process.wait(TIMEOUT)
        stayed += [" ".join(child.cmdline()) for child in psutil.wait_procs(children, TIMEOUT)[1]]
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        self._reader.join(TIMEOUT)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        assert not stayed, f"{stayed} did not end when it was asked to: {self.errors()}"

    def _children(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            return list(psutil.Process(self.process.pid).children(recursive=True))
        return []
