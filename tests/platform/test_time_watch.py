"""A replaced zone or clock file is reported at once; whatever else happens in the folder is not."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from carlendar.platform.time_watch import TimeWatch


@pytest.fixture
def changed(tmp_path: Path) -> Iterator[threading.Event]:
    event = threading.Event()
    watch = TimeWatch(tmp_path / "localtime", event.set)
    watch.start()
    yield event
    watch.stop()


def test_a_link_that_is_replaced_as_systemd_does_it(tmp_path: Path, changed: threading.Event) -> None:
    link = tmp_path / "localtime"
    link.symlink_to("/usr/share/zoneinfo/Europe/Berlin")
    assert changed.wait(5)
    changed.clear()
    (tmp_path / ".#localtime").symlink_to("/usr/share/zoneinfo/Europe/London")
    assert not changed.wait(0.2)
    (tmp_path / ".#localtime").replace(link)
    assert changed.wait(5)


def test_another_file_of_the_folder_is_nothing(tmp_path: Path, changed: threading.Event) -> None:
    (tmp_path / "hosts").write_text("x")
    assert not changed.wait(0.2)


def test_a_clock_that_is_set_cancels_the_timer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The tests may not set this machine's clock: the read that the kernel would answer so is played.
    changed = threading.Event()
    watch = TimeWatch(tmp_path / "localtime", changed.set)
    watch.start()
    try:
        assert watch._arm(watch._timer)  # the kernel takes the flags

        def cancelled(*_: object) -> bytes:
            raise OSError(errno.ECANCELED, "cancelled")

        monkeypatch.setattr(os, "read", cancelled)
        assert watch._was_set()
    finally:
        monkeypatch.undo()
        watch.stop()


def test_a_folder_that_is_not_there_tells_nothing_and_ends(tmp_path: Path) -> None:
    watch = TimeWatch(tmp_path / "none" / "localtime", lambda: None)
    watch.start()
    watch.stop()
