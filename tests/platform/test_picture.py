"""Pictures of strangers become pixels of one size, or nothing; the process that asks stays as it is."""

from __future__ import annotations

import io
import struct
import time
import zlib

import pytest
from PIL import Image

from carlendar.domain.avatar import SIDE, SIZE
from carlendar.platform import picture
from carlendar.platform.picture import decoded


def written(kind: str, size: tuple[int, int] = (300, 200), mode: str = "RGB", **more: object) -> bytes:
    """A red picture whose lower half is blue."""
    made = Image.new("RGB", size, "red")
    made.paste("blue", (0, size[1] // 2, *size))
    buffer = io.BytesIO()
    made.convert(mode).save(buffer, kind, **more)
    return buffer.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is so large, and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    head = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGB"), ("PNG", "P"), ("JPEG", "CMYK")])
def test_a_picture_becomes_round_pixels_with_its_rows_from_the_bottom(kind: str, mode: str) -> None:
    pixels = decoded(written(kind, mode=mode))
    assert len(pixels) == SIZE
    rows = [pixels[at : at + SIDE * 4] for at in range(0, SIZE, SIDE * 4)]
    below, above = rows[SIDE // 4][SIDE * 2 :][:4], rows[3 * SIDE // 4][SIDE * 2 :][:4]
    assert below[2] > 200 > 60 > below[0], "blue is below"
    assert above[0] > 200 > 60 > above[2], "red is above"
    assert (below[3], above[3], rows[0][3], rows[-1][-1]) == (255, 255, 0, 0), "the corners are cut"


def test_a_picture_that_was_turned_stands_upright() -> None:
    turned = Image.Exif()
    turned[0x0112] = 3  # Exif orientation: rotated by 180°
    pixels = decoded(written("JPEG", exif=turned))
    assert pixels[SIZE // 4 + SIDE * 2] > 200, "red, which was above, is below now"


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"<html>502 Bad Gateway</html>",
        b"\xff\xd8\xff" + bytes(range(256)) * 40,
        written("PNG")[:-60],
        written("GIF"),
        written("TIFF"),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (w) file\n",
        png_of(30_000, 30_000),
        png_of(2**31 - 1, 2**31 - 1),
    ],
    ids=["empty", "html", "noise", "cut", "gif", "tiff", "postscript", "bomb", "boundless"],
)
def test_what_is_no_picture_or_too_large_gives_nothing(hostile: bytes) -> None:
    assert decoded(hostile) == b""


def test_decoding_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "SECONDS", 0.01)
    began = time.monotonic()
    assert decoded(written("JPEG")) == b""
    assert time.monotonic() - began < 5


def test_a_machine_without_room_for_a_process_shows_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nonexistent/python")
    assert decoded(written("JPEG")) == b""
