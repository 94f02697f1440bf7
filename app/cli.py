"""The command line's entry: runs one command and turns every error into one line and an exit code.

Exit codes: 0 success, 1 a finding, 2 unusable input or arguments, 3 the network, a service or the
machine failed. An error is one line on standard error, `carlendar: …`, and never a traceback.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Callable, Sequence

from app.errors import CarlendarError

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code and never raises a CarlendarError."""
    given = list(sys.argv[1:] if argv is None else argv)
    if given in ([], ["drive"]):
        gc.disable()  # until the first frame: imports make no cycles worth looking for
        return _guarded("app.bootstrap.screen", {})  # the head unit's way: no argument parser to build
    from app.arguments import parse  # not on the way to the first frame

    return _guarded(*parse(given))


def _guarded(module: str, options: dict[str, object]) -> int:
    try:
        command: Callable[..., int] = importlib.import_module(module).run
        return command(**options)
    except CarlendarError as error:
        sys.stderr.write(f"carlendar: {error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # the reader of our output went away, as `| head` does; Python would complain again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        what = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"carlendar: {what}{error.strerror or error}\n")
        return 3
