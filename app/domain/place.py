"""Where a meeting takes place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Place:
    """A place as the calendar names it; coordinates in degrees (WGS 84) where they are known."""

    name: str
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    is_room: bool = False

    @property
    def navigable(self) -> bool:
        """Whether a navigation system can be sent there: it has both coordinates."""
        return self.latitude is not None and self.longitude is not None
