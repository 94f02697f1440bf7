"""How much of a desktop's screen a window may take, asked of the X server before there is a window."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import ctypes

FRAME = 48
"""Pixels that a window manager's title and borders take, at most: it says how many only once there is a window."""
CARDINAL = 6
"""XA_CARDINAL of Xatom.h."""
LONGS = 4


class Size(NamedTuple):
    """Pixels."""

    width: int
    height: int


def usable_screen() -> Size | None:
    """The screen without panels, by `_NET_WORKAREA` (Extended Window Manager Hints); None where X11 cannot be asked.

    Several screens side by side count as one.
    """
    if not os.environ.get("DISPLAY"):
        return None
    import ctypes  # only where there is an X server

    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return None
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = x11.XOpenDisplay(None)
    if not display:
        return None
    display = ctypes.c_void_p(display)
    try:
        screen = x11.XDefaultScreen(display)
        whole = Size(x11.XDisplayWidth(display, screen), x11.XDisplayHeight(display, screen))
        return _work_area(x11, display) or whole
    finally:
        x11.XCloseDisplay(display)


def _work_area(x11: ctypes.CDLL, display: ctypes.c_void_p) -> Size | None:
    """What a window manager leaves for windows, with room for the frame of one; None without a window manager."""
    import ctypes

    x11.XInternAtom.restype = x11.XDefaultRootWindow.restype = ctypes.c_ulong
    name = ctypes.c_ulong(x11.XInternAtom(display, b"_NET_WORKAREA", 1))
    if not name.value:
        return None
    kind, form, count, left = ctypes.c_ulong(), ctypes.c_int(), ctypes.c_ulong(), ctypes.c_ulong()
    found = ctypes.POINTER(ctypes.c_long)()
    failed = x11.XGetWindowProperty(
        display, ctypes.c_ulong(x11.XDefaultRootWindow(display)), name, ctypes.c_long(0), ctypes.c_long(LONGS), 0,
        ctypes.c_ulong(CARDINAL), ctypes.byref(kind), ctypes.byref(form), ctypes.byref(count), ctypes.byref(left),
        ctypes.byref(found),
    )  # fmt: skip
    if failed or count.value == 0:
        return None
    area = Size(found[2], found[3] - FRAME) if count.value >= LONGS and form.value == 32 else None
    x11.XFree(found)
    return area if area is not None and min(area) > 0 else None


def fitted(size: Size, screen: Size) -> Size:
    """`size`, or as large as the screen lets it be with the same proportions."""
    scale = min(1.0, screen.width / size.width, screen.height / size.height)
    return Size(max(1, int(size.width * scale)), max(1, int(size.height * scale)))
