"""The fingerprint of the renderer in addition to packages: the OpenGL driver and the font files.

Run as a program it opens a window off-screen and prints them as JSON: who asks may have a window of its own, or none.
"""

from __future__ import annotations

import json
import subprocess
import sys
from hashlib import sha256

from carlendar.isolated import FOLDER, program

TIMEOUT = 60.0
"""Seconds that the driver may take."""


def drawn_with() -> dict[str, str]:
    """The driver as it names itself, and for each font file the beginning of its SHA-256.

    By their content, because a distribution can correct a font without changing the version in its name.
    If it cannot be determined, the value says so.
    """
    command = program(__name__)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=True, cwd=FOLDER)
        found: dict[str, str] = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return {"opengl": "not found out", "fonts": "not found out"}
    return found


def _found() -> dict[str, str]:
    from carlendar.ui.window import open_window, prepare

    prepare(None, offscreen=True)
    open_window((64, 64), "")
    from kivy.graphics.opengl import GL_RENDERER, GL_VERSION, glGetString

    from carlendar.ui.font_files import faces
    from carlendar.ui.fonts import icon_font

    files = {icon_font(), *(path for face in faces() for path in face)}
    fonts = {path.name: f"sha256 {sha256(path.read_bytes()).hexdigest()[:16]}" for path in sorted(files)}
    return {"opengl": ", ".join(glGetString(name).decode() for name in (GL_VERSION, GL_RENDERER)), **fonts}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_found()))
