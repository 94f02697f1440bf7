"""Prepares standard streams, signals and warnings for a command on a terminal."""

from __future__ import annotations

import io
import logging
import os
import signal
import sys
import threading

from carlendar.errors import one_line

NARROW = 64
"""Width in columns below which tables are printed as lists."""


class _Notes(logging.Handler):
    """Writes warnings to standard error: one line each, without repetition."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._written: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record, unless an equal one was written before."""
        text = one_line(record.getMessage())
        if text not in self._written and sys.stderr is not None:
            self._written.add(text)
            sys.stderr.write(f"carlendar: {text}\n")


class Ended(KeyboardInterrupt):
    """A signal ended the command; `code` is the exit code for that, by the shell's convention."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.code = 128 + number


def prepare() -> None:
    """Set up the streams, signals and warnings of a command.

    Characters that the terminal cannot encode are replaced, and a warning is one line. SIGTERM and SIGHUP raise
    `Ended`, so that a command cleans up as after Ctrl-C; an ignored signal stays ignored. A program that configures
    logging or signals itself, as the service does, overrides this.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        if threading.current_thread() is threading.main_thread() and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)
    _fill_in()
    for stream, errors in ((sys.stdout, "replace"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)
    logging.lastResort = _Notes()


def _fill_in() -> None:
    """Replace closed streams by the null device.

    In the order of their descriptors, so that no file opened later gets one of these.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115, PTH123 - stays open until the end


def _end(number: int, _: object) -> None:
    raise Ended(number)
