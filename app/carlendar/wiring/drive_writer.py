"""What a person decides, written to `user.db` in the name of this drive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.store.user_writer import UserWriter
from carlendar.wiring import host

if TYPE_CHECKING:
    from carlendar.domain.account import Profile


class DriveWriter(UserWriter):
    """`UserMemory`: the driver who takes the seat, and a guest who comes, do so for this drive."""

    def create_profile(self, profile: Profile, boot_id: str = "") -> None:
        """Add a profile."""
        super().create_profile(profile, boot_id or host.boot_id())

    def choose_profile(self, profile_id: str, boot_id: str = "") -> None:
        """Put a profile into the seat; an empty id empties it."""
        super().choose_profile(profile_id, boot_id or host.boot_id())
