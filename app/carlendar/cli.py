"""The command line's entry: runs one command and turns every error into one line and an exit code.

Exit codes: 0 success, 1 a finding, 2 unusable input or arguments, 3 the network, a service or the
machine failed. An error is one line on standard error, `carlendar: …`, and never a traceback.
"""

from __future__ import annotations

import errno
import gc
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TextIO

from carlendar.errors import OWN_FAULT, CarlendarError, one_line

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code and never raises a CarlendarError."""
    given = list(sys.argv[1:] if argv is None else argv)
    if given in ([], ["drive"]):
        gc.disable()  # until the first frame: imports make no cycles worth looking for
        return _guarded("carlendar.commands.drive", {})  # the head unit's way: no argument parser to build
    try:
        from carlendar.commands.arguments import parse  # not on the way to the first frame
        from carlendar.commands.terminal import prepare
        from carlendar.platform.core_dumps import forbid_core_dumps

        forbid_core_dumps()
        prepare()
        chosen = parse(given)
    except KeyboardInterrupt as end:
        return getattr(end, "code", INTERRUPTED)
    except SystemExit as told:  # help, version or a wrong argument: said, but perhaps to a full disk
        return _flushed(told.code if isinstance(told.code, int) else 0)
    except OSError as error:
        return _unwritten(error)
    return _guarded(*chosen)


def _flushed(code: int) -> int:
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except OSError as error:
        if code:
            _discard(sys.stderr)
        return code or _unwritten(error)
    return code


def _unwritten(error: OSError) -> int:
    """Output that nobody takes is no failure, output that has no room is."""
    _discard(sys.stdout)
    return 0 if isinstance(error, BrokenPipeError) else _tell(error.strerror or str(error), 3)


def _guarded(module: str, options: dict[str, object]) -> int:
    try:
        command: Callable[..., int] = importlib.import_module(module).run
        code = command(**options)
        if sys.stdout is not None:
            sys.stdout.flush()  # a full disk is to be said here, not by the interpreter at its end
    except CarlendarError as error:
        return _tell(str(error), error.exit_code)
    except KeyboardInterrupt as end:
        return getattr(end, "code", INTERRUPTED)
    except BrokenPipeError:
        _discard(sys.stdout)  # the reader of our output went away, as `| head` does
        return 0
    except OSError as error:
        if error.filename is None and error.errno in (errno.ENOSPC, errno.EIO, errno.EBADF):
            _discard(sys.stdout)
        return _tell(f"{error.filename}: {error.strerror}" if error.filename else error.strerror or str(error), 3)
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        return _tell(f"{OWN_FAULT}: {type(error).__name__} in {_place(error)}", 3)
    return code


def _tell(text: str, code: int) -> int:
    """Say what went wrong, if there is still somebody to say it to."""
    try:
        if sys.stderr is not None:
            sys.stderr.write(f"carlendar: {one_line(text)}\n")
    except (OSError, ValueError):
        _discard(sys.stderr)
    return code


def _discard(stream: TextIO | None) -> None:
    """Let what could not be written go: the interpreter would complain of it once more at its end."""
    with suppress(OSError, ValueError):
        if stream is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _place(error: BaseException) -> str:
    """File and line that raised it; no more, for the rest may hold what is nobody's business."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "?"
    file = os.path.basename(trace.tb_frame.f_code.co_filename)  # noqa: PTH119 - pathlib would be imported at each start
    return f"{file}:{trace.tb_lineno}"
