"""Decides which details of a meeting may be shown on this display: masking, hiding, and cleaning of untrusted text."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from carlendar.domain.account import AccountState
from carlendar.domain.cancellation import plain_title
from carlendar.safety.restrictions import DrivingState
from carlendar.text.clean import clean, visible
from carlendar.text.shorten import bounded, variants

if TYPE_CHECKING:
    from carlendar.domain.agenda import AgendaEntry
    from carlendar.domain.event import Person
    from carlendar.presentation.view_context import ViewContext
    from carlendar.store.records import StoredEvent

LONGEST = 500
"""Maximum number of characters of a calendar's text."""
LONGEST_TITLE = 300
"""Maximum number of characters of a title: Outlook allows 255."""
LONGEST_SPOKEN_TITLE = 60
"""Maximum number of characters of a spoken title: four seconds."""
LINES = 100
"""Maximum number of lines of an invitation's body."""
READ = 20_000
"""Characters examined for these lines, so that invisible ones do not displace the rest."""


def cleaned(text: str) -> str:
    """One line of plain text; see `carlendar.text.clean`."""
    return clean(text) if len(text) <= LONGEST else _cleaned_long(text[:READ])


@lru_cache(maxsize=64)
def _cleaned_long(text: str) -> str:
    return bounded(clean(text), LONGEST)


def cleaned_text(text: str) -> str:
    """Several lines of plain text, at most one empty line in a row."""
    lines = [cleaned(line) for line in text[:READ].splitlines()[:LINES]]
    return "\n".join(line for index, line in enumerate(lines) if line or (index and lines[index - 1])).strip()


def blocked(stored: StoredEvent) -> bool:
    """Whether only times of its account may be shown."""
    return stored.account.state is AccountState.BLOCKED


def masked(view: ViewContext, stored: StoredEvent) -> bool:
    """Whether it is private and others may see the display."""
    return stored.event.private and has_onlookers(view)


def has_onlookers(view: ViewContext) -> bool:
    """Whether others may see the display, unless the user allowed them to see private titles."""
    if view.options.mask == "never":
        return False
    # while the car's data is not trusted, its last report of the seats is not either
    silent = view.restrictions.state is DrivingState.UNKNOWN
    shared = view.restrictions.passenger or silent or view.aboard is not False
    return view.options.mask == "always" or shared


def may_show_details(view: ViewContext, stored: StoredEvent) -> bool:
    """Whether more than the time may be shown."""
    return not blocked(stored) and not masked(view, stored)


def title(view: ViewContext, stored: StoredEvent) -> str:
    """Return its title as far as it may be shown."""
    if blocked(stored):
        return view.words.say("Meeting")
    if masked(view, stored):
        return view.words.say("Private meeting")
    if stored.plain:
        return view.words.say("Meeting without text")
    found = cleaned(plain_title(stored.event))
    return bounded(found, LONGEST_TITLE) if visible(found) else view.words.say("No title")


def title_of(view: ViewContext, entry: AgendaEntry) -> str:
    """The title of an entry of the agenda."""
    return title(view, view.agenda.of(entry))


def spoken_title(view: ViewContext, entry: AgendaEntry) -> str:
    """Return the title to speak, which all occupants hear: disclosed as on the screen, and short."""
    return bounded(title_of(view, entry), LONGEST_SPOKEN_TITLE)


def title_forms(title: str) -> tuple[str, ...]:
    """Forms of a title from long to short, for a place that may be narrow."""
    return variants(title, None, None)


def names(view: ViewContext, stored: StoredEvent, count: int) -> str:
    """Return the first `count` people and the number of others; empty while restricted or if none may be shown."""
    people = [name for person in stored.event.attendees if (name := _name(person))]
    if not people or not view.parked or not may_show_details(view, stored):
        return ""
    total = max(stored.event.attendee_count, len(people))
    listed = ", ".join(people[:count])
    others = total - len(people[:count])
    if others <= 0:
        return listed
    return view.words.say_number("{names} and {n} other", "{names} and {n} others", others, names=listed)


def _name(person: Person) -> str:
    return cleaned(person.name) or cleaned(person.address)


def organizer_name(view: ViewContext, stored: StoredEvent) -> str:
    """Return the organiser's name if it may be shown; empty for the user's own meeting or without a name."""
    held = stored.event
    if held.organizer is None or held.is_organizer or not may_show_details(view, stored):
        return ""
    return cleaned(held.organizer.name)
