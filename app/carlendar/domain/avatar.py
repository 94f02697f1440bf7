"""A person's picture, small and ready to be drawn: nobody who shows it has to decode anything."""

from __future__ import annotations

from carlendar.domain.base import Value

SIDE = 128
"""Pixels of a picture's width and height; a power of two, which OpenGL ES 2 can make mipmaps of."""
SIZE = SIDE * SIDE * 4
"""Bytes of a picture."""


class Portrait(Value, frozen=True):
    """`pixels` are RGBA, rows from the bottom, round by their alpha; empty where there is no picture.

    `tag` is the entity tag by which the service knows this version (RFC 9110 8.8.3), empty for none.
    """

    tag: str = ""
    pixels: bytes = b""
