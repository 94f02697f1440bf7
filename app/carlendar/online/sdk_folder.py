"""The integrator's folder with Microsoft's calling SDK, which is not Carlendar's to ship (see docs/online.md)."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

MODULE = "sdk.js"
"""An ES module that exports `CallClient`, `Features` and `AzureCommunicationTokenCredential`."""
LARGEST = 32 * 1024 * 1024
"""Bytes of one file."""

_NAME = re.compile(r"/sdk/([A-Za-z0-9_-][A-Za-z0-9._-]{0,127})")
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".json": "application/json"}
_OWN = {"/": ("page.html", "text/html; charset=utf-8"), "/page.js": ("page.js", "text/javascript")}


def has_sdk(folder: Path | None) -> bool:
    """Whether the folder is named and has the SDK's module."""
    return folder is not None and (folder / MODULE).is_file()


def read_served(path: str, folder: Path) -> tuple[bytes, str] | None:
    """The content and media type of a path of the page's own host; None if there is no such file."""
    if own := _OWN.get(path):
        return files(__package__).joinpath(own[0]).read_bytes(), own[1]
    named = _NAME.fullmatch(path)
    if named is None:
        return None
    file = folder / named[1]
    kind = _TYPES.get(file.suffix)
    try:
        if kind is None or not file.is_file() or file.stat().st_size > LARGEST:
            return None
        return file.read_bytes(), kind
    except OSError:
        return None
