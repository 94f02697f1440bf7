"""Intents for tests, by their names: every field of text is the subject, every other field has a plausible value."""

from __future__ import annotations

from collections.abc import Callable

from carlendar.domain.ports import ResponseKind
from carlendar.meetings.plan import JoinAction, JoinStep
from carlendar.presentation import intents
from carlendar.presentation.intents import Intent
from carlendar.presentation.states import Action

KINDS: dict[str, type[Intent]] = {
    kind.name: kind
    for kind in vars(intents).values()
    if isinstance(kind, type) and issubclass(kind, Intent) and kind is not Intent
}
"""Every type of intent by its name."""


def sample(name: str, subject: str = "e1") -> Intent:
    """An intent of that name about the subject; KeyError for an unknown name."""
    kind = KINDS[name]
    make: Callable[..., Intent] = kind
    others = {
        "step": JoinStep(JoinAction.CALL, number="+4969900123"),
        "minutes": 10,
        "response": ResponseKind.ACCEPT,
        "series": False,
        "keys": (subject,),
        "shown": True,
    }
    return make(**{field: others.get(field, subject) for field in kind.__annotations__ if field != "name"})


def action_of(name: str, subject: str = "e1") -> Action:
    """An action with such an intent, as a touch hands it to the presenter."""
    return Action(sample(name, subject), ("x",))
