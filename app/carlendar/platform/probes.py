"""Checks of this machine for `carlendar doctor`: each has a time limit and suggests a fix.

Nothing heavy is imported: OpenGL is tried in a child process, because a broken driver can crash the process
that loads it. `bus_probes` checks the message buses.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from msgspec import field

from carlendar.domain.base import Value
from carlendar.domain.ports import ElapsedClock, WallClock
from carlendar.isolated import FOLDER

GL_SECONDS = 8.0
"""Generous, because a software renderer compiles its shaders at the first start."""

CONNECT_SECONDS = 1.0

X11_FOLDER = Path("/tmp/.X11-unix")  # noqa: S108  # where X servers put their sockets
DRI_FOLDER = Path("/dev/dri")

GL_PROGRAM = """
import ctypes
egl = ctypes.CDLL("libEGL.so.1")
ctypes.CDLL("libGLESv2.so.2")
egl.eglGetDisplay.restype = ctypes.c_void_p
egl.eglQueryString.restype = ctypes.c_char_p
egl.eglInitialize.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
egl.eglQueryString.argtypes = [ctypes.c_void_p, ctypes.c_int]
egl.eglGetDisplay.argtypes = [ctypes.c_void_p]
display = egl.eglGetDisplay(None)
if not display or not egl.eglInitialize(display, None, None):
    raise SystemExit(1)
print("EGL", egl.eglQueryString(display, 0x3054).decode(), egl.eglQueryString(display, 0x3053).decode())
"""
"""EGL 1.5: EGL_VERSION is 0x3054, EGL_VENDOR 0x3053; None is EGL_DEFAULT_DISPLAY."""


class Check(Value, frozen=True):
    """The result of a check. `fix` says what to do, None if nothing. `facts` are additional keys of the JSON."""

    name: str
    ok: bool
    detail: str
    fix: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """Return the JSON of `carlendar doctor --json`; `mend` is the former name of `fix`."""
        return {
            "name": self.name,
            "ok": self.ok,
            "detail": self.detail,
            "mend": self.fix,
            "fix": self.fix,
            **self.facts,
        }


def check_display(environ: Mapping[str, str] = os.environ) -> Check:
    """Check that there is a display: an X server, direct output (KMSDRM), or deliberate off-screen rendering."""
    driver = environ.get("SDL_VIDEODRIVER", "")
    if driver in ("offscreen", "dummy"):
        return Check("display", driver == "offscreen", f"off-screen (SDL_VIDEODRIVER={driver})", None)
    if name := environ.get("DISPLAY", ""):
        if _x_server_answers(name):
            return Check("display", ok=True, detail=f"X server {name}")
        return Check("display", ok=False, detail=f"no X server answers at {name}", fix="start it, or correct DISPLAY")
    if any(DRI_FOLDER.glob("card*")):
        return Check("display", ok=True, detail="no X server; a graphics card without a compositor (KMSDRM)")
    fix = "start an X server or Xwayland, or use `carlendar emulator --browser`"
    return Check("display", ok=False, detail="no X server and no graphics card", fix=fix)


def _x_server_answers(name: str) -> bool:
    """Whether a local X server answers on its socket; a remote one is assumed to."""
    found = re.fullmatch(r"(?:unix)?:(\d+)(?:\.\d+)?", name)
    if found is None:
        return True
    path = str(X11_FOLDER / f"X{found[1]}")
    for address in (path, "\0" + path):
        with socket.socket(socket.AF_UNIX) as attempt:
            attempt.settimeout(CONNECT_SECONDS)
            if attempt.connect_ex(address) == 0:
                return True
    return False


def check_gl(environ: Mapping[str, str] = os.environ) -> Check:
    """Check in a child process that OpenGL ES can be initialised."""
    environ = dict(environ)
    if not environ.get("DISPLAY"):
        environ.setdefault("EGL_PLATFORM", "surfaceless")
    fix = "install libgl1 libegl1 libgles2 libgl1-mesa-dri; without a graphics card set LIBGL_ALWAYS_SOFTWARE=1"
    command = [sys.executable, "-I", "-c", GL_PROGRAM]
    try:
        done = subprocess.run(
            command, env=environ, capture_output=True, timeout=GL_SECONDS, check=False, text=True, cwd=FOLDER
        )
    except (OSError, subprocess.TimeoutExpired):
        return Check("opengl", ok=False, detail="the driver does not answer", fix=fix)
    if done.returncode != 0:
        return Check("opengl", ok=False, detail="libEGL or libGLESv2 is missing or finds no driver", fix=fix)
    return Check("opengl", ok=True, detail=done.stdout.strip())


def check_databroker(address: str) -> Check:
    """Check that something listens at the databroker's `host:port`."""
    host, _, port = address.rpartition(":")
    fix = "start the databroker, or set vehicle.databroker"
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
    except (OSError, ValueError, OverflowError):
        detail = f"nothing listens at {address}; the screen stays as if moving"
        return Check("databroker", ok=False, detail=detail, fix=fix)
    return Check("databroker", ok=True, detail=f"listens at {address}")


def check_clock(wall: WallClock, elapsed: ElapsedClock) -> Check:
    """Check that the clock is set, and report the time zone."""
    zone = wall.zone()
    text = f"{wall.now().astimezone(zone):%Y-%m-%d %H:%M} {zone}, up {elapsed.seconds() / 3600:.1f} h"
    if wall.is_set():
        return Check("clock", ok=True, detail=text)
    fix = "start systemd-timesyncd or another time source; until then no countdown is shown"
    return Check("clock", ok=False, detail=f"{text}; not set since boot", fix=fix)
