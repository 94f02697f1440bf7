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
    join_details = stored.join_details
    if join_details is None or not join_details.found or not may_show_details(view, stored):
        return ""
    if join_details.service in NAMES:
        return NAMES[join_details.service][0]
    if join_details.service in ("", "unknown"):
        return view.words.say("Online") if join_details.url else view.words.say("Telephone")
    return join_details.service.replace("_", " ").title()


def full_name(view: ViewContext, stored: StoredEvent) -> str:
    """The service in full: `Microsoft Teams meeting`; empty like `short_name`."""
    short = short_name(view, stored)
    if not short or stored.join_details is None:
        return ""
    name = NAMES.get(stored.join_details.service, (short, short))[1]
    if stored.join_details.service in ("", "unknown"):
        return view.words.say("Online meeting") if stored.join_details.url else view.words.say("Telephone conference")
    return view.words.say("{service} meeting", service=name)


def icon(stored: StoredEvent) -> str:
    """The icon of the service, or of a telephone or video conference."""
    join_details = stored.join_details
    if join_details is None or not join_details.found:
        return ""
    return ICONS.get(join_details.service, "video" if join_details.url else "phone")
