"""Clouds by setting, and one of one's own."""

from __future__ import annotations

import pytest

from carlendar.errors import SettingsError
from carlendar.microsoft.clouds import CLOUD_NAMES, READ_SCOPES, custom_cloud, known_cloud


def test_every_named_cloud_is_there_with_hosts_of_its_own() -> None:
    assert CLOUD_NAMES == ("global", "usgov", "usdod", "china")
    assert len({known_cloud(name).graph for name in CLOUD_NAMES}) == 4


def test_scopes_are_spelt_in_full_outside_the_global_cloud() -> None:
    assert known_cloud("global").scopes(READ_SCOPES) == ["User.Read", "Calendars.Read"]
    assert known_cloud("usgov").scopes(["Calendars.Read"]) == ["https://graph.microsoft.us/Calendars.Read"]


@pytest.mark.parametrize("name", CLOUD_NAMES)
def test_granted_scopes_come_back_short_whatever_their_spelling(name: str) -> None:
    cloud = known_cloud(name)
    granted = f"openid {cloud.graph}/Calendars.Read User.Read offline_access profile email".split()
    assert cloud.short_scopes(granted) == ("Calendars.Read", "User.Read")


def test_an_authority_bears_the_tenant_unless_it_has_one() -> None:
    assert known_cloud("china").authority("organizations") == "https://login.partner.microsoftonline.cn/organizations"
    assert custom_cloud("https://localhost:1/", "https://localhost:2").authority("t") == "https://localhost:1/t"
    assert custom_cloud("https://localhost:1/mine", "https://localhost:2").authority("t") == "https://localhost:1/mine"
    assert custom_cloud("https://localhost:1", "https://localhost:2").name == "localhost:1"


@pytest.mark.parametrize("url", ["http://localhost:1", "localhost", "https://", "https://h/?q=1", "ftp://h"])
def test_a_cloud_without_tls_is_refused(url: str) -> None:
    with pytest.raises(SettingsError):
        custom_cloud(url, "https://localhost")
    with pytest.raises(SettingsError):
        custom_cloud("https://localhost", url)


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="usgov"):
        known_cloud("mars")


def test_scopes_that_msal_adds_by_itself_may_be_listed() -> None:
    assert known_cloud("global").scopes(["User.Read", "offline_access", "openid", "profile"]) == ["User.Read"]
