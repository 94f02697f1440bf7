"""Names and icons of meeting services. Names are trade marks and are not translated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.presentation.disclosure import may_show_details

if TYPE_CHECKING:
    from carlendar.presentation.view_context import ViewContext
    from carlendar.store.records import StoredEvent

NAMES: dict[str, tuple[str, str]] = {
    "teams": ("Teams", "Microsoft Teams"),
    "teams_live": ("Teams", "Microsoft Teams"),
    "zoom": ("Zoom", "Zoom"),
    "webex": ("Webex", "Webex"),
    "meet": ("Meet", "Google Meet"),
    "skype": ("Skype", "Skype"),
    "skype_for_business": ("Skype", "Skype for Business"),
    "gotomeeting": ("GoTo", "GoTo Meeting"),
    "bluejeans": ("BlueJeans", "BlueJeans"),
    "chime": ("Chime", "Amazon Chime"),
    "jitsi": ("Jitsi", "Jitsi Meet"),
    "whereby": ("Whereby", "Whereby"),
}
"""By service: the short name, and the full one."""

ICONS = {"teams": "microsoft-teams", "teams_live": "microsoft-teams"}


def short_name(view: ViewContext, stored: StoredEvent) -> str:
    """The service's name at a glance; empty without join details, and where details may not be shown."""
    way_in = stored.way_in
    if way_in is None or not way_in.found or not may_show_details(view, stored):
        return ""
    if way_in.service in NAMES:
        return NAMES[way_in.service][0]
    if way_in.service in ("", "unknown"):
        return view.words.say("Online") if way_in.url else view.words.say("Telephone")
    return way_in.service.replace("_", " ").title()


def full_name(view: ViewContext, stored: StoredEvent) -> str:
    """The service in full: `Microsoft Teams meeting`; empty like `short_name`."""
    short = short_name(view, stored)
    if not short or stored.way_in is None:
        return ""
    name = NAMES.get(stored.way_in.service, (short, short))[1]
    if stored.way_in.service in ("", "unknown"):
        return view.words.say("Online meeting") if stored.way_in.url else view.words.say("Telephone conference")
    return view.words.say("{service} meeting", service=name)


def icon(stored: StoredEvent) -> str:
    """The icon of the service, or of a telephone or video conference."""
    way_in = stored.way_in
    if way_in is None or not way_in.found:
        return ""
    return ICONS.get(way_in.service, "video" if way_in.url else "phone")
