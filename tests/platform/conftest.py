"""A private system bus, and a way to wait for what another thread does."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>"""


@contextmanager
def _bus_at(folder: Path) -> Iterator[str]:
    """A bus of the test's own in this folder; its address."""
    config = folder / "bus.conf"
    config.write_text(CONFIG.format(socket=folder / "bus"))
    command = ["dbus-daemon", f"--config-file={config}", "--print-address", "--nofork", "--nopidfile"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        try:
            yield f"unix:path={folder}/bus" if daemon.stdout.readline() else ""
        finally:
            daemon.terminate()


@pytest.fixture
def bus_at() -> Callable[[Path], AbstractContextManager[str]]:
    """Starts a bus in a folder, the same one again at the second time."""
    return _bus_at


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a bus of the test's own, which is the system bus while the test runs."""
    with _bus_at(tmp_path) as address:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        yield address


class Heard:
    """What a listener received, with a wait for a condition on it."""

    def __init__(self) -> None:
        self.values: list[bool] = []
        self._changed = threading.Condition()

    def __call__(self, value: bool) -> None:
        with self._changed:
            self.values.append(value)
            self._changed.notify_all()

    def wait(self, condition: Callable[[list[bool]], bool]) -> list[bool]:
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self.values), 5.0), self.values
            return list(self.values)


@pytest.fixture
def heard() -> Heard:
    return Heard()
