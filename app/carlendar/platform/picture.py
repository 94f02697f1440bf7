"""Decode untrusted images in a sandboxed child process.

The child limits its memory and time before it reads the first byte, accepts JPEG and PNG only, checks the
dimensions before decoding, and returns pixels of a fixed size. A hostile file can only end that child.
"""

from __future__ import annotations

import logging
import subprocess
import sys

from carlendar.domain.avatar import SIDE, SIZE
from carlendar.isolated import FOLDER, program

PIXELS = 4096 * 4096
"""Maximum number of pixels; Microsoft 365 profile photos have 648 × 648 at most."""
MEMORY = 512 * 1024 * 1024
"""Address space in bytes that decoding may use."""
SECONDS = 10
"""Limit of both CPU time and elapsed time for decoding."""
FORMATS = ("JPEG", "PNG")

_UNREADABLE = 2
_log = logging.getLogger(__name__)


def decoded(picture: bytes) -> bytes:
    """Return the centre of the picture as `SIZE` bytes of circular RGBA, bottom row first; empty if unreadable."""
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
        _log.info("a picture is not readable: exit code %s", done.returncode)
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
    """Decode. Raises anything that Pillow raises for a malformed file."""
    import io

    from PIL import Image, ImageDraw, ImageOps

    Image.MAX_IMAGE_PIXELS = PIXELS
    with Image.open(io.BytesIO(picture), formats=FORMATS) as opened:
        if opened.width * opened.height > PIXELS:
            raise ValueError("too many pixels")
        opened.draft("RGB", (2 * SIDE, 2 * SIDE))  # decode a JPEG no larger than needed
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
    except Exception:  # noqa: BLE001 - an untrusted file: any failure means no picture
        return _UNREADABLE
    sys.stdout.buffer.write(pixels)
    return 0


if __name__ == "__main__":
    sys.exit(_child())
