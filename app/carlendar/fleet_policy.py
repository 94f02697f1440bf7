"""How the signed policy of the fleet's back end changes settings: it may restrict, never allow more than before."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from carlendar.known_settings import SettingValue

FILE = "policy.toml"
"""The verified policy, in the data folder's subfolder `telemetry`."""

NO_TENANT = "none.invalid"
"""A tenant that does not exist: no sign-in is possible if policy and administrator have no tenant in common."""


class PolicyChange(StrEnum):
    """How a policy may change a setting."""

    OFF = "off"
    ON = "on"
    LOWER = "lower"
    FEWER = "fewer"
    """Of a list where empty stands for any."""
    MORE = "more"
    """Additions to a list of what is forbidden."""
    STRICTER = "stricter"
    """A later one of the permitted values."""


CHANGES: dict[str, PolicyChange] = {
    "data.days_kept": PolicyChange.LOWER,
    "feeds.allowed": PolicyChange.OFF,
    "feeds.private_addresses": PolicyChange.OFF,
    "identity.key_file_storage": PolicyChange.OFF,
    "identity.tenants_allowed": PolicyChange.FEWER,
    "late.allowed": PolicyChange.OFF,
    "telemetry.forbidden": PolicyChange.MORE,
    "telemetry.monthly_kilobytes": PolicyChange.LOWER,
    "telephone.join_muted": PolicyChange.ON,
    "ui.mask": PolicyChange.STRICTER,
}
"""The settings that a policy may change. No other can be set by it."""

STRICTER: dict[str, tuple[str, ...]] = {"ui.mask": ("never", "aboard", "always")}
"""The values of settings from open to strict."""


def refusal(given: Mapping[str, SettingValue]) -> str:
    """Why a policy cannot be accepted; empty if it only restricts. Values that are too weak have no effect later."""
    for key, value in given.items():
        change = CHANGES.get(key)
        if change is None:
            return f"{key} cannot be set by a policy"
        if change in (PolicyChange.OFF, PolicyChange.ON) and value is not (change is PolicyChange.ON):
            return f"{key} cannot be set to {str(value).lower()} by a policy"
        if change is PolicyChange.FEWER and not value:
            return f"{key} must name what is allowed"
    return ""


def tightened(key: str, current: SettingValue, wanted: SettingValue) -> SettingValue:
    """Return the stricter combination of a setting and what the policy wants. KeyError if it cannot be set by one."""
    change = CHANGES[key]
    if change in (PolicyChange.OFF, PolicyChange.ON):
        return change is PolicyChange.ON
    if isinstance(current, tuple) and isinstance(wanted, tuple):
        if change is PolicyChange.MORE:
            return (*current, *(each for each in wanted if each not in current))
        common = tuple(each for each in wanted if each in current)
        return wanted if not current else common or (NO_TENANT,)
    if change is PolicyChange.STRICTER:
        order = STRICTER[key]
        return max(str(current), str(wanted), key=order.index)
    return min(current, wanted) if isinstance(current, int) and isinstance(wanted, int) else current
