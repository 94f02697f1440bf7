"""Displays that the emulator can put into the car."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from carlendar.errors import UsageError
from carlendar_devtools.emulator.clock import replace_file

OUTPUT = "EMULATED-1"
CONNECTOR = f"drm/card0-{OUTPUT}/status"
"""In the emulator's folder, as the kernel has it in /sys/class: what is read there says that the display is there."""


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
        """The same display, in front of the driver or of the passenger. UsageError for anybody else."""
        if role not in ("driver", "passenger"):
            raise UsageError("a display is the driver's or the passenger's")
        return replace(self, role=role)

    def write(self, folder: Path) -> None:
        """Describe the display in the platform file that lies in the emulator's folder."""
        text = (
            f"[display]\nwidth = {self.width}\nheight = {self.height}\npx_per_mm = {self.px_per_mm}\n"
            f'distance_mm = {self.distance_mm}\nrole = "{self.role}"\noutput = "{OUTPUT}"\n'
        )
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
