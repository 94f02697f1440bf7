"""A real Navit with the fictional town, on a private bus and a display of its own (Xvfb)."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from carlendar.navigation.navit import NavitNavigation
from carlendar.navigation.navit_bus import NavitBus
from carlendar_devtools.emulator.child_process import mortal
from carlendar_devtools.emulator.town.engines import navit_xml
from carlendar_devtools.emulator.town.network import Network
from tests.fakes.waiting import wait_until

_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={socket}</listen>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
"""


class RunningNavit:
    """Starts a bus and a display; `start` and `kill` are Navit's. `data` is the folder of the town's map."""

    def __init__(self, folder: Path, data: Path, network: Network) -> None:
        self._folder, self._network = folder, network
        self._processes: list[subprocess.Popen[bytes]] = []
        self._navit: subprocess.Popen[bytes] | None = None
        self.address = f"unix:path={folder / 'bus'}"
        home = folder / "home" / ".navit"
        home.mkdir(parents=True)
        (home / "destination.txt").touch()  # Navit 0.5.6 may crash at the first destination without it
        (folder / "bus.conf").write_text(_BUS.format(socket=folder / "bus"), "utf-8")
        self.use(data)
        self._spawn("dbus-daemon", f"--config-file={folder / 'bus.conf'}", "--nofork", "--nopidfile")
        number, written = os.pipe()
        try:
            self._spawn(
                "Xvfb", "-displayfd", str(written), "-screen", "0", "320x240x24", "-nolisten", "tcp", keep=written
            )
        finally:
            os.close(written)
        with os.fdopen(number, "rb") as display:
            self._display = f":{display.readline().decode().strip()}"
        wait_until((folder / "bus").exists)

    def use(self, data: Path) -> None:
        """Let the next start read the town's map in another folder."""
        (self._folder / "navit.xml").write_text(navit_xml(data, self._network.profile), "utf-8")

    def start(self) -> None:
        """Start Navit, or start it again."""
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(self._folder / "home"), "DISPLAY": self._display,
            "LC_ALL": "C.UTF-8", "DBUS_SESSION_BUS_ADDRESS": self.address, "XDG_RUNTIME_DIR": str(self._folder),
        }  # fmt: skip
        self._navit = self._spawn("navit", "-c", str(self._folder / "navit.xml"), environment=environment)

    def kill(self) -> None:
        """Kill Navit, as a crash does. (It does not end by SIGTERM.)"""
        if self._navit is not None:
            self._navit.kill()
            self._navit.wait()
            self._navit = None

    def ensure_running(self, bus: NavitBus) -> None:
        """Start Navit without a destination, unless it answers on the bus."""
        navigation = NavitNavigation(bus)
        if not navigation.available():
            self.kill()
            self.forget_destination()
            self.start()
            wait_until(navigation.available, what="Navit on the bus")

    def freeze(self) -> None:
        """Let Navit answer nothing any more."""
        if self._navit is not None:
            self._navit.send_signal(signal.SIGSTOP)

    def has_saved_destination(self) -> bool:
        """Whether Navit has written its destination, which it resumes at its next start."""
        lines = (self._folder / "home" / ".navit" / "destination.txt").read_text("utf-8").splitlines()
        return bool(lines) and lines[-1].startswith("mg:")  # after it, `# navigation stopped`

    def forget_destination(self) -> None:
        """Let the next start begin without the destination of the last run."""
        (self._folder / "home" / ".navit" / "destination.txt").write_bytes(b"")

    def stop(self) -> None:
        """End everything."""
        self.kill()
        for process in reversed(self._processes):
            with suppress(ProcessLookupError):
                process.kill()
            process.wait()

    def _spawn(
        self, *command: str, environment: dict[str, str] | None = None, keep: int = -1
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            mortal(command), env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, pass_fds=(keep,) if keep >= 0 else (), cwd=self._folder,
        )  # fmt: skip
        self._processes.append(process)
        return process
