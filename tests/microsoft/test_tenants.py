"""Which tenant a domain and a signed-in account belong to, against the emulated identity platform."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.domain.ports import SignedIn
from app.emulator.cloud.faults import Fault
from app.emulator.cloud.running import RunningCloud
from app.emulator.world.invitation_parts import TENANT_ID
from app.microsoft.clouds import Cloud
from app.microsoft.identity import MicrosoftIdentity
from app.microsoft.session import HttpSession
from app.microsoft.tenants import TenantDirectory, tenant_id
from app.microsoft.vault import Vault


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
