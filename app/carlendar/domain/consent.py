"""The driver's consent to telemetry, online maps, and settings that follow them.

Topics, versions of their purposes, and how a choice is stored as a preference.
"""

from __future__ import annotations

from collections.abc import Mapping

PREFIX = "consent:"
"""Prefix of the preferences' keys, followed by the profile's id, a colon and the topic."""

SETTINGS = "settings"
"""The topic of settings that follow the driver, which is no telemetry."""
PURPOSES: Mapping[str, int] = {"diagnostics": 1, "usage": 1, "mobility": 1, SETTINGS: 1}
"""The version of each topic's purpose. A higher one asks again: consent to another purpose does not count."""

MAPS = "maps"
"""The topic of online maps: positions of the car and of meetings, and addresses, are sent to a service for maps."""
MAPS_PURPOSE = 1
"""The version of its purpose."""

DECLINED = "-"
"""Mark before the version of a purpose that was declined."""


def key(profile: str, topic: str) -> str:
    """Return the preference in which the choice of a driver is stored."""
    return f"{PREFIX}{profile}:{topic}"


def value(topic: str, *, given: bool) -> str:
    """Return the preference's value for a choice about the current purpose."""
    version = MAPS_PURPOSE if topic == MAPS else PURPOSES[topic]
    return str(version) if given else f"{DECLINED}{version}"


def chosen(preferences: Mapping[str, str], profile: str, topic: str) -> bool | None:
    """Return a driver's choice about the current purpose; None if it was not made yet."""
    held = preferences.get(key(profile, topic), "")
    return {value(topic, given=True): True, value(topic, given=False): False}.get(held)


def given(preferences: Mapping[str, str], profile: str) -> dict[str, int]:
    """Return the versions of the purposes of telemetry that a driver consented to, by topic."""
    return {topic: version for topic, version in PURPOSES.items() if chosen(preferences, profile, topic)}
