"""Displays that the emulator can put into the car."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from pathlib import Path

from carlendar.errors import UsageError
from carlendar_devtools.emulator.clock import replace_file
from carlendar_devtools.emulator.overlay import PLATFORM as AUDIO

OUTPUT = "EMULATED-1"
CONNECTOR = f"drm/card0-{OUTPUT}/status"
"""In the emulator's folder, as the kernel has it in /sys/class: what is read there says that the display is there."""

ASSISTANT = "org.carlendar.EmulatedAssistant"
"""Bus name of the emulated voice assistant."""
FLEET = "fleet.toml"
"""The section of the platform file that names the fleet's back end, if there is one."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A display: its size in pixels, density, and the distance of the eyes. `role` is `driver` or `passenger`."""

    name: str
    label: str
    width: int
    height: int
    px_per_mm: float
    distance_mm: float
    role: str = "driver"

    def with_role(self, role: str) -> Preset:
        """Return the display for the driver or the passenger. Raises UsageError for any other role."""
        if role not in ("driver", "passenger"):
            raise UsageError("a display is the driver's or the passenger's")
        return replace(self, role=role)

    def write(self, folder: Path) -> None:
        """Describe the display in the platform file that lies in the emulator's folder."""
        text = (
            f"[display]\nwidth = {self.width}\nheight = {self.height}\npx_per_mm = {self.px_per_mm}\n"
            f'distance_mm = {self.distance_mm}\nrole = "{self.role}"\noutput = "{OUTPUT}"\n'
        )
        text += f'{AUDIO}[assistant]\nname = "{ASSISTANT}"\n'
        if (fleet := folder / FLEET).exists():
            text += fleet.read_text("utf-8")
        (folder / CONNECTOR).parent.mkdir(parents=True, exist_ok=True)
        replace_file(folder / CONNECTOR, "connected\n")
        replace_file(folder / "platform.toml", text)


PRESETS = (
    Preset("wide-12.9", "12.9″", 1560, 700, 5.22, 750.0),
    Preset("wide-9", "9″", 1280, 720, 6.42, 700.0),
    Preset("small-7", "7″", 800, 480, 5.25, 700.0),
    Preset("portrait-11", "11″", 1080, 1920, 7.88, 700.0),
)
"""The first is the one of the design's pictures."""


def preset(name: str) -> Preset:
    """The preset of that name. UsageError when there is none."""
    for one in PRESETS:
        if one.name == name:
            return one
    raise UsageError(f"there is no display {name}")


STANDARD = PRESETS[0]
SMALLEST_MM = (90.0, 150.0)
"""Millimetres of the short and the long side under which the screens have no room."""
WIDTHS, HEIGHTS, DENSITIES = (320, 8192), (240, 8192), (1.0, 40.0)
"""Least and largest numbers of pixels, and pixels in a millimetre, as the settings `display.*` allow."""
_SIZE = re.compile(r"(\d{1,5})[x×](\d{1,5})(?:@(\d{1,3}(?:\.\d+)?))?", re.ASCII)


def chosen(text: str) -> Preset:
    """The preset of that name, or a display of `WIDTHxHEIGHT` pixels or `WIDTHxHEIGHT@INCHES`.

    Without inches its pixels are as large as those of the first preset, or larger where it would be too small.
    UsageError for anything else.
    """
    if (size := _SIZE.fullmatch(text)) is None:
        names = ", ".join(one.name for one in PRESETS)
        if text not in {one.name for one in PRESETS}:
            raise UsageError(f"there is no display {text}: write WIDTHxHEIGHT, WIDTHxHEIGHT@INCHES, or one of {names}")
        return preset(text)
    width, height = int(size[1]), int(size[2])
    if not (WIDTHS[0] <= width <= WIDTHS[1] and HEIGHTS[0] <= height <= HEIGHTS[1]):
        raise UsageError(
            f"the display {text} cannot be shown: a width lies between {WIDTHS[0]} and {WIDTHS[1]} pixels, "
            f"a height between {HEIGHTS[0]} and {HEIGHTS[1]}"
        )
    least = [side / mm for side, mm in zip(sorted((width, height)), SMALLEST_MM, strict=True)]
    density = min(STANDARD.px_per_mm, *least)
    if size[3]:
        density = math.hypot(width, height) / max(float(size[3]) * 25.4, 0.1)
        if density > min(least):
            raise UsageError(f"the display {text} is too small: it must measure at least 150 by 90 mm")
    if not DENSITIES[0] <= density <= DENSITIES[1]:
        raise UsageError(f"the display {text} cannot be shown: one pixel would be larger than a millimetre")
    return Preset(text, f"{width} × {height}", width, height, round(density, 3), STANDARD.distance_mm)
