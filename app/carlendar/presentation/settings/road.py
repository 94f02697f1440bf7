"""Settings of the way to meetings: the buffer, and the driver's consent to online maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain import consent
from carlendar.presentation.intents import ChooseConsent
from carlendar.presentation.states import Action, Choice, Switch

if TYPE_CHECKING:
    from carlendar.domain.account import Profile
    from carlendar.presentation.view_context import ViewContext


def maps(view: ViewContext) -> tuple[Choice, ...]:
    """Return the consent to online maps with its switch; nothing where the car has none, and for guests."""
    profile = driver(view)
    if profile is None:
        return ()
    say = view.words.say
    given = consent.chosen({**dict(view.snapshot.preferences), **view.chosen}, profile.id, consent.MAPS) is True
    name = say("Online maps")
    change = Action(ChooseConsent((consent.MAPS,), given=not given), (name,))
    detail = say("Sends the car’s position and the places of near meetings to Azure Maps")
    switch = Switch(given, say("On") if given else say("Off"))
    return (Choice("maps", name, detail, "map-search-outline", open=change, switch=switch),)


def driver(view: ViewContext) -> Profile | None:
    """Return the driver who may agree to online maps; None for guests, and in a car without them."""
    profile = view.snapshot.profile
    return profile if profile is not None and not profile.is_guest and view.options.online_maps else None
