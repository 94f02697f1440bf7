"""The head unit's browser."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import threading
from collections.abc import Mapping
from urllib.parse import urlsplit

from carlendar.errors import CarlendarError

SETTLED = 1.5
"""Seconds within which an opener that fails has said so; one that still runs then is the browser itself."""


class DesktopLinkOpener:
    """`LinkOpener` by `$BROWSER` (a list of commands apart by `:`, `%s` for the address) or `xdg-open`.

    There is none without a display: a text browser without a terminal is none.
    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = dict(os.environ if environ is None else environ)

    def available(self) -> bool:
        """Whether there is a browser and a display to show it on."""
        return self._command("https://x.example/") is not None

    def open(self, url: str) -> None:
        """Open a checked https address, blocking up to `SETTLED` seconds: call it from a worker.

        Raises CarlendarError when the address is no https address, or there is no browser, or it failed.
        """
        if not _is_https(url):
            raise CarlendarError("This link cannot be opened here", detail="not an https address")
        if (command := self._command(url)) is None:
            raise CarlendarError("There is no browser here", detail="no $BROWSER and no xdg-open, or no display")
        try:
            # The browser stays when Carlendar ends, so it gets a session of its own.
            process = subprocess.Popen(
                command,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise CarlendarError("The browser did not open", detail=type(error).__name__) from error
        _require_no_failure(process)

    def _command(self, url: str) -> list[str] | None:
        if not (self._environ.get("DISPLAY") or self._environ.get("WAYLAND_DISPLAY")):
            return None
        for entry in self._environ.get("BROWSER", "").split(":"):
            words = shlex.split(entry) if entry else []
            if words and self._which(words[0]):
                filled = [word.replace("%s", url) for word in words]
                return filled if filled != words else [*words, url]
        return ["xdg-open", url] if self._which("xdg-open") else None

    def _which(self, program: str) -> bool:
        return shutil.which(program, path=self._environ.get("PATH")) is not None


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    # A leading dash would be taken for an option, and control characters have no place in an address.
    return parts.scheme == "https" and bool(parts.hostname) and url.isprintable() and " " not in url


def _require_no_failure(process: subprocess.Popen[bytes]) -> None:
    try:
        code = process.wait(SETTLED)
    except subprocess.TimeoutExpired:
        # It is the browser itself, or still opening one: wait elsewhere, so that no zombie stays.
        threading.Thread(target=process.wait, name="browser", daemon=True).start()
        return
    if code != 0:
        raise CarlendarError("The browser did not open", detail=f"it ended with {code}")
