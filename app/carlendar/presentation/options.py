"""What the screens take from the settings, and what a person may change of it in the car."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.account import Permission
from carlendar.domain.base import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

THEMES = ("auto", "night", "day")
LINES = ("auto", "phone", "data")
MASKS = ("aboard", "always", "never")
REMINDER_MINUTES = (5, 15)
BUFFER_MINUTES = (0, 5, 10, 15)


class Options(Value, frozen=True):
    """Effective choices. `locked` names those that the administrator fixed."""

    language: str = "en"
    follows_car: bool = False
    """No language was set: the car's is used where a catalogue exists."""
    spelling: str = ""
    """Region whose spelling is used (`US` of `en-US`); empty for the language's usual one."""
    region: str = ""
    """Country of the phone and of the formats (ISO 3166-1 alpha-2)."""
    hours: str = "auto"
    theme: str = "auto"
    mask: str = "aboard"
    """Private titles are hidden while another person is or may be `aboard`, `always` or `never`."""
    hide_declined: bool = False
    reminder_minutes: int = 5
    feed_reminders: bool = True
    """Whether meetings of subscribed calendars remind where their calendar names no reminder."""
    join_muted: bool = True
    spoken_notices: bool = False
    """Whether departures and moved or cancelled meetings are spoken."""
    join_by: str = "auto"
    """The line that is preferred where a meeting can be joined by both; see `PreferredLine`."""
    late_allowed: bool = True
    buffer_minutes: int = 5
    """Minutes for parking and walking, between the arrival of the car and the start."""
    online_maps: bool = False
    """Whether drivers may agree to travel times and addresses from an online service."""
    browser_sign_in: bool = True
    more_permissions: bool = True
    """Whether a person may be asked for permissions beyond reading."""
    more_scopes: frozenset[str] = frozenset({"mail.send", "calendars.readwrite"})
    """Which those are, in lower case."""
    optional_permissions: frozenset[Permission] = frozenset()
    """Permissions that are offered in the Settings."""
    rows_fit: int | None = None
    """Rows of a restricted list that the display can show in full size; None where that is not known."""
    list_and_detail: bool = False
    """Whether the display is wide enough for a meeting beside the list (`carlendar.ui.metrics.Fit`)."""
    textless: bool = False
    """Whether this start shows no texts of the calendar, because earlier ones ended before their first frame."""
    days_kept: int = 2
    telemetry: tuple[str, ...] = ()
    """Topics of telemetry that a driver can consent to; none in a car without a fleet."""
    locked: frozenset[str] = frozenset()


def preferred(options: Options, preferences: Mapping[str, str], languages: tuple[str, ...]) -> Options:
    """The options with a profile's preferences; what is locked or makes no sense is left as it was."""
    given = {name: value for name, value in preferences.items() if name not in options.locked}
    return replace(
        options,
        language=_one_of(given.get("language"), languages, options.language),
        theme=_one_of(given.get("theme"), THEMES, options.theme),
        mask=_one_of(given.get("mask"), MASKS, options.mask),
        hide_declined=_switch(given.get("hide_declined"), otherwise=options.hide_declined),
        join_muted=_switch(given.get("join_muted"), otherwise=options.join_muted),
        spoken_notices=_switch(given.get("spoken_notices"), otherwise=options.spoken_notices),
        join_by=_one_of(given.get("join_by"), LINES, options.join_by),
        reminder_minutes=_minutes(given.get("reminder_minutes"), REMINDER_MINUTES, options.reminder_minutes),
        buffer_minutes=_minutes(given.get("buffer_minutes"), BUFFER_MINUTES, options.buffer_minutes),
    )


def as_in_car(options: Options, language: str, hours: str, languages: tuple[str, ...]) -> Options:
    """The options with the car's language (`de`, `de-DE`) and hours where nothing else was set, before preferences."""
    short, _, region = language.replace("_", "-").partition("-")
    follows = options.follows_car and "language" not in options.locked and short.lower() in languages
    return replace(
        options,
        language=short.lower() if follows else options.language,
        spelling=region if follows else options.spelling,
        hours=_one_of(hours, ("12", "24"), options.hours) if options.hours == "auto" else options.hours,
    )


def _one_of(value: str | None, allowed: tuple[str, ...], otherwise: str) -> str:
    return value if value in allowed and value is not None else otherwise


def _switch(value: str | None, *, otherwise: bool) -> bool:
    return {"1": True, "0": False}.get(value or "", otherwise)


def _minutes(value: str | None, allowed: tuple[int, ...], otherwise: int) -> int:
    return int(value) if value is not None and value in {str(minutes) for minutes in allowed} else otherwise
