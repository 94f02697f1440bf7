"""The day is read on a thread of its own, and news of it come after the frame that shows it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from carlendar.store.records import Snapshot
from carlendar.wiring.day_reader import DayReader

DAY = Snapshot(None)
WAIT = 20.0
"""Seconds, for machines that are busy with other things."""


class Shelf:
    """A store that is read as slowly as a test wants, and what happened in its order."""

    def __init__(self) -> None:
        self.happened: list[str] = []
        self.may_read, self.reading, self.over = threading.Event(), threading.Event(), threading.Event()
        self.may_read.set()

    def read(self) -> Snapshot:
        self.reading.set()
        assert self.may_read.wait(WAIT)
        return DAY

    def done(self) -> None:
        self.happened.append("day")

    def status(self) -> None:
        self.happened.append("status")
        self.over.set()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def reader(shelf: Shelf) -> Iterator[DayReader]:
    made = DayReader(shelf.read, shelf.done)
    yield made
    shelf.may_read.set()
    made.stop()


def test_what_is_reported_while_nothing_is_to_be_read_is_reported_at_once(shelf: Shelf, reader: DayReader) -> None:
    reader.after(shelf.status)
    assert shelf.happened == ["status"]


def test_updated_now_does_not_stand_over_the_day_before_the_update(shelf: Shelf, reader: DayReader) -> None:
    shelf.may_read.clear()
    reader.refresh()
    reader.after(shelf.status)
    assert shelf.happened == []
    shelf.may_read.set()
    assert shelf.over.wait(WAIT)
    assert shelf.happened == ["day", "status"]


def test_news_that_come_while_it_reads_are_read_before_anything_is_reported(shelf: Shelf, reader: DayReader) -> None:
    shelf.may_read.clear()
    shelf.reading.clear()
    reader.refresh()
    assert shelf.reading.wait(WAIT)
    reader.refresh()
    reader.after(shelf.status)
    shelf.may_read.set()
    assert shelf.over.wait(WAIT)
    assert shelf.happened == ["day", "day", "status"]


def test_what_is_reported_later_does_not_overtake_what_waited(shelf: Shelf, reader: DayReader) -> None:
    said: list[str] = []
    overtaking = threading.Event()

    def first() -> None:
        reader.after(second)  # comes while the first is being said
        said.append("first")

    def second() -> None:
        said.append("second")
        overtaking.set()

    shelf.may_read.clear()
    reader.refresh()
    reader.after(first)
    shelf.may_read.set()
    assert overtaking.wait(WAIT)
    assert said == ["first", "second"]


def test_a_burst_of_news_is_not_read_one_by_one(shelf: Shelf) -> None:
    reader = DayReader(shelf.read, shelf.done, pause=WAIT)
    reader.refresh()
    reader.after(shelf.status)
    assert shelf.over.wait(WAIT)
    shelf.reading.clear()
    reader.refresh()
    assert not shelf.reading.wait(0.1)
    reader.stop()
    assert shelf.happened == ["day", "status"]


def test_a_reading_that_fails_leaves_the_day_as_it_was_and_is_tried_again() -> None:
    first, third = replace(DAY, dismissed=frozenset({"1"})), replace(DAY, dismissed=frozenset({"3"}))
    readings = iter([first, None, third])

    def read() -> Snapshot:
        if (found := next(readings)) is None:
            raise RecursionError
        return found

    read_on = threading.Event()
    reader = DayReader(read, read_on.set, pause=0.0)
    reader.refresh()
    assert read_on.wait(WAIT)
    assert reader.latest is first
    read_on.clear()
    reader.refresh()
    assert read_on.wait(WAIT)
    reader.stop()
    assert reader.latest is third
