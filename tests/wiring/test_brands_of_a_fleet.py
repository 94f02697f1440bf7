"""A brand has its own look, tenant, topics and policy by its cars' two files alone: the program is one for all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from carlendar.root_file import RootFile
from carlendar.settings import Settings, load
from carlendar.wiring import telemetry as wiring
from carlendar_fleet.simulate.fleet import BRANDS
from tests.fakes.clocks import ManualClocks
from tests.fleet.cars import NOW

FORBIDDEN = {"aurelle": ("mobility",), "corvia": ("usage", "mobility"), "strada": (), "voltane": ("diagnostics",)}


def car_of(brand: str, folder: Path) -> Settings:
    """The settings of a car of that brand."""
    look = "" if brand == wiring.NEUTRAL else f'brand = "{brand}"\n'
    (folder / "platform.toml").write_text(
        f'[display]\n{look}[fleet]\nbroker = "{brand}.contoso.example:8883"\nvehicle = "car-{brand}"\nmodel = "m1"\n'
    )
    (folder / "managed.toml").write_text(
        f'[identity]\ntenants_allowed = ["{brand}.contoso.example"]\n'
        f"[late]\nallowed = {str(brand != 'strada').lower()}\n"
        f"[telemetry]\nforbidden = {list(FORBIDDEN.get(brand, ()))}\n"
    )
    platform, managed = (RootFile(folder / f"{name}.toml", os.getuid(), folder) for name in ("platform", "managed"))
    environ = {"CARLENDAR_DATA_FOLDER": str(folder / "data")}
    return load(environ=environ, managed=managed, platform=platform)


@pytest.mark.parametrize("brand", BRANDS)
def test_a_brand_has_its_own_look_broker_tenant_topics_and_policy(brand: str, tmp_path: Path) -> None:
    settings = car_of(brand, tmp_path)
    assert wiring.brand(settings) == brand
    assert settings.text("fleet.broker") == f"{brand}.contoso.example:8883"
    assert settings.names("identity.tenants_allowed") == (f"{brand}.contoso.example",)
    assert settings.switch("late.allowed") is (brand != "strada")
    (tmp_path / "data").mkdir()
    clocks = ManualClocks(NOW)
    telemetry = wiring.telemetry(settings, clocks, clocks)
    assert telemetry is not None
    telemetry.consent({"ana": dict.fromkeys(("diagnostics", "usage", "mobility"), 1)})
    telemetry.record("start_up", {"process": "screen", "duration_ms": 900, "major": 0, "minor": 1, "patch": 0}, "ana")
    telemetry.record("join", {"service": "teams", "way": "data", "outcome": "connected", "connected_ms": 900}, "ana")
    held = telemetry.held()
    telemetry.stop()
    wanted = {"diagnostics", "usage"} - set(FORBIDDEN.get(brand, ()))
    assert set(held) - {"consent"} == wanted
    assert held["consent"] == 3 - len(FORBIDDEN.get(brand, ()))
