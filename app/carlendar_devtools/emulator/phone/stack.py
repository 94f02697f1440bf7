"""A private system bus with the real `ofonod`, for one or more emulated phones.

`ofonod`'s own `localhfp` driver connects to the phone over TCP and runs the same hands-free code as
over Bluetooth. It does not touch the machine's own bus and needs no root.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from carlendar.errors import CallError
from carlendar.isolated import FOLDER
from carlendar_devtools.emulator.child_process import claim, mortal, sweep

BUS_DAEMON = "dbus-daemon"
CALL_DAEMON = "ofonod"
PREFIX = "carlendar-phone-"
"""Prefix of the folders of private buses."""
SEARCH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
"""Debian installs daemons outside an ordinary user's PATH."""

START_SECONDS = 10.0
STOP_SECONDS = 1.0
"""Seconds until a process is killed; `ofonod` misses a request to end before it is ready."""
RESTART_SECONDS = 0.1
"""Seconds between a crash of `ofonod` and its next start."""

_POLICY = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
    <allow user="*"/>
  </policy>
</busconfig>
"""


def missing() -> str:
    """Return which daemons are not installed; empty if all are."""
    absent = [name for name in (BUS_DAEMON, CALL_DAEMON) if shutil.which(name, path=SEARCH) is None]
    return f"{' and '.join(absent)} not installed" if absent else ""


class CallStack:
    """`dbus-daemon` and `ofonod`, started and ended as child processes, in a folder of their own."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._claim: BinaryIO | None = None
        self._bus: asyncio.subprocess.Process | None = None
        self._daemon: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """The bus address for DBUS_SYSTEM_BUS_ADDRESS; empty until started."""
        return f"unix:path={self._folder.name}/bus" if self._folder else ""

    async def start(self, phones: Mapping[str, int]) -> None:
        """Start both; `phones` are names (letters, digits and `_`) with ports on loopback.

        Raises CallError on failure.
        """
        await self.start_bus(phones)
        await self.start_daemon()

    async def start_bus(self, phones: Mapping[str, int] = MappingProxyType({})) -> None:
        """Start the bus alone; `ofonod` will know these phones. Raises CallError on failure."""
        if missing():
            raise CallError(missing(), key="no_daemon")
        sweep(Path(tempfile.gettempdir()), PREFIX)
        self._folder = tempfile.TemporaryDirectory(prefix=PREFIX)
        self._claim = claim(Path(self._folder.name))
        folder = Path(self._folder.name)
        (folder / "bus.conf").write_text(_POLICY.format(socket=folder / "bus"), "utf-8")
        (folder / "phones.conf").write_text(_phones(phones), "utf-8")
        await self.restart_bus()

    async def restart_bus(self) -> None:
        """Start the bus on its address, or restart it if it was killed. Raises CallError."""
        if self._folder is None:
            raise CallError("there is no private bus", key="no_daemon")
        folder = Path(self._folder.name)
        self._bus = await _spawn(BUS_DAEMON, f"--config-file={folder / 'bus.conf'}", "--nofork", "--nopidfile")
        await self._bus_up(folder / "bus")

    async def start_daemon(self) -> None:
        """Start `ofonod` on the bus, which is running, and again whenever it crashes, as a service manager would.

        Version 1.31 crashes occasionally if the link is lost soon after a change of calls: its hands-free driver
        leaves a timer behind.
        """
        if self._folder is None:
            raise CallError("the private bus is not up", key="no_daemon")
        surroundings = dict(os.environ) | {
            "DBUS_SYSTEM_BUS_ADDRESS": self.address,
            "OFONO_PHONESIM_CONFIG": str(Path(self._folder.name) / "phones.conf"),
        }
        self._daemon = await _spawn(CALL_DAEMON, "-n", surroundings=surroundings)
        self._keeper = asyncio.create_task(self._keep(self._daemon))

    async def _keep(self, daemon: asyncio.subprocess.Process) -> None:
        await daemon.wait()
        await asyncio.sleep(RESTART_SECONDS)
        await self.start_daemon()

    async def _keep_no_more(self) -> None:
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)

    async def kill_daemon(self) -> None:
        """Kill `ofonod`, as a crash does."""
        await self._keep_no_more()
        daemon, self._daemon = self._daemon, None
        await _kill(daemon)

    async def kill_bus(self) -> None:
        """Kill the bus, as a crash does; `ofonod` ends with it."""
        await self._keep_no_more()
        (bus, self._bus), (daemon, self._daemon) = (self._bus, None), (self._daemon, None)
        await _kill(bus)
        await _kill(daemon)

    async def stop(self) -> None:
        """End both and remove the folder."""
        await self._keep_no_more()
        for process in (self._daemon, self._bus):
            if process is not None:
                await _end(process)
        self._daemon = self._bus = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
        if self._claim is not None:
            self._claim.close()
            self._claim = None

    async def _bus_up(self, socket: Path) -> None:
        """Wait until it accepts connections: its socket exists a moment earlier, and `ofonod` tries only once."""
        deadline = asyncio.get_running_loop().time() + START_SECONDS
        while True:
            try:
                _, writer = await asyncio.open_unix_connection(socket)
            except OSError:
                if asyncio.get_running_loop().time() > deadline or (self._bus and self._bus.returncode is not None):
                    await self.stop()
                    raise CallError("the private bus did not start", key="no_daemon") from None
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return


def _phones(phones: Mapping[str, int]) -> str:
    groups = (
        f"[{name}]\nDriver=localhfp\nModem=hfp\nAddress=127.0.0.1\nPort={port}\n" for name, port in phones.items()
    )
    return "\n".join(groups)


async def _spawn(name: str, *arguments: str, surroundings: dict[str, str] | None = None) -> asyncio.subprocess.Process:
    path = shutil.which(name, path=SEARCH)
    if path is None:
        raise CallError(f"{name} is not installed", key="no_daemon")
    quiet = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(
        *mortal((path, *arguments)), stdin=quiet, stdout=quiet, stderr=quiet, env=surroundings, cwd=FOLDER
    )


async def _kill(process: asyncio.subprocess.Process | None) -> None:
    if process is not None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
