"""Log output: to standard error, one `key=value` line per record, with the journal's priority under systemd.

No content is logged. Carlendar's own messages contain none by convention; a library's message may contain an address,
a token or a title, so only its level and source line are written, and only from warnings up. Of an exception, only
its type and location are written, also where nothing catches it: Python's own tracebacks and warnings hold texts.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from queue import SimpleQueue
from typing import TextIO

OWN = ("carlendar", "carlendar_devtools", "__main__")
"""Loggers whose messages contain no user data."""
LEVELS = ("debug", "info", "warning", "error")
OPTION = "--log-level="
"""Command-line option of child processes."""
PRIORITIES = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}
"""Priorities of sd-daemon(3)."""

_log = logging.getLogger(__name__)
_installed: list[logging.Handler] = []
"""The handler that `configure` installed."""


class LogLine(logging.Formatter):
    """Formats a record as `time=… level=… logger=… message="…"`; under systemd as `<priority>` without the time."""

    def __init__(self, *, journal: bool) -> None:
        super().__init__()
        self._journal = journal

    def format(self, record: logging.LogRecord) -> str:
        """Return one line without the texts of exceptions and libraries."""
        place = f"{record.filename}:{record.lineno}"
        own = is_own(record.name)
        fields = {
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage() if own else f"message of a library at {place}",
        }
        if record.exc_info and (error := record.exc_info[1]) is not None:
            fields["error"] = type(error).__name__
            fields["at"] = _raised_at(error)
        line = " ".join(f"{name}={_quoted(text)}" for name, text in fields.items())
        if self._journal:
            return f"<{PRIORITIES.get(record.levelno, 6)}>{line}"
        return f"time={datetime.fromtimestamp(record.created, UTC).isoformat(timespec='milliseconds')} {line}"


class _Threshold(logging.Filter):
    """Passes Carlendar's records from a level up, and those of libraries from warnings up."""

    def __init__(self, level: int) -> None:
        super().__init__()
        self._level = level

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written."""
        return record.levelno >= (self._level if is_own(record.name) else max(self._level, logging.WARNING))


class _LogHandler(logging.StreamHandler[TextIO]):
    """Writes to standard error."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base class's name
        """Drop the record: a closed or full standard error must not affect the program."""


def configure(level: str = "") -> None:
    """Write log records from `level` up to standard error; default: the level chosen before, else warnings.

    With a level, records are written by a separate thread: a blocked reader of standard error must not delay the UI
    thread or the signal thread.
    """
    root = logging.getLogger()
    if sys.stderr is None or (_installed and not level):
        return
    while _installed:
        root.removeHandler(_installed.pop())
    number = getattr(logging, (level or "warning").upper())
    made: logging.Handler = _LogHandler(sys.stderr)
    if level:
        made = _queued(made)
        for name in OWN:
            logging.getLogger(name).setLevel(number)
    made.setFormatter(LogLine(journal=writes_to_journal(sys.stderr)))
    made.addFilter(_Threshold(number))
    root.addHandler(made)
    _installed.append(made)
    if not sys.flags.dev_mode:
        _replace_hooks()


def _replace_hooks() -> None:
    """Log what nothing catches, without its text, in place of Python's own output; other hooks are left alone."""
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = lambda _kind, error, _trace: _uncaught("the program failed", error)
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = lambda given: _uncaught("a thread failed", given.exc_value)
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = lambda given: _uncaught("a clean-up failed", given.exc_value)
    logging.captureWarnings(True)


def _uncaught(text: str, error: BaseException | None) -> None:
    if isinstance(error, KeyboardInterrupt | SystemExit):
        return
    _log.error(text, exc_info=error)


def _queued(handler: logging.Handler) -> logging.Handler:
    """Return a handler that formats records at once and writes them on a thread; the queue is flushed at exit."""
    from logging.handlers import QueueHandler, QueueListener  # not on the way to the first frame

    records: SimpleQueue[logging.LogRecord] = SimpleQueue()
    listener = QueueListener(records, handler)
    listener.start()
    atexit.register(listener.stop)
    return QueueHandler(records)


def chosen_level() -> str:
    """Return the level set by an option; empty if none."""
    number = logging.getLogger(OWN[0]).level
    return logging.getLevelName(number).lower() if number else ""


def child_arguments() -> tuple[str, ...]:
    """Return the arguments that give a child process the same log level."""
    return (f"{OPTION}{level}",) if (level := chosen_level()) else ()


def level_argument(arguments: Iterable[str]) -> str:
    """Return the level in a child process's arguments; empty if none."""
    given = [each.removeprefix(OPTION) for each in arguments if each.startswith(OPTION)]
    return given[-1] if given and given[-1] in LEVELS else ""


def writes_to_journal(stream: TextIO) -> bool:
    """Whether the stream is connected to the journal: JOURNAL_STREAM is its device and inode (systemd.exec(5))."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"


def is_own(logger: str) -> bool:
    """Whether the logger is one of Carlendar's."""
    return logger.partition(".")[0] in OWN


def _raised_at(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "?"
    return f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"  # noqa: PTH119 - as logging does


def _quoted(text: str) -> str:
    plain = text.isascii() and text.isprintable() and text and not set(text) & set(' "=')
    if plain:
        return text
    import json  # not on the way to the first frame

    return json.dumps(text)
