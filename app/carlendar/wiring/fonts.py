"""The check of the fonts in `carlendar doctor`."""

from __future__ import annotations

from carlendar.platform.probes import Check
from carlendar.ui.font_files import missing_scripts

FIX = "install fonts-noto-core fonts-dejavu-core fonts-droid-fallback fonts-nanum fonts-symbola fontconfig"


def check() -> Check:
    """Name the scripts that no font of this machine has; Kivy brings those for Latin, Greek and Cyrillic."""
    if missing := missing_scripts():
        return Check("fonts", ok=False, detail="no font for " + ", ".join(missing), fix=FIX)
    return Check("fonts", ok=True, detail="every script has a font")
