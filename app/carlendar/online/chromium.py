"""Chromium as a child process: without a window, in a process group of its own, its profile in memory.

`--ozone-platform=headless` shows no window and needs no display server. It is not `--headless`: that is another
browser to the SDK, which does not support it. Chromium's sandbox stays on, so it does not run as root.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
from collections.abc import Mapping, Sequence
from fcntl import F_DUPFD_CLOEXEC, fcntl
from pathlib import Path

from carlendar.domain.base import Value
from carlendar.online.allowed_hosts import resolver_rules
from carlendar.online.protocol_pipe import EngineError

PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable")
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
"""Where it is searched for: not in the PATH of a user, for it gets tokens."""
OLDEST = 120
"""The first major version that was tried with these options; the SDK decides for itself, and wants a newer one."""

_FROM_SERVICE, _TO_SERVICE = 3, 4
"""The file descriptors of `--remote-debugging-pipe` in the browser."""
_FIRST_FREE = 10
_KEPT = ("LANG", "LC_ALL", "XDG_RUNTIME_DIR", "PULSE_SERVER", "PIPEWIRE_REMOTE", "PULSE_COOKIE")
"""Variables that the browser gets: the language, and where the sound server is."""

_OPTIONS = (
    "--remote-debugging-pipe",
    "--ozone-platform=headless",
    "--no-startup-window",
    "--no-first-run",
    "--no-default-browser-check",
    "--autoplay-policy=no-user-gesture-required",
    # the page works although it is never visible
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    # nothing of its own is fetched, sent or stored
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--disk-cache-size=1",
    "--metrics-recording-only",
    "--password-store=basic",
    # one page without pictures
    "--disable-gpu",
    "--renderer-process-limit=1",
)
_DISABLED = (
    "GlobalMediaControls",
    "HardwareMediaKeyHandling",
    "MediaRouter",
    "OptimizationHints",
    "SpareRendererForSitePerProcess",
    "Translate",
    # pages of the address bar, which take a process of 80 MB and a second
    "PreloadTopChromeWebUI",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "WebUIOmniboxPopup",
)
_VERSION = re.compile(r"/(\d{2,4})\.")


class Browser(Value, frozen=True):
    """What to start. Those of a car have no further `arguments` and no further `disabled` features."""

    program: str
    arguments: tuple[str, ...] = ()
    disabled: tuple[str, ...] = ()


def find_program(named: str) -> str:
    """The path of the browser: the one of the settings, or the first that is installed; empty if there is none."""
    if named:
        return named if os.access(named, os.X_OK) and Path(named).is_file() else ""
    return next((found for name in PROGRAMS if (found := shutil.which(name, path=SYSTEM_PATH))), "")


def major_version(product: str) -> int:
    """The major version of a product like `Chrome/156.0.8078.108`; 0 if it names none."""
    found = _VERSION.search(product)
    return int(found[1]) if found else 0


def command(browser: Browser, profile: Path, hosts: Sequence[str]) -> tuple[str, ...]:
    """The command line."""
    return (
        browser.program,
        *_OPTIONS,
        f"--disable-features={','.join((*_DISABLED, *browser.disabled))}",
        f"--user-data-dir={profile}",
        f"--host-resolver-rules={resolver_rules(hosts)}",
        *browser.arguments,
    )


class ChromiumProcess:
    """A running Chromium. `reading` and `writing` are this side's ends of its pipe."""

    def __init__(self, pid: int, reading: int, writing: int) -> None:
        self.pid, self.reading, self.writing = pid, reading, writing

    @classmethod
    def start(
        cls, arguments: Sequence[str], profile: Path, environ: Mapping[str, str], cgroup: Path | None
    ) -> ChromiumProcess:
        """Start it, in the cgroup from its first instruction on. Raises EngineError."""
        from_service, writing = os.pipe()
        reading, to_service = os.pipe()
        # beyond the two numbers that they get in the child, so that none replaces another
        ends = [fcntl(each, F_DUPFD_CLOEXEC, _FIRST_FREE) for each in (from_service, to_service)]
        given = {name: environ[name] for name in _KEPT if name in environ} | {"HOME": str(profile), "PATH": SYSTEM_PATH}
        if cgroup is not None:
            entering = 'echo $$ >"$0/cgroup.procs"; exec "$@"'
            arguments = ("/bin/sh", "-c", entering, str(cgroup), *arguments)
        try:
            pid = os.posix_spawn(
                arguments[0],
                [*arguments],
                given,
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    # its messages contain addresses
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                    (os.POSIX_SPAWN_DUP2, ends[0], _FROM_SERVICE),
                    (os.POSIX_SPAWN_DUP2, ends[1], _TO_SERVICE),
                ],
                setsid=True,
            )
        except OSError as error:
            os.close(reading)
            os.close(writing)
            raise EngineError("the browser cannot be started", detail=type(error).__name__) from error
        finally:
            for each in (from_service, to_service, *ends):
                os.close(each)
        return cls(pid, reading, writing)

    def end(self) -> None:
        """Kill the whole process group and wait until its first process is gone; safe to repeat. Blocks shortly."""
        if not self.pid:
            return
        pid, self.pid = self.pid, 0
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)
