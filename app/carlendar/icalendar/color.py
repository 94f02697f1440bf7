"""The colour of a calendar, from its property COLOR (RFC 7986) or Apple's older one."""

from __future__ import annotations

import re
from collections.abc import Iterable

HEAD = 64 * 1024
"""Bytes before the first event that are searched."""
_FIRST_EVENT = re.compile(rb"^BEGIN:(?:VEVENT|VTODO|VJOURNAL)", re.MULTILINE | re.IGNORECASE)
_COLOR = re.compile(
    rb"^(COLOR|X-APPLE-CALENDAR-COLOR)(?:;[^:\r\n]*)?:[ \t]*(#[0-9a-f]{6}(?:[0-9a-f]{2})?|[a-z]{3,24})[ \t]*\r?$",
    re.MULTILINE | re.IGNORECASE,
)
_HEX = re.compile(r"#[0-9a-f]{6}")


def color_in(texts: Iterable[bytes]) -> str:
    """Return the colour of the first text that has one, as `#rrggbb`; empty where none has, or none is known.

    The exact colour of Apple's property goes before the name of RFC 7986, which is only near it.
    """
    for data in texts:
        head = data[:HEAD]
        first = _FIRST_EVENT.search(head)
        head = head[: first.start()] if first else head
        found = {match[1].upper(): match[2].decode("ascii").lower() for match in _COLOR.finditer(head)}
        for name in (b"X-APPLE-CALENDAR-COLOR", b"COLOR"):
            if color := _as_hex(found.get(name, "")):
                return color
    return ""


def _as_hex(color: str) -> str:
    """`#rrggbb` of that, of the same with an opacity, or of a name of CSS; empty for anything else."""
    if color.startswith("#"):
        return color[:7]
    if not color:
        return ""
    from PIL import ImageColor  # only for a calendar with a colour by its name

    named = ImageColor.colormap.get(color, "")
    return named if isinstance(named, str) and _HEX.fullmatch(named) else ""
