"""The emulator's window on a real X server: it fits, takes another size, closes for good, and there is one."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from carlendar_devtools.emulator.presets import PRESETS
from tests.fakes.waiting import wait_until

pytestmark = pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed (setup.sh test does that)")
TIMEOUT = 40.0
SCREEN = (1024, 600)
CLIENT_MESSAGE = 33
HELPER = 50
"""Pixels that no window of a program's own bookkeeping measures."""

IGNORE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda _display, _error: 0)
"""A handler of errors of the X server, which would otherwise end the process."""


class ClientMessage(ctypes.Structure):
    """`XClientMessageEvent` of Xlib.h."""

    _fields_ = (
        ("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int), ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong), ("message_type", ctypes.c_ulong), ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5), ("rest", ctypes.c_long * 16),
    )  # fmt: skip


class XServer:
    """A client of an X server without a window manager, with what one would do to a window."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._x = ctypes.CDLL("libX11.so.6")
        for function in ("XDefaultRootWindow", "XInternAtom"):
            getattr(self._x, function).restype = ctypes.c_ulong
        self._x.XSetErrorHandler(IGNORE)  # a window that is gone meanwhile must not end the tests
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(name.encode()))
        assert self._display.value
        self._root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))

    def windows(self) -> dict[int, tuple[int, int]]:
        """Windows of the screen, with their sizes."""
        root, parent, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_uint()
        children = ctypes.POINTER(ctypes.c_ulong)()
        self._x.XQueryTree(
            self._display, self._root, ctypes.byref(root), ctypes.byref(parent), ctypes.byref(children),
            ctypes.byref(count),
        )  # fmt: skip
        sizes = {number: self._size(number) for number in children[: count.value]}
        return {number: size for number, size in sizes.items() if min(size) > HELPER}

    def _size(self, window: int) -> tuple[int, int]:
        root, x, y = ctypes.c_ulong(), ctypes.c_int(), ctypes.c_int()
        width, height, border, depth = (ctypes.c_uint() for _ in range(4))
        self._x.XGetGeometry(
            self._display, ctypes.c_ulong(window), *map(ctypes.byref, (root, x, y, width, height, border, depth))
        )
        return width.value, height.value

    def resize(self, window: int, width: int, height: int) -> None:
        self._x.XResizeWindow(self._display, ctypes.c_ulong(window), width, height)
        self._x.XSync(self._display, 0)

    def close(self, window: int) -> None:
        """WM_DELETE_WINDOW, as the cross in a title bar sends it (ICCCM, 4.2.8.1)."""
        atom = [self._x.XInternAtom(self._display, name, 0) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW")]
        event = ClientMessage(type=CLIENT_MESSAGE, window=window, message_type=atom[0], format=32)
        event.data[0] = atom[1]
        self._x.XSendEvent(self._display, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(event))
        self._x.XSync(self._display, 0)

    def disconnect(self) -> None:
        self._x.XCloseDisplay(self._display)


@pytest.fixture
def server() -> Iterator[XServer]:
    """A small screen."""
    read, write = os.pipe()
    process = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{SCREEN[0]}x{SCREEN[1]}x24", "-nolisten", "tcp"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read, encoding="ascii") as numbers:
            client = XServer(f":{numbers.readline().strip()}")
        yield client
        client.disconnect()
    finally:
        process.terminate()
        process.wait(10)


def emulator(server: XServer, home: Path) -> subprocess.Popen[str]:
    left_out = ("CARLENDAR_", "SDL_", "XDG_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    mine = {"HOME": str(home), "TMPDIR": str(home), "LANG": "C.UTF-8", "DISPLAY": server.name}
    return subprocess.Popen(
        [sys.executable, "-I", "-m", "carlendar", "emulator"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=kept | mine, cwd=home,
    )  # fmt: skip


def test_the_window_fits_takes_another_size_and_ends_everything_when_it_is_closed(
    server: XServer, short_path: Path
) -> None:
    with emulator(server, short_path) as first:
        try:
            wait_until(lambda: len(server.windows()) == 1, TIMEOUT)
            ((window, size),) = server.windows().items()
            assert size == (SCREEN[0], int(SCREEN[0] * PRESETS[0].height / PRESETS[0].width))
            with emulator(server, short_path) as second:
                said = second.communicate(timeout=TIMEOUT)
            assert second.returncode == 2
            refusal = f"an emulator already has a window on display {server.name}: use or close it"
            assert said == ("", f"carlendar: {refusal}, or start with --browser\n")
            server.resize(window, 640, 500)
            wait_until(lambda: server.windows() == {window: (640, 500)}, TIMEOUT)
            server.close(window)
            complained = first.communicate(timeout=TIMEOUT)[1]
            assert (first.returncode, complained) == (0, "")
            assert server.windows() == {}
        finally:
            first.send_signal(signal.SIGTERM)
