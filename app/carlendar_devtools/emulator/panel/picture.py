"""The display's last frame as a picture for the browser, encoded off the loop's thread."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable

from PIL import Image

from carlendar_devtools.emulator.frame_client import ReceivedFrame


def encode(frame: ReceivedFrame) -> bytes:
    """Encode the frame as lossless WebP: small text remains as drawn."""
    image = Image.frombytes("RGB", (frame.width, frame.height), frame.pixels)
    memory = io.BytesIO()
    image.save(memory, "WEBP", lossless=True, quality=0, method=0)
    return memory.getvalue()


class Pictures:
    """Keeps the last frame; `shown` is called for each new picture. `number` increases with each."""

    def __init__(self, shown: Callable[[], None] = lambda: None) -> None:
        self._shown = shown
        self.number = 0
        self.last = b""

    async def take(self, frame: ReceivedFrame) -> None:
        """Encode and keep a frame. Frames arrive one at a time: each is acknowledged only after this."""
        self.last = await asyncio.to_thread(encode, frame)
        self.number += 1
        self._shown()

    def forget(self) -> None:
        """Discard the frame when the display ends, so that it is not shown any longer."""
        self.last = b""
        self.number += 1
        self._shown()
