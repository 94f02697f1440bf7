"""Pictures that strangers made, decoded in a process of its own that may take little and leaves nothing.

The child bounds its memory and time before it looks at a byte, takes JPEG and PNG alone, reads the size
before it decodes, and gives back pixels of one size. Whatever a hostile file does ends that child.
"""

from __future__ import annotations

import logging
import subprocess
import sys

from carlendar.domain.avatar import SIDE, SIZE
from carlendar.isolated import FOLDER, program

PIXELS = 4096 * 4096
"""Pixels that a picture may have; photos of Microsoft 365 have 648 × 648 at most."""
MEMORY = 512 * 1024 * 1024
"""Bytes of address space that decoding may take."""
SECONDS = 10
"""Of the processor, and by the clock, that decoding may take."""
FORMATS = ("JPEG", "PNG")

_UNREADABLE = 2
_log = logging.getLogger(__name__)


def decoded(picture: bytes) -> bytes:
    """The picture's middle as `SIZE` bytes of round RGBA, rows from the bottom; empty for what is none."""
    command = program("carlendar.platform.picture")
    try:
        done = subprocess.run(
            command, input=picture, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, timeout=SECONDS,
            check=False, cwd=FOLDER,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        _log.warning("a picture could not be decoded: %s", type(error).__name__)
        return b""
    if done.returncode or len(done.stdout) != SIZE:
        _log.info("a picture cannot be read: %s", done.returncode)
        return b""
    return done.stdout


def _bound() -> None:
    import resource

    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _pixels(picture: bytes) -> bytes:
    """Decode; raises whatever a file can make Pillow raise."""
    import io

    from PIL import Image, ImageDraw, ImageOps

    Image.MAX_IMAGE_PIXELS = PIXELS
    with Image.open(io.BytesIO(picture), formats=FORMATS) as opened:
        if opened.width * opened.height > PIXELS:
            raise ValueError("too many pixels")
        opened.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG is decoded no larger than is needed
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
    ground = Image.new("RGBA", upright.size, "#808080")
    whole = Image.alpha_composite(ground, upright).convert("RGB")
    square = ImageOps.fit(whole, (SIDE, SIDE), Image.Resampling.LANCZOS)
    fine = Image.new("L", (4 * SIDE, 4 * SIDE))
    ImageDraw.Draw(fine).ellipse((0, 0, 4 * SIDE - 1, 4 * SIDE - 1), fill=255)
    square.putalpha(fine.resize((SIDE, SIDE), Image.Resampling.LANCZOS))
    return square.transpose(Image.Transpose.FLIP_TOP_BOTTOM).tobytes()


def _child() -> int:
    _bound()
    try:
        pixels = _pixels(sys.stdin.buffer.read())
    except Exception:  # noqa: BLE001 - a file of a stranger: there is no picture, whatever it did
        return _UNREADABLE
    sys.stdout.buffer.write(pixels)
    return 0


if __name__ == "__main__":
    sys.exit(_child())
