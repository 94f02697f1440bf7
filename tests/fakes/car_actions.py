"""What a car is commanded to do by its fleet, recorded."""

from __future__ import annotations

from collections.abc import Mapping

from carlendar.domain.driver_settings import KeptSettings


class RecordedActions:
    """`CarActions` that only note what they were called for, but for questions."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.kept: list[KeptSettings] = []

    def calendar_changed(self) -> None:
        self.done.append("calendar_changed")

    def erase(self) -> None:
        self.done.append("erase")

    def show_stored(self) -> Mapping[str, int]:
        return {"meetings": 4}

    def restart(self) -> None:
        self.done.append("restart")

    def settings_kept(self, kept: KeptSettings) -> None:
        self.kept.append(kept)
