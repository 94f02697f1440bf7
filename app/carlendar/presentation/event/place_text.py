"""The text of a meeting's place, without repetitions and the online service's name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from carlendar.presentation.disclosure import cleaned, may_show_details

if TYPE_CHECKING:
    from carlendar.presentation.view_context import ViewContext
    from carlendar.store.records import StoredEvent

SERVICES = frozenset(
    {
        "teams", "zoom", "webex", "meet", "skype", "goto", "gotomeeting", "bluejeans", "chime", "jitsi", "whereby",
        "online", "virtual", "virtuell", "video", "telefon", "telephone", "phone", "videokonferenz",
        "telefonkonferenz",
    }
)  # fmt: skip
"""Words that make a place a label of the service."""
BESIDE = frozenset(
    {
        "microsoft", "ms", "cisco", "google", "amazon", "for", "business", "meeting", "meetings", "call", "conference",
        "konferenz", "besprechung", "termin", "reunion", "réunion", "reunión", "riunione", "via", "link", "only", "nur",
    }
)  # fmt: skip
"""Words that may stand beside them in such a label."""

_WORD = re.compile(r"[^\W_]+")
_LINK = re.compile(r"\b(?:https?://|msteams:|zoommtg:|sip:|tel:)\S+", re.IGNORECASE)


def place(view: ViewContext, stored: StoredEvent, *, full: bool = False) -> str:
    """Where it is: at a glance up to the first comma, or `full` with the address where that adds something."""
    where = stored.event.place
    if where is None or not may_show_details(view, stored):
        return ""
    name, address = cleaned(where.name), cleaned(where.address)
    if stored.join_details is not None and stored.join_details.found:
        name = without_labels(name)
    if not full:
        return (name or address).partition(", ")[0]
    return _with_address(name, address)


def without_labels(name: str) -> str:
    """A place's name without links and the service's own labels, of which calendars make a list with `;`."""
    parts = (_LINK.sub("", part).strip(" ,") for part in name.split(";"))
    return "; ".join(part for part in parts if part and not _is_label(part))


def _is_label(text: str) -> bool:
    """Whether it says nothing but the service: `Microsoft Teams Meeting`, `Zoom`."""
    words = set(_WORD.findall(text.casefold()))
    return bool(words & SERVICES) and words <= SERVICES | BESIDE


def _with_address(name: str, address: str) -> str:
    """Name first; of the address nothing where its street is in the name already."""
    if not name or not address:
        return name or address
    if address.casefold().startswith(name.casefold()):
        return address
    street = address.partition(",")[0].strip()
    return name if street.casefold() in name.casefold() else f"{name}, {address}"
