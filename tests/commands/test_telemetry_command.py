"""`carlendar telemetry`: what waits, and the way to the car's first certificate."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carlendar.commands import telemetry
from carlendar.errors import RefusedError, UsageError
from carlendar.root_file import RootFile
from carlendar.settings import load
from carlendar.telemetry.schema import Topic
from tests.fakes.mosquitto import FleetAuthority
from tests.telemetry.conftest import ANA, CAR, queue


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FleetAuthority:
    """A car whose platform file names the fleet of this authority."""
    made = FleetAuthority(tmp_path)
    file = tmp_path / "platform.toml"
    file.write_text(
        f'[display]\nbrand = "aurora"\n[fleet]\nbroker = "broker.contoso.example"\nvehicle = "{CAR}"\n'
        f'ca_file = "{made.ca_file}"\n'
    )
    (tmp_path / "settings.toml").write_text("")
    environ = {"CARLENDAR_CONFIG": str(tmp_path / "settings.toml"), "CARLENDAR_DATA_FOLDER": str(tmp_path / "data")}
    platform = RootFile(file, file.stat().st_uid, tmp_path)
    monkeypatch.setattr(telemetry, "load", lambda: load(environ=environ, managed=None, platform=platform))
    return made


def run(what: str, file: str = "", *, as_json: bool = False) -> int:
    return telemetry.run(what=what, file=file, local="", ca_file="", certificate="", folder="", as_json=as_json)


def test_a_request_becomes_the_cars_certificate(
    authority: FleetAuthority, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("request") == 0
    request = capsys.readouterr().out
    file = tmp_path / "certificate.pem"
    file.write_text(authority.sign(request.encode()))
    assert run("install", str(file)) == 0
    held = queue(tmp_path / "data" / "telemetry")
    held.consent({ANA: {Topic.USAGE: 1}}, datetime.now(UTC))
    held.close()
    capsys.readouterr()
    assert run("status", as_json=True) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["vehicle"], found["brand"], found["waiting"]) == (CAR, "aurora", {"consent": 1})
    assert found["certificate_expires"] is not None
    assert (tmp_path / "data" / "telemetry" / "vehicle.pem").stat().st_mode & 0o777 == 0o600


def test_a_certificate_of_another_car_key_or_authority_is_refused(
    authority: FleetAuthority, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other").mkdir()
    other = FleetAuthority(tmp_path / "other")
    run("request")
    request = capsys.readouterr().out.encode()
    certificates = {
        "another key": authority.issue(CAR)[0].read_text(),
        "fleet.s authority": other.sign(request),
        "cannot be read": "nonsense",
    }
    for why, certificate in certificates.items():
        file = tmp_path / "given.pem"
        file.write_text(certificate)
        with pytest.raises(RefusedError, match=why):
            run("install", str(file))
    assert not (tmp_path / "data" / "telemetry" / "vehicle.pem").exists()


def test_options_that_do_not_belong_together_are_refused(authority: FleetAuthority) -> None:
    with pytest.raises(UsageError):
        run("install")
    with pytest.raises(UsageError):
        run("status", "file")
    with pytest.raises(UsageError):
        run("module")
