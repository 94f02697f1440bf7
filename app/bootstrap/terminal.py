"""A command's terminal: whatever letters it has, whatever a library has to say."""

from __future__ import annotations

import io
import logging
import sys

from app.errors import one_line


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


def prepare() -> None:
    """Before a command runs: a letter that the terminal has not becomes a mark, and what is logged stays in line.

    A program that sets logging up for itself (the service) is not touched.
    """
    for stream, errors in ((sys.stdout, "replace"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)
    logging.lastResort = _Notes()
