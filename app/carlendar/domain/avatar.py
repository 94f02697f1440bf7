"""A person's profile picture, scaled and decoded for display."""

from __future__ import annotations

from carlendar.domain.base import Value

SIDE = 128
"""Width and height in pixels; a power of two, as OpenGL ES 2 requires for mipmaps."""
SIZE = SIDE * SIDE * 4
"""Size of a picture in bytes."""


class AvatarImage(Value, frozen=True):
    """`pixels` are RGBA, bottom row first, circular by their alpha channel; empty if there is no picture.

    `tag` is the entity tag of this version at the server (RFC 9110 8.8.3), empty if there is none.
    """

    tag: str = ""
    pixels: bytes = b""
