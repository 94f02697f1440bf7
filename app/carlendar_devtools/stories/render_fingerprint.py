"""Identifies the renderer: the OpenGL driver and the font files (package versions are reported elsewhere).

Run as a program, it opens an off-screen window and prints them as JSON: the calling process may have its own window, or
none.
"""

from __future__ import annotations

import json
import subprocess
import sys
from hashlib import sha256

from carlendar.isolated import FOLDER, program

TIMEOUT = 60.0
"""Timeout of the driver in seconds."""


def renderer_versions() -> dict[str, str]:
    """Return the name of the driver, and for each font file the first digits of its SHA-256.

    By content, because a distribution can correct a font without changing its version. If they cannot be determined,
    the values say so.
    """
    command = program(__name__)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=True, cwd=FOLDER)
        found: dict[str, str] = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return {"opengl": "unknown", "fonts": "unknown"}
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
