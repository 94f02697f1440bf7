"""Runs a program of another project once, within limits, and returns what it writes.

The limits (setrlimit(2)) are set by prlimit(1) before the program starts. Unlike a `confined_process`, no interpreter
is started: a run costs less than a millisecond of this process's processor time.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from carlendar.domain.base import Value
from carlendar.errors import ServiceError

_OPEN_FILES = 32


class ProgramLimits(Value, frozen=True):
    """`memory` is in bytes of address space, `processor` and `seconds` (of a clock on the wall) in seconds.

    `answer` is the number of bytes of the output's end that are returned.
    """

    memory: int
    processor: int = 10
    seconds: float = 15.0
    answer: int = 4096


class Ran(Value, frozen=True):
    """The exit code, the end of the output, and of what was written to standard error."""

    code: int
    output: bytes
    errors: bytes


def run(command: Sequence[str], folder: Path, limits: ProgramLimits) -> Ran:
    """Run `command` in `folder`, without variables of the environment but the search path.

    Raises ServiceError if the program is not there, takes too long or is ended by a signal, as for using too much.
    """
    bounds = (
        f"--as={limits.memory}", f"--cpu={limits.processor}", f"--nofile={_OPEN_FILES}", "--fsize=0", "--core=0",
    )  # fmt: skip
    try:
        done = subprocess.run(
            ["prlimit", *bounds, "--", *command], cwd=folder, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
            stdin=subprocess.DEVNULL, capture_output=True, timeout=limits.seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise ServiceError(f"{command[0]} took too long.", detail="timeout", key="timeout") from error
    except OSError as error:
        raise ServiceError(f"{command[0]} cannot be started.", detail=f"errno {error.errno}") from error
    if done.returncode < 0:
        raise ServiceError(f"{command[0]} was ended.", detail=f"signal {-done.returncode}")
    return Ran(done.returncode, done.stdout[-limits.answer :], done.stderr[-limits.answer :])
