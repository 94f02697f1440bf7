"""The service as a screen process starts it: it ends when no screen has been there for a while."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from carlendar.errors import CarlendarError
from carlendar.isolated import program
from carlendar.wiring import log_output

SERVICE = program("carlendar.wiring.service_child")
"""The command."""

QUIET = "--quiet"
"""Suppresses warnings: for a command at a terminal, which reports the outcome itself."""

NICENESS = 5
"""Of the service beside the screen that started it (nice(2)): frames come before a synchronisation.

Not higher: it applies beside other sessions as well, and a service that never runs counts as frozen.
"""


def give_way() -> None:
    """Lower this process's priority: by nice(2), and by its session where Linux schedules by sessions.

    There, nice values are only compared within a session, and the screen has another one (sched(7), "The autogroup
    feature").
    """
    os.nice(NICENESS)
    if os.getsid(0) == os.getpid():  # a session that is shared keeps its priority
        with suppress(OSError):  # a kernel without that feature
            Path("/proc/self/autogroup").write_text(str(NICENESS), encoding="ascii")


def run_child(serve: Callable[[], int]) -> int:
    """Serve until SIGTERM; returns the exit code. An error is one line on standard error."""
    if level := log_output.level_argument(sys.argv[1:]):
        log_output.configure(level)
    if QUIET in sys.argv[1:]:
        logging.disable(logging.WARNING)
    give_way()  # not before the imports: its supervisor waits for the first answer
    try:
        return serve()
    except CarlendarError as error:
        sys.stderr.write(f"carlendar: {error}\n")
        return error.exit_code


if __name__ == "__main__":
    from carlendar.wiring.service import run

    sys.exit(run_child(lambda: run(standing=False)))
