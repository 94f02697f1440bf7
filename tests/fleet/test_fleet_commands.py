"""The commands `carlendar fleet …` as an operator uses them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import psutil
import pytest

from carlendar.cli import main
from carlendar_fleet.folder import DataFolder, temporary
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.vehicles import Vehicles
from tests.fakes.waiting import wait_until
from tests.fleet.clients import key_and_request


@pytest.fixture
def data(tmp_path: Path) -> list[str]:
    return ["--data", str(tmp_path / "fleet")]


def test_a_vehicle_is_enrolled_certified_and_revoked(
    tmp_path: Path, data: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    request, certificate = tmp_path / "request.pem", tmp_path / "car.pem"
    request.write_bytes(key_and_request("car-1")[1])
    registry = ["fleet", "registry"]
    assert main([*registry, "enrol", "car-1", "--brand", "aurelle", "--model", "m1", *data]) == 0
    certify = [*registry, "certify", "car-1", "--request", str(request), "--out", str(certificate), *data]
    assert main(certify) == 0
    subject = subprocess.run(
        ["openssl", "x509", "-noout", "-subject", "-in", str(certificate)], capture_output=True, text=True, check=True
    ).stdout
    assert re.search(r"CN ?= ?car-1", subject)
    assert re.search(r"OU ?= ?aurelle", subject)
    authority = tmp_path / "fleet" / "authority"
    check = ["openssl", "verify", "-CAfile", str(authority / "ca.pem"), str(certificate)]
    assert subprocess.run(check, capture_output=True, check=False).returncode == 0
    assert main([*registry, "revoke", "car-1", *data]) == 0
    revoked = [*check[:2], "-crl_check", "-CRLfile", str(authority / "crl.pem"), *check[2:]]
    refused = subprocess.run(revoked, capture_output=True, text=True, check=False)
    assert "revoked" in refused.stdout + refused.stderr
    assert main(certify) == 2
    capsys.readouterr()
    assert main([*registry, "list", "--json", *data]) == 0
    (found,) = json.loads(capsys.readouterr().out)["vehicles"]
    assert (found["id"], found["status"]) == ("car-1", "revoked")
    assert (authority / "ca.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("vehicle", "brand"),
    [("", "a"), ("a/b", "a"), ("+", "a"), ("backend-ingest", "a"), ("x" * 65, "a"), ("car", "A b"), ("car", "../x")],
)
def test_names_that_would_reach_into_topics_or_paths_are_refused(data: list[str], vehicle: str, brand: str) -> None:
    try:
        code = main(["fleet", "registry", "enrol", vehicle, "--brand", brand, "--model", "m1", *data])
    except SystemExit as end:
        code = int(str(end.code))
    assert code == 2


def test_brand_and_model_are_corrected_for_what_is_stored_from_now_on(data: list[str], tmp_path: Path) -> None:
    registry = ["fleet", "registry"]
    assert main([*registry, "enrol", "car-1", "--brand", "aurelle", "--model", "m1", *data]) == 0
    assert main([*registry, "change", "car-1", "--brand", "Stra da", *data]) == 2
    assert main([*registry, "change", "car-2", "--brand", "strada", *data]) == 2
    assert main([*registry, "change", "car-1", "--brand", "strada", *data]) == 0
    assert main([*registry, "change", "car-1", "--model", "van", *data]) == 0
    database = Database(tmp_path / "fleet" / "registry.sqlite3")
    vehicle = Vehicles(database).get("car-1")
    database.close()
    assert (vehicle.brand, vehicle.model, vehicle.status) == ("strada", "van", "enrolled")


@pytest.mark.parametrize(
    "command",
    [
        ["forget", "--subject", "a" * 32], ["export", "--subject", "a" * 32, "--out", "out"], ["expire"],
        ["share", "list", "--subject", "a" * 32], ["command", "car-1", "--list"], ["registry", "list"],
        ["registry", "consents"], ["registry", "revoke", "car-1"], ["analytics", "trips"],
        ["report", "--html", "out.html"], ["powerbi", "out"], ["erase", "draft", "car-1", "--out", "out.json"],
    ],
)  # fmt: skip
def test_a_folder_without_a_fleet_is_named_and_not_made(
    command: list[str], data: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(["fleet", *command, *data]) == 2
    assert re.search(r"there (is no fleet|are no events) in .*--data", capsys.readouterr().err)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no PEM", b"x" * 20_000, key_and_request("car-2")[1]])
def test_a_certificate_request_of_another_car_or_form_is_refused(
    tmp_path: Path, data: list[str], content: bytes
) -> None:
    (tmp_path / "request").write_bytes(content)
    main(["fleet", "registry", "enrol", "car-1", "--brand", "a", "--model", "m1", *data])
    assert main(["fleet", "registry", "certify", "car-1", "--request", str(tmp_path / "request"), *data]) == 2


def test_the_same_seed_gives_the_same_events_and_the_cars_are_registered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two"):
        arguments = ["--cars", "6", "--days", "2", "--seed", "3", "--begin", "2026-09-01"]
        assert main(["fleet", "simulate", *arguments, "--data", str(tmp_path / name)]) == 0
    one, two = (sorted((tmp_path / name).rglob("*.parquet")) for name in ("one", "two"))
    assert len(one) > 20
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]
    database = Database(tmp_path / "one" / "registry.sqlite3")
    assert {each.brand for each in Vehicles(database).all()} == {"neutral", "aurelle", "corvia", "strada", "voltane"}
    database.close()
    assert main(["fleet", "simulate", *arguments, "--data", str(tmp_path / "one")]) == 2
    assert "registered already" in capsys.readouterr().err


def test_up_without_mosquitto_prints_the_line_that_installs_it(capsys: pytest.CaptureFixture[str]) -> None:
    with patch("shutil.which", lambda *_values, **_named: None):
        assert main(["fleet", "up"]) == 3
    assert "sudo apt-get update && sudo apt-get install --no-install-recommends mosquitto" in capsys.readouterr().err


def test_up_starts_everything_says_where_to_look_and_leaves_nothing_behind(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-I", "-m", "carlendar", "fleet", "up", "--cars", "5", "--history", "5"]
    up = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    assert up.stdout is not None
    try:
        lines = [next(up.stdout)]
        while not lines[-1].startswith("Ctrl-C"):
            lines.append(next(up.stdout))
        root = DataFolder(Path(re.findall(r"Tables +(.*)/events", "".join(lines))[0]))
        children = psutil.Process(up.pid).children(recursive=True)
        assert len(children) >= 3
        wait_until(lambda: list(root.events.rglob("part-*[0-9a-f].parquet")), timeout=40, what="rows of live cars")
        assert not list(root.root.rglob("queue.db")), "what a car holds is not in the back end's folder"
    finally:
        up.send_signal(signal.SIGINT)
        rest, _ = up.communicate(timeout=40)
    assert up.returncode == 0, rest
    assert rest.splitlines()[-1] == "Stopping …"
    assert not psutil.wait_procs(children, timeout=10)[1]
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_killed_back_end_is_deleted_by_the_next(tmp_path: Path) -> None:
    with patch("tempfile.gettempdir", lambda: str(tmp_path)), patch("tempfile.tempdir", str(tmp_path)):
        (tmp_path / "carlendar-fleet-left").mkdir()
        with temporary() as used, temporary() as other:
            assert sorted(tmp_path.iterdir()) == sorted([used.root, other.root])
        assert list(tmp_path.iterdir()) == []


def test_a_newer_registry_is_not_written(tmp_path: Path, data: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    database = Database(DataFolder(tmp_path / "fleet").prepare().registry)
    with database.transaction() as connection:
        connection.execute("PRAGMA user_version = 99")
    database.close()
    assert main(["fleet", "registry", "list", *data]) == 3
    assert "newer version" in capsys.readouterr().err
