"""A display's connector, in a folder as the kernel's."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from carlendar.platform.output import Output


def plugged(folder: Path, name: str, word: str) -> Path:
    status = folder / name / "status"
    status.parent.mkdir(parents=True, exist_ok=True)
    status.write_text(f"{word}\n")
    return status


@pytest.mark.parametrize(
    ("name", "connected"),
    [("HDMI-A-2", True), *((name, False) for name in ("HDMI-A-1", "DP-1", "DP-2", "", "*", "A-2"))],
)  # fmt: skip
def test_s9_only_the_named_connector_counts_and_only_while_it_is_connected(
    tmp_path: Path, name: str, connected: bool
) -> None:
    plugged(tmp_path, "card0-HDMI-A-2", "connected")
    plugged(tmp_path, "card0-HDMI-A-1", "disconnected")
    plugged(tmp_path, "card0-DP-2", "unknown")
    assert Output(name, tmp_path).connected() is connected


def test_s9_a_name_that_two_cards_have_identifies_neither(tmp_path: Path) -> None:
    plugged(tmp_path, "card0-DP-1", "connected")
    plugged(tmp_path, "card1-DP-1", "connected")
    assert not Output("DP-1", tmp_path).connected()


@pytest.mark.parametrize("gone", ["unplugged", "removed"])
def test_s9_its_loss_is_reported_once_and_soon_and_is_for_good(tmp_path: Path, gone: str) -> None:
    status = plugged(tmp_path, "card0-DP-1", "connected")
    lost, times = threading.Event(), list[int]()

    def listener() -> None:
        times.append(1)
        lost.set()

    output = Output("DP-1", tmp_path)
    output.watch(listener)
    assert not lost.wait(0.5)
    plugged(tmp_path, "card0-DP-1", "disconnected") if gone == "unplugged" else status.unlink()
    assert lost.wait(5.0)
    plugged(tmp_path, "card0-DP-1", "connected")
    output.stop()
    assert times == [1]


def test_a_watch_can_be_ended(tmp_path: Path) -> None:
    plugged(tmp_path, "card0-DP-1", "connected")
    output = Output("DP-1", tmp_path)
    output.watch(lambda: pytest.fail("it was not lost"))
    output.stop()
