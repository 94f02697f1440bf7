"""Renders frames to PNG files, off-screen, with the same widgets."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from carlendar.brands.brand import Brand
    from carlendar.presentation.states import Frame
    from carlendar.text.wrap import Ruler
    from carlendar.ui.composition import Composition
    from carlendar.ui.metrics import DisplayMetrics


class _Still:
    """A stopped clock: pictures do not depend on time."""

    def seconds(self) -> float:
        return 0.0


class Gallery:
    """Renders frames for one display. Opens Kivy's window (off-screen, unless one is open) on first use.

    All galleries of a process share that window; each draws into a buffer of its own size.
    """

    def __init__(
        self, metrics: DisplayMetrics, cache_folder: Path | None = None, *, brand: Brand | None = None
    ) -> None:
        self.metrics = metrics
        self._brand = brand
        self._cache_folder = cache_folder
        self._root: Any = None

    def render(self, frame: Frame, path: Path) -> None:
        """Write the frame as a PNG. Raises DisplayError without OpenGL, OSError when it cannot be written."""
        width, height = self.metrics.width_px, self.metrics.height_px
        pixels = self.pixels(frame)
        rows = [pixels[at : at + width * 3] for at in range(0, len(pixels), width * 3)]
        path.write_bytes(_png(width, height, rows))

    def pixels(self, frame: Frame, *, scroll: float = 1.0) -> bytes:
        """The frame's pixels: RGB, rows from the top. `scroll` is where its list stands: 1 at the top, 0 at the end."""
        self.stage(frame)
        self._scroll(scroll)
        rgba = self.rgba_of_shown()
        pixels = bytearray(len(rgba) // 4 * 3)
        for channel in range(3):
            pixels[channel::3] = rgba[channel::4]
        stride = self.metrics.width_px * 3
        rows = range(len(pixels) - stride, -1, -stride)
        return b"".join(bytes(pixels[at : at + stride]) for at in rows)

    def rgba(self, frame: Frame) -> bytes:
        """The frame's pixels as OpenGL gives them: RGBA, rows from the bottom."""
        self.stage(frame)
        return self.rgba_of_shown()

    def rgba_of_shown(self, box: tuple[int, int, int, int] | None = None) -> bytes:
        """Return the pixels of what `stage` laid out last, with later changes; only those in `box`, if it is given.

        `box` is left, bottom, width and height, from the lower left. No other pixels are drawn then.
        """
        from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

        stage = self._root
        buffer = _buffer(*self._root.size)
        with _only(box):
            buffer.add(stage.canvas)
            buffer.bind()
            buffer.clear_buffer()
            buffer.release()
            buffer.ask_update()
            buffer.draw()
        buffer.bind()
        # `buffer.pixels` takes six times as long: it copies them once more
        rgba: bytes = glReadPixels(*(box or (0, 0, *map(int, stage.size))), GL_RGBA, GL_UNSIGNED_BYTE)
        buffer.release()
        buffer.remove(stage.canvas)
        return rgba

    def _scroll(self, offset: float) -> None:
        """Move the lists on the stage there."""
        for widget in self._root.walk(restrict=True):
            if hasattr(widget, "scroll_y") and widget.scroll_y != offset:
                widget.scroll_y = offset
                settle()

    def stage(
        self, frame: Frame, *, composer: Callable[[Frame, DisplayMetrics, Ruler, Brand], Composition] | None = None
    ) -> Any:
        """Lay out the frame and return its widget tree, for audits and tests; by `composer`, if one is given."""
        self.open()
        from carlendar.ui.fonts import look_up_missing  # imports Kivy, which `open` prepares

        self._root.composer = composer
        self._root.show(frame)
        settle()
        if found := look_up_missing():
            self._root.use_fonts(found)
            settle()
        return self._root

    def open(self) -> None:
        """Open the window, if that was not done. Raises DisplayError without OpenGL."""
        if self._root is not None:
            return
        from carlendar.ui.window import open_window, prepare

        prepare(self._cache_folder, offscreen=True)
        open_window((320, 240), "Carlendar")
        from carlendar.ui.root_view import RootView
        from carlendar.ui.style import load_rules

        load_rules()
        self._root = RootView(self.metrics, _Still(), act=lambda _: None, scrolled=lambda *_: None, brand=self._brand)


@contextmanager
def _only(box: tuple[int, int, int, int] | None) -> Iterator[None]:
    """Draw only in that box of the buffer, if one is given."""
    if box is None:
        yield
        return
    from kivy.graphics.opengl import GL_SCISSOR_TEST, glDisable, glEnable, glScissor

    glEnable(GL_SCISSOR_TEST)
    glScissor(*box)
    try:
        yield
    finally:
        glDisable(GL_SCISSOR_TEST)


@cache
def _buffer(width: float, height: float) -> Any:
    """The buffer that all galleries of that size draw into."""
    from kivy.graphics import Fbo

    return Fbo(size=(width, height), with_stencilbuffer=True)


def settle() -> None:
    """Perform all pending layouts."""
    from kivy.clock import Clock

    from carlendar.ui.kivy_hooks import lay_out

    for _ in range(4):
        Clock.tick()
        lay_out()


def _png(width: int, height: int, rows: list[bytes]) -> bytes:
    """A PNG of 8-bit RGB (PNG specification, ISO/IEC 15948): no imaging library in the car for this alone."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    head = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
