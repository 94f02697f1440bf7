"""The confined process that reads calendars and invitations; started by `carlendar.wiring.reading` alone."""

from __future__ import annotations

from typing import BinaryIO

from carlendar.icalendar import reader
from carlendar.isolated import program
from carlendar.platform.confined_worker import WorkLimits, read_exactly, serve

COMMAND = program("carlendar.wiring.reader_worker")
LIMITS = WorkLimits()


def handle(request: BinaryIO) -> bytes:
    """Answer one request, by its first byte."""
    if read_exactly(request, 1) == reader.KIND:
        return reader.answer(request)
    raise ValueError("a request of an unknown kind")


if __name__ == "__main__":
    import carlendar.icalendar.ics  # noqa: F401 - before the first request, so that no request pays for it

    serve(handle, LIMITS)
