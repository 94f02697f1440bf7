"""Pictograms by name: Material Design Icons.

The names in use are listed here, for the package's own list takes 30 ms to import; any other name is looked
up there. Names may be written with hyphens, as on the icons' web site.
"""

from __future__ import annotations

GLYPHS = {
    "account": "\U000f0004", "account_circle": "\U000f0009", "account_group": "\U000f0849",
    "account_minus": "\U000f000d", "account_off": "\U000f0012", "account_plus": "\U000f0014",
    "account_star": "\U000f0017", "account_switch": "\U000f0019", "account_voice": "\U000f05cb",
    "alarm_snooze": "\U000f068e", "alert": "\U000f0026", "arrow_left": "\U000f004d", "bell": "\U000f009a",
    "bell_off": "\U000f009b", "calendar": "\U000f00ed", "calendar_alert": "\U000f0a31",
    "calendar_blank": "\U000f00ee", "calendar_check": "\U000f00ef", "calendar_clock": "\U000f00f0",
    "calendar_minus": "\U000f0d5c", "calendar_month": "\U000f0e17", "calendar_multiple": "\U000f00f1",
    "calendar_question": "\U000f0692", "calendar_remove": "\U000f00f4", "calendar_today": "\U000f00f6",
    "cancel": "\U000f073a", "car": "\U000f010b", "car_clock": "\U000f1974", "cellphone": "\U000f011c",
    "chart_bar": "\U000f0128", "check": "\U000f012c", "check_circle": "\U000f05e0", "chevron_down": "\U000f0140",
    "chevron_right": "\U000f0142", "chevron_up": "\U000f0143", "clock_alert_outline": "\U000f05ce",
    "clock_check_outline": "\U000f0fa9", "clock_outline": "\U000f0150", "clock_remove_outline": "\U000f1866",
    "close": "\U000f0156", "cloud_alert": "\U000f09e0", "cloud_off_outline": "\U000f0164", "cog": "\U000f0493",
    "database": "\U000f01bc", "database_alert_outline": "\U000f1624", "dialpad": "\U000f061c",
    "eye_check": "\U000f0d04", "eye_off": "\U000f0209", "file_outline": "\U000f0224", "flag_checkered": "\U000f023c",
    "headset": "\U000f02ce", "home": "\U000f02dc", "incognito": "\U000f05f9", "information": "\U000f02fc",
    "lock": "\U000f033e", "login": "\U000f0342", "logout": "\U000f0343", "map_clock": "\U000f0d1e",
    "map_marker": "\U000f034e", "map_marker_distance": "\U000f08f0", "map_marker_off": "\U000f0351",
    "map_search_outline": "\U000f0985", "microphone": "\U000f036c", "microphone_off": "\U000f036d",
    "microsoft_teams": "\U000f02bb", "navigation_variant": "\U000f18f0", "open_in_new": "\U000f03cc",
    "parking": "\U000f03e3", "phone": "\U000f03f2", "phone_alert": "\U000f0f1a", "phone_hangup": "\U000f03f5",
    "phone_in_talk": "\U000f03f6", "phone_incoming": "\U000f03f7", "phone_off": "\U000f0def",
    "phone_outgoing": "\U000f03fb", "phone_paused": "\U000f03fc", "phone_ring": "\U000f11ab", "plus": "\U000f0415",
    "qrcode": "\U000f0432", "radiobox_marked": "\U000f043e", "record_rec": "\U000f044b", "refresh": "\U000f0450",
    "rss": "\U000f046b", "send_check": "\U000f1161", "send_clock": "\U000f1163", "share_variant": "\U000f0497",
    "shield_account": "\U000f088f", "shield_check": "\U000f0565", "shield_lock_outline": "\U000f0ccc",
    "shield_off_outline": "\U000f099c", "signal_cellular_3": "\U000f08be", "signal_cellular_outline": "\U000f08bf",
    "sync": "\U000f04e6", "theme_light_dark": "\U000f050e", "timer_sand": "\U000f051f", "toggle_switch": "\U000f0521",
    "toggle_switch_off_outline": "\U000f0a19", "translate": "\U000f05ca", "trash_can_outline": "\U000f0a7a",
    "undo": "\U000f054c", "update": "\U000f06b0", "video": "\U000f0567", "walk": "\U000f0583", "web": "\U000f059f",
    "wrench": "\U000f05b7",
}  # fmt: skip

DIRECTIONAL = frozenset({"arrow_left", "chevron_right", "login", "logout", "undo"})
"""Pictograms that point forwards or back: they are mirrored where text runs from right to left, a clock is not."""


def directional(name: str) -> bool:
    """Whether the pictogram is mirrored with the screen."""
    return name.replace("-", "_") in DIRECTIONAL


OUTLINED = {
    "account": "\U000f0013", "account_circle": "\U000f0b55", "account_group": "\U000f0b58",
    "account_minus": "\U000f0aec", "account_off": "\U000f0be7", "account_plus": "\U000f0801",
    "account_star": "\U000f0be8", "account_switch": "\U000f04cb", "alert": "\U000f002a", "bell": "\U000f009c",
    "bell_off": "\U000f0a91", "calendar": "\U000f0b67", "calendar_alert": "\U000f1b62",
    "calendar_blank": "\U000f0b66", "calendar_check": "\U000f0c44", "calendar_clock": "\U000f16e1",
    "calendar_minus": "\U000f1b6b", "calendar_month": "\U000f0e18", "calendar_question": "\U000f1b6d",
    "calendar_remove": "\U000f0c45", "calendar_today": "\U000f1a30", "car": "\U000f14ed", "check": "\U000f0855",
    "check_circle": "\U000f05e1", "close": "\U000f06c9", "cloud_alert": "\U000f1be0", "cog": "\U000f08bb",
    "database": "\U000f1632", "eye_check": "\U000f0d05", "eye_off": "\U000f06d1", "home": "\U000f06a1",
    "information": "\U000f02fd", "lock": "\U000f0341", "map_clock": "\U000f0d1f", "map_marker": "\U000f07d9",
    "map_marker_off": "\U000f12fd", "microphone": "\U000f036e", "navigation_variant": "\U000f18f1",
    "phone": "\U000f0df0", "phone_alert": "\U000f118e", "phone_hangup": "\U000f1192", "phone_in_talk": "\U000f1182",
    "phone_incoming": "\U000f1193", "phone_off": "\U000f11a6", "phone_outgoing": "\U000f1199",
    "phone_paused": "\U000f119a", "phone_ring": "\U000f11ac", "plus": "\U000f0705", "send_check": "\U000f1162",
    "send_clock": "\U000f1164", "share_variant": "\U000f1514", "shield_account": "\U000f0a12",
    "shield_check": "\U000f0cc8", "toggle_switch": "\U000f0a1a", "video": "\U000f0bdc", "wrench": "\U000f0be0",
}  # fmt: skip
"""Characters of the pictograms that have an outlined form, for brands with light icons."""


def glyph(name: str, *, outlined: bool = False) -> str:
    """The character of the pictogram; empty for a name that does not exist."""
    plain = name.replace("-", "_")
    if outlined and plain in OUTLINED:
        return OUTLINED[plain]
    return GLYPHS.get(plain) or _from_package(plain)


def _from_package(name: str) -> str:
    from fonticon_mdi7 import MDI7  # slow: only for a name that is not listed

    return str(getattr(MDI7, name, "")).rpartition(".")[2]
