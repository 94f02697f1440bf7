"""The token in the panel's address, stored so that the address survives a restart."""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


def kept_token(environ: Mapping[str, str] = os.environ) -> str:
    """Return the user's token, created on first use; a temporary one if it cannot be stored."""
    fresh = secrets.token_urlsafe(24)
    path = _path(environ)
    if path is None:
        return fresh
    with suppress(OSError):
        if kept := _read(path):
            return kept
        path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        new = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "w") as file:
            file.write(fresh)
        new.replace(path)
    return fresh


def _path(environ: Mapping[str, str]) -> Path | None:
    """By the XDG base directories; None without an absolute place."""
    state = environ.get("XDG_STATE_HOME", "")
    if not state.startswith("/"):
        home = environ.get("HOME", "")
        state = f"{home}/.local/state" if home.startswith("/") else ""
    return Path(state) / "carlendar" / "emulator-token" if state else None


def _read(path: Path) -> str:
    """Read the token from a file with access for this user only; empty if there is none."""
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            status = os.fstat(file.fileno())
            own = status.st_uid == os.getuid() and stat.S_ISREG(status.st_mode) and not status.st_mode & 0o077
            text = file.read(64) if own else ""
    except FileNotFoundError:
        return ""
    return text if _TOKEN.fullmatch(text) else ""
