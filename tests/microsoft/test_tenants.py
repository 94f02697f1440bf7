"""Which tenant a domain and a signed-in account belong to, against the emulated identity platform."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carlendar.domain.ports import SignedIn
from carlendar.microsoft.clouds import Cloud
from carlendar.microsoft.identity import MicrosoftIdentity
from carlendar.microsoft.session import HttpSession
from carlendar.microsoft.tenants import TenantDirectory, tenant_id
from carlendar.microsoft.vault import Vault
from carlendar_devtools.emulator.cloud.faults import Fault
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.world.invitation_parts import TENANT_ID


@pytest.fixture
def directory(cloud: Cloud, http: HttpSession, vault: Vault, identity: MicrosoftIdentity) -> TenantDirectory:
    return TenantDirectory(cloud, http, vault, identity.tenant_of)


def test_a_domain_is_resolved_to_its_tenants_id_and_remembered(
    directory: TenantDirectory, running: RunningCloud, cloud: Cloud, http: HttpSession, vault: Vault
) -> None:
    assert directory.resolve("contoso.example", ask=False) == ""
    assert directory.resolve("Contoso.Example.", ask=True) == TENANT_ID
    running.inject(Fault("cut", None))
    later = TenantDirectory(cloud, http, vault, lambda _: "")
    assert later.resolve("contoso.example", ask=True) == TENANT_ID
    assert later.resolve("contoso.example", ask=False) == TENANT_ID


def test_an_unknown_domain_and_what_is_none_have_no_tenant(directory: TenantDirectory) -> None:
    for name in ("fabrikam.example", "common", "organizations", "", "../contoso.example", "contoso.example/x", "a..b"):
        assert directory.resolve(name, ask=True) == ""


def test_the_tenant_of_a_sign_in_is_the_tokens(
    directory: TenantDirectory, signed_in: Callable[..., SignedIn], identity: MicrosoftIdentity
) -> None:
    account = signed_in(identity)
    assert account.tenant == TENANT_ID
    assert directory.of(account.account_id) == TENANT_ID
    assert directory.of("nobody") == ""


@pytest.mark.parametrize(("text", "found"), [
    (TENANT_ID, TENANT_ID), (f" {TENANT_ID.upper()} ", TENANT_ID), ("contoso.example", ""), (None, ""), (7, ""),
    ("{tenantid}", ""), (TENANT_ID.replace("-", ""), ""), (TENANT_ID[:-1] + "g", ""),
])  # fmt: skip
def test_an_id_is_a_guid(text: object, found: str) -> None:
    assert tenant_id(text) == found
