"""The service as a child of a screen process: it exits some time after the last screen has disconnected."""

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
from carlendar.wiring.charset_detection import without_charset_detection

SERVICE = program("carlendar.wiring.service_child")
"""The command."""

QUIET = "--quiet"
"""Suppresses warnings: for a command at a terminal, which reports the outcome itself."""

NICENESS = 5
"""Nice value of a service started by a screen (nice(2)): frames have priority over a synchronisation.

Not higher: it applies relative to other sessions as well, and a service that is starved counts as frozen.
"""


def give_way() -> None:
    """Lower the priority of this process by nice(2), and that of its session if autogrouping is enabled.

    With autogrouping, nice values only count within a session, and the screen has another one (sched(7), "The
    autogroup feature").
    """
    os.nice(NICENESS)
    if os.getsid(0) == os.getpid():  # a shared session keeps its priority
        with suppress(OSError):  # autogrouping is not available
            Path("/proc/self/autogroup").write_text(str(NICENESS), encoding="ascii")


def run_child(serve: Callable[[], int]) -> int:
    """Serve until SIGTERM; return the exit code. An error is one line on standard error."""
    if level := log_output.level_argument(sys.argv[1:]):
        log_output.configure(level)
    if QUIET in sys.argv[1:]:
        logging.disable(logging.WARNING)
    give_way()  # after the imports: the supervisor waits for the first answer
    try:
        return serve()
    except CarlendarError as error:
        sys.stderr.write(f"carlendar: {error}\n")
        return error.exit_code


if __name__ == "__main__":
    with without_charset_detection():
        from carlendar.wiring.service import run

    sys.exit(run_child(lambda: run(standing=False)))
