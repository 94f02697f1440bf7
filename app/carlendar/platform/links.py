"""Open links in the head unit's browser."""

from __future__ import annotations

import os
import shlex
import shutil
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from carlendar.errors import CarlendarError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping

SETTLED = 1.5
"""Seconds within which a failing opener exits; a process still running then is the browser itself."""


class DesktopLinkOpener:
    """`LinkOpener` by `$BROWSER` (commands separated by `:`, `%s` for the address) or `xdg-open`.

    Not available without a display: a text browser needs a terminal. With the `scheme` `geo` it opens places by
    `xdg-open`, in the map application.
    """

    def __init__(self, environ: Mapping[str, str] | None = None, *, scheme: str = "https") -> None:
        self._environ, self._scheme = dict(os.environ if environ is None else environ), scheme

    def available(self) -> bool:
        """Whether there is a browser and a display to show it on."""
        return self._command("https://x.example/") is not None

    def open(self, url: str) -> None:
        """Open an address. Blocks for up to `SETTLED` seconds, so call it from a worker thread.

        Raises CarlendarError if the address is of another scheme, there is no browser, or the browser failed.
        """
        if not (_is_https(url) if self._scheme == "https" else _is_place(url)):
            raise CarlendarError("This link cannot be opened here", detail=f"not an address of {self._scheme}")
        if (command := self._command(url)) is None:
            raise CarlendarError("There is no browser here", detail="no $BROWSER and no xdg-open, or no display")
        import subprocess  # takes a while, and whether there is a browser is asked before the first frame

        try:
            # In a session of its own, so that the browser outlives Carlendar.
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
        browsers = self._environ.get("BROWSER", "") if self._scheme == "https" else ""
        for entry in browsers.split(":"):
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
    # A leading dash would be parsed as an option; control characters are invalid in an address.
    return parts.scheme == "https" and bool(parts.hostname) and url.isprintable() and " " not in url


def _is_place(url: str) -> bool:
    return url.startswith("geo:") and url.isascii() and url.isprintable() and " " not in url


def _require_no_failure(process: subprocess.Popen[bytes]) -> None:
    import subprocess

    try:
        code = process.wait(SETTLED)
    except subprocess.TimeoutExpired:
        # It is the browser itself, or is still starting one: reap it in a thread, so that no zombie remains.
        threading.Thread(target=process.wait, name="browser", daemon=True).start()
        return
    if code != 0:
        raise CarlendarError("The browser did not open", detail=f"it ended with {code}")
