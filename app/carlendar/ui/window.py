"""The window: configures Kivy before it is imported, and works around what cannot be configured.

Kivy makes the window when its module is imported and ends the process when it cannot. Here a display that is
missing, or one without OpenGL 2, is a `DisplayError`.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
from typing import TYPE_CHECKING, Any

from carlendar.errors import DisplayError
from carlendar.ui.screen_area import Size, fitted, usable_screen

if TYPE_CHECKING:
    from pathlib import Path

ROOM = 16 * 1024 * 1024
"""Bytes that must be free for a cache of shaders: Mesa maps its index, and one that finds no room for a page of it
is ended by SIGBUS (mmap(2)) instead of getting an error."""

SMALLEST = (240, 135)
"""Pixels of a desktop's window: under that nothing can be made out."""


def prepare(cache_folder: Path | None, *, offscreen: bool = False) -> None:
    """Set the environment that Kivy and Mesa read at their import. `cache_folder` is made if it is missing.

    Nothing is written outside of it: no configuration, no log, no icons, only Mesa's cache of shaders, and not even
    that where the disk is full or read-only. OSError for a folder that can never be made.
    """
    settings = {
        "KIVY_HOME": os.devnull,  # a home without `mods`, which Kivy would put on Python's path
        "KIVY_NO_ARGS": "1",
        "KIVY_NO_FILELOG": "1",
        "KIVY_NO_CONSOLELOG": "1",
        "KIVY_NO_CONFIG": "1",
        "KIVY_NO_ENV_CONFIG": "1",
        "KIVY_LOG_MODE": "PYTHON",
        "KIVY_WINDOW": "sdl2",
        "KIVY_TEXT": "sdl2",
        "KIVY_IMAGE": "sdl2",
        "SDL_VIDEO_ALLOW_SCREENSAVER": "1",
        "SDL_VIDEO_X11_WMCLASS": "carlendar",
        "EGL_LOG_LEVEL": "fatal",  # Mesa's warnings stand beside the one line that says what is wrong
    }
    os.environ.update(settings)
    if cache_folder is not None:
        if _has_room(cache_folder):
            os.environ.setdefault("MESA_SHADER_CACHE_DIR", str(cache_folder))
        else:
            os.environ["MESA_SHADER_CACHE_DISABLE"] = "true"
    # left to itself SDL would draw unseen where there is no display
    if offscreen:
        os.environ["SDL_VIDEODRIVER"] = "offscreen"
    else:
        os.environ.setdefault("SDL_VIDEODRIVER", "x11,wayland,kmsdrm")
    log = logging.getLogger("kivy")
    log.propagate = False
    log.addHandler(logging.NullHandler())


def _has_room(folder: Path) -> bool:
    """Whether something can be kept in the folder, which is made for that."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        disk = os.statvfs(folder)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
            return False
        raise
    return not disk.f_flag & os.ST_RDONLY and disk.f_bavail * disk.f_frsize >= ROOM


def configure(size: tuple[int, int], *, fullscreen: bool, borderless: bool = False, resizable: bool = False) -> None:
    """Configure the window that Kivy will open; it must not be open yet."""
    from carlendar.ui.kivy_hooks import lean_imports

    with lean_imports():
        from kivy.config import Config

    for section, key, value in (
        ("graphics", "width", str(size[0])),
        ("graphics", "height", str(size[1])),
        ("graphics", "fullscreen", "auto" if fullscreen else "0"),
        ("graphics", "borderless", "1" if borderless else "0"),
        ("graphics", "resizable", "1" if resizable else "0"),
        ("graphics", "multisamples", "0"),
        ("graphics", "maxfps", "60"),
        ("kivy", "exit_on_escape", "0"),
        ("kivy", "log_level", "error"),
        ("kivy", "keyboard_mode", "system"),
        ("kivy", "window_icon", str(_icon())),
        ("postproc", "double_tap_time", "0"),
        ("postproc", "triple_tap_time", "0"),
    ):
        Config.set(section, key, value)
    # a mouse is one finger: no red dots for a second one; touch screens come as a mouse from SDL
    for provider, _ in Config.items("input"):
        Config.remove_option("input", provider)
    Config.set("input", "mouse", "mouse,disable_multitouch")
    for module, _ in Config.items("modules"):
        Config.remove_option("modules", module)


def _icon() -> Path:
    from carlendar import resources

    return resources.asset("icons/carlendar.png")


def open_window(
    size: tuple[int, int], title: str, *, fullscreen: bool = False, borderless: bool = False, desktop: bool = False
) -> Any:
    """The window, made now if it is the first time. Raises DisplayError where there can be none.

    On a `desktop` it fits the screen and can be resized; elsewhere it has the size of the display.
    """
    from carlendar.ui.kivy_hooks import (
        announce_size,
        import_language,
        lean_imports,
        purge_caches_seldom,
        resize_without_drawing,
    )

    first = "kivy.core.window" not in sys.modules
    if first:
        screen = usable_screen() if desktop else None
        fitting = fitted(Size(*size), screen) if screen is not None else size
        configure(fitting, fullscreen=fullscreen, borderless=borderless, resizable=desktop)
    import_language()
    try:
        with lean_imports():
            from kivy.core.window import Window
    except SystemExit as error:
        raise DisplayError("There is no display that can be drawn on.", detail="window provider left") from error
    if Window is None:
        raise DisplayError(_reason(), detail=f"SDL_VIDEODRIVER={os.environ.get('SDL_VIDEODRIVER', '')}")
    if not first and tuple(Window.size) != size:
        Window.size = size
        announce_size(Window)
    purge_caches_seldom()
    resize_without_drawing(Window)
    if desktop:
        Window.minimum_width, Window.minimum_height = SMALLEST
    Window.set_title(title)
    Window.clearcolor = (0, 0, 0, 1)
    _fill_with_one_pixel()
    return Window


def _fill_with_one_pixel() -> None:
    """Have plain shapes filled from one pixel of Kivy's white picture, not from a mixture of four of them.

    They look the same, and a large one takes a quarter less time where the processor draws.
    """
    from kivy.graphics import Rectangle

    white = Rectangle().texture
    white.min_filter = white.mag_filter = "nearest"


def input_descriptor(window: Any) -> int | None:
    """What becomes readable when X11 has input for the window; None where only asking helps."""
    info = window.get_window_info()
    if type(info).__name__ != "WindowInfoX11":
        return None
    import ctypes

    try:
        number = ctypes.CDLL("libX11.so.6").XConnectionNumber
    except (OSError, AttributeError):
        return None
    number.argtypes = [ctypes.c_void_p]
    return int(number(info.display))


def _reason() -> str:
    hidden = os.environ.get("SDL_VIDEODRIVER") == "offscreen"
    if not hidden and not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        return "There is no display: neither DISPLAY nor WAYLAND_DISPLAY is set."
    return "The display cannot be drawn on: it has no OpenGL 2 or cannot be reached."
