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

COURTESY = 5
"""How much the service gives way to the screen that started it (`nice`): frames come before a synchronisation.

Not more: as a session it gives way to all others, too, and one that never gets to answer is taken for frozen.
"""


def give_way() -> None:
    """Let other processes go first: by `nice`, and as a session where Linux divides the processor by sessions.

    There `nice` says nothing to the processes of another session, as the screen's are (sched(7), "The autogroup
    feature").
    """
    os.nice(COURTESY)
    if os.getsid(0) == os.getpid():  # of a session that others are in too it is not for this process to say
        with suppress(OSError):  # a kernel without that feature
            Path("/proc/self/autogroup").write_text(str(COURTESY), encoding="ascii")


def attend(serve: Callable[[], int]) -> int:
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

    sys.exit(attend(lambda: run(standing=False)))
