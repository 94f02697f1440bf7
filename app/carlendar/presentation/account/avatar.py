"""The avatar of a person when parked: a picture if it may be shown, else initials.

A picture is as private as a private title: where those are masked (`mask`), only initials are shown. Guests have
neither, and blocked accounts have no picture: the store provides none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.presentation.disclosure import cleaned, has_onlookers
from carlendar.presentation.states import Avatar
from carlendar.text.graphemes import graphemes

if TYPE_CHECKING:
    from carlendar.domain.account import Account, Profile
    from carlendar.presentation.view_context import ViewContext


def of_account(view: ViewContext, account: Account) -> Avatar | None:
    """Return the avatar of a signed-in account; None, for an icon, if there is nothing to show."""
    pixels = next((face.pixels for face in view.snapshot.avatars if face.account_id == account.id), b"")
    return _avatar(view, account.name or account.address, pixels)


def of_profile(view: ViewContext, profile: Profile) -> Avatar | None:
    """Return the avatar of a driver: the first picture among those of the driver's accounts."""
    if profile.is_guest or profile.provisional:
        return None
    pixels = next((face.pixels for face in view.snapshot.avatars if face.profile_id == profile.id), b"")
    return _avatar(view, profile.name, pixels)


def initials(name: str) -> str:
    """Return the first letters of the first and last word, in capitals; empty if the name begins with another
    character.
    """
    words = [word for word in cleaned(name).partition("@")[0].split() if word[0].isalpha()]
    chosen = words[:1] + words[1:][-1:]
    return "".join(graphemes(word)[0].upper() for word in chosen)


def _avatar(view: ViewContext, name: str, pixels: bytes) -> Avatar | None:
    if not view.parked:
        return None
    letters = initials(name)
    shown = b"" if has_onlookers(view) else pixels
    return Avatar(letters, shown) if shown or letters else None
