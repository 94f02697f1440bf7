"""Subscribed calendars in the Settings: how old each is, what is wrong with it, and removing it; parked only.

Subscribing needs a long secret address, which is not typed in a car: it is done by a command or by the
settings' file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.account import FILES, Account
from carlendar.presentation.disclosure import cleaned
from carlendar.presentation.intents import AskSignOut
from carlendar.presentation.reasons import brief
from carlendar.presentation.states import Action, Choice, Tone
from carlendar.presentation.time_text import moment

if TYPE_CHECKING:
    from carlendar.presentation.view_context import ViewContext


def feeds(view: ViewContext) -> tuple[Choice, ...]:
    """Each subscribed calendar of the driver, under a heading; nothing where there is none."""
    held = [account for account in view.accounts if account.is_feed]
    if not held:
        return ()
    heading = Choice("feeds", view.words.say("Subscribed calendars"), header=True)
    return (heading, *(_feed(view, account) for account in held))


def _feed(view: ViewContext, account: Account) -> Choice:
    say = view.words.say
    status = next((each for each in view.snapshot.sources if each.account_id == account.id), None)
    age = say("Last updated {time}", time=moment(view, status.as_of)) if status and status.as_of else ""
    trouble = brief(view.words, status.error) if status else ""
    remove = Action(AskSignOut(account.id), (say("Remove"),), "calendar-minus")
    row = Choice(
        key=f"account/{account.id}",
        title=cleaned(account.name) or cleaned(account.address),
        detail=" · ".join(part for part in (trouble, age) if part) or say("Not loaded yet"),
        icon="file-outline" if account.cloud == FILES else "rss",
        tone=Tone.MUTE,
        actions=(remove,),
    )
    return replace(row, icon="alert", tone=Tone.WARN) if trouble else row
