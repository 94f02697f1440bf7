"""A command's terminal: whatever letters it has, whatever a library has to say."""

from __future__ import annotations

import io
import logging
import os
import signal
import sys
import threading

from carlendar.errors import one_line

NARROW = 64
"""Columns below which what stands side by side is put one below the other."""


class _Notes(logging.Handler):
    """Warnings of a command on standard error: a line each, and none twice."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._said: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Say it once."""
        text = one_line(record.getMessage())
        if text not in self._said and sys.stderr is not None:
            self._said.add(text)
            sys.stderr.write(f"carlendar: {text}\n")


class Ended(KeyboardInterrupt):
    """The command was told to end; `code` is the exit code of that, by the shell's convention."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.code = 128 + number


def prepare() -> None:
    """Before a command runs: a letter that the terminal has not becomes a mark, and what is logged stays in line.

    Told to end, a command cleans up behind itself first, as when it is interrupted (`Ended`); what was ignored stays
    so. A program that sets logging or signals up for itself (the service) is not touched.
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
    """In the place of a stream that was closed, nothing is read and what is written is dropped.

    In the order of their descriptors, so that no file of ours comes to be one of them.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115, PTH123 - to the end, as the one it stands for


def _end(number: int, _: object) -> None:
    raise Ended(number)
