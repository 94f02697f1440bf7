"""Real screen processes in an emulated world, and what may be asked of any of them."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Protocol

import pytest

from carlendar_devtools.emulator.child_process import scratch
from carlendar_devtools.emulator.display import processes_of
from tests.drive.driven import Driven, Seen
from tests.drive.surroundings import Around
from tests.fakes.waiting import wait_until

TIMEOUT = 30.0
"""Seconds for whatever should come soon: generous, for machines that are busy with other things."""

SignIn = Callable[[Around, Driven, str], Seen]
"""Signs a person in by touches, from the first one to the first day on the screen."""


class StartScreen(Protocol):
    """Starts a screen on a named data folder, with arguments and environment variables."""

    def __call__(self, data: str, *arguments: str, **variables: str) -> Driven: ...


def wait(condition: Callable[[], object], what: str, seconds: float = TIMEOUT) -> None:
    """Look again and again until the condition holds; fails, naming it, when it does not in time."""
    wait_until(condition, seconds, what)


@pytest.fixture(scope="module")
def around() -> Iterator[Around]:
    """One emulated world for the tests of a module; the service of a screen that was killed ends with it."""
    with scratch("carlendar-drive-") as folder, ExitStack() as stack:
        stack.callback(end_what_is_left, folder)
        yield Around(folder, stack)


def end_what_is_left(folder: Path) -> None:
    """End every process that was handed this folder; a service without its screen would stay a while."""
    for pid in processes_of(folder):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait(lambda: not processes_of(folder), "no process is left")


@pytest.fixture(scope="module")
def start(around: Around) -> Iterator[StartScreen]:
    """Starts screens on a named data folder; all are stopped at the end."""
    started: list[Driven] = []

    def starts(data: str, *arguments: str, **variables: str) -> Driven:
        folder, errors = around.folder / data, around.folder / f"errors{len(started)}.log"
        started.append(Driven(folder, errors, around.environment(folder) | variables, *arguments))
        return started[-1]

    yield starts
    for driven in started:
        driven.stop()


@pytest.fixture(scope="session")
def sign_in() -> SignIn:
    """Sign a person in by touches, from the first one to the first day on the screen."""

    def signs_in(around: Around, drive: Driven, address: str) -> Seen:
        around.parks()
        drive.tap("Sign in")
        drive.reads("Data stored in this car")
        drive.tap("Continue")
        seen = drive.sees(lambda seen: bool(seen["qr"]), "a code")
        code = next(each for each in around.cloud.pending_codes()).user_code
        assert "".join(code.split("-")) in "".join(seen["texts"]).replace(" ", "")
        assert seen["qr"] == [around.cloud.verification]
        around.cloud.approve(code, address)
        return drive.reads("Up to date")

    return signs_in


def check_lawful(seen: Seen) -> None:
    """Fail for a frame that shows a moving car's driver what the restriction profile forbids."""
    assert seen["restricted"], "nothing restricts this frame"
    assert seen["screen"] in ("drive", "agenda", "call") or "Available when parked" in seen["texts"], seen
    assert not seen["lists"], "a list that scrolls"
    assert not seen["qr"], "a code to be scanned"
    assert not any(target["rail"] for target in seen["targets"]), "the rail"
    assert len(seen["targets"]) <= 4, seen["targets"]
    assert seen["rows"] <= 4, seen["rows"]
    assert len(seen["groups"]) <= 7, seen["groups"]
    assert max(map(len, seen["texts"])) <= 60, seen["texts"]
    assert sum(map(len, seen["texts"])) <= 220, seen["texts"]


@pytest.fixture(scope="session")
def lawful() -> Callable[[Seen], None]:
    """Fails for a frame that shows a moving car's driver what the restriction profile forbids."""
    return check_lawful
