"""Command-line entry point: runs one command and reports errors as one line and an exit code.

Exit codes: 0 success, 1 a finding, 2 invalid input or arguments, 3 failure of the network, a service or the
machine. An error is one line on standard error, `carlendar: …`, never a traceback.
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

from carlendar.errors import OWN_FAULT, CarlendarError, IdentityError, one_line

INTERRUPTED = 130
"""Exit code of an interrupted command, by shell convention."""
DRIVE = "carlendar.commands.drive"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code and never raises a CarlendarError."""
    given = list(sys.argv[1:] if argv is None else argv)
    if given in ([], ["drive"]):
        gc.disable()  # until the first frame: imports create few cycles
        return _guarded(DRIVE, {})  # fast start on the head unit: no argument parser
    try:
        from carlendar.commands.arguments import parse  # not on the way to the first frame
        from carlendar.commands.terminal import prepare
        from carlendar.platform.core_dumps import forbid_core_dumps

        forbid_core_dumps()
        prepare()
        chosen = parse(given)
    except KeyboardInterrupt as end:
        return getattr(end, "code", INTERRUPTED)
    except SystemExit as end:  # help, version or an argument error was printed, possibly to a full disk
        return _flushed(end.code if isinstance(end.code, int) else 0)
    except OSError as error:
        return _unwritten(error)
    module, options = chosen
    _configure_log(str(options.pop("log_level", "")))
    if module == DRIVE:
        gc.disable()
    return _guarded(module, options)


def _configure_log(level: str) -> None:
    """Write log records of that level; without one, the command decides."""
    if level:
        from carlendar.wiring.log_output import configure

        configure(level)


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
    """The exit code for output that failed: a closed pipe is no failure, a full disk is."""
    _discard(sys.stdout)
    return 0 if isinstance(error, BrokenPipeError) else _report(error.strerror or str(error), 3)


def _guarded(module: str, options: dict[str, object]) -> int:
    try:
        command: Callable[..., int] = importlib.import_module(module).run
        code = command(**options)
        if sys.stdout is not None:
            sys.stdout.flush()  # a full disk is reported here and not by the interpreter at exit
    except CarlendarError as error:
        return _report(_explained(error), error.exit_code)
    except KeyboardInterrupt as end:
        return getattr(end, "code", INTERRUPTED)
    except BrokenPipeError:
        _discard(sys.stdout)  # the reader closed the pipe, as `| head` does
        return 0
    except OSError as error:
        if error.filename is None and error.errno in (errno.ENOSPC, errno.EIO, errno.EBADF):
            _discard(sys.stdout)
        return _report(f"{error.filename}: {error.strerror}" if error.filename else error.strerror or str(error), 3)
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        return _report(f"{OWN_FAULT}: {type(error).__name__} in {_place(error)}", 3)
    return code


def _explained(error: CarlendarError) -> str:
    """The error's text; of what a server or a sign-in did, the catalogue's message with host and fix."""
    refused = isinstance(error, IdentityError)
    reason, number = (error.reason, error.code) if isinstance(error, IdentityError) else (error.key, "")
    if not error.host and not (refused and reason):
        return str(error)
    from carlendar.presentation import reasons  # not needed unless a command fails

    return reasons.terminal(reason, host=error.host, number=number) if reason in reasons.REASONS else str(error)


def _report(text: str, code: int) -> int:
    """Write what went wrong to standard error, if that can still be written to; returns the exit code."""
    try:
        if sys.stderr is not None:
            sys.stderr.write(f"carlendar: {one_line(text)}\n")
    except (OSError, ValueError):
        _discard(sys.stderr)
    return code


def _discard(stream: TextIO | None) -> None:
    """Drop unwritten output, which the interpreter would otherwise try to flush once more at exit."""
    with suppress(OSError, ValueError):
        if stream is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _place(error: BaseException) -> str:
    """File and line that raised it; the error's text is left out because it can contain private data."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "?"
    file = os.path.basename(trace.tb_frame.f_code.co_filename)  # noqa: PTH119 - pathlib would be imported at each start
    return f"{file}:{trace.tb_lineno}"
