"""What a person decides, written to `user.db` in the name of this drive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.bootstrap import machine
from app.store.memory import UserWriter

if TYPE_CHECKING:
    from app.domain.account import Profile


class Memory(UserWriter):
    """`UserMemory`: the driver who takes the seat, and a guest who comes, do so for this drive."""

    def create_profile(self, profile: Profile, occasion: str = "") -> None:
        """Add a profile."""
        super().create_profile(profile, occasion or machine.occasion())

    def choose_profile(self, profile_id: str, occasion: str = "") -> None:
        """Put a profile into the seat; an empty id empties it."""
        super().choose_profile(profile_id, occasion or machine.occasion())
