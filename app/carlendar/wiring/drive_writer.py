"""Writes the user's decisions to `user.db`, associated with the current boot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.store.user_writer import UserWriter
from carlendar.wiring import host

if TYPE_CHECKING:
    from carlendar.domain.account import Profile


class DriveWriter(UserWriter):
    """`UserWriter` for which the active profile and guest profiles are valid until the next boot."""

    def create_profile(self, profile: Profile, boot_id: str = "") -> None:
        """Add a profile."""
        super().create_profile(profile, boot_id or host.boot_id())

    def choose_profile(self, profile_id: str, boot_id: str = "") -> None:
        """Make a profile the active one; an empty id for none."""
        super().choose_profile(profile_id, boot_id or host.boot_id())
