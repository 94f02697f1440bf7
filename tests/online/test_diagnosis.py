"""What `carlendar doctor` says of joining over data, and what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from carlendar.online.chromium import Browser
from carlendar.online.diagnosis import diagnose
from carlendar.online.engine import EngineLimits, EngineParts
from carlendar.platform.probes import Check
from tests.online.test_chromium import old_chromium, script


@pytest.fixture(autouse=True)
def driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not root, even where the tests run as root."""
    monkeypatch.setattr("carlendar.online.diagnosis.os.geteuid", lambda: 1000)


@pytest.fixture
def parts_without_engine(tmp_path: Path) -> EngineParts:
    (tmp_path / "sdk.js").write_text("")
    program = script(tmp_path, "exit 1")
    return EngineParts(Browser(program), tmp_path, {}, limits=EngineLimits(answer=0.5, load=0.5))


def wrong(check: Check) -> tuple[str, str]:
    assert not check.ok
    assert check.fix
    return check.detail, check.fix


def test_the_missing_sdk(parts_without_engine: EngineParts, tmp_path: Path) -> None:
    (tmp_path / "sdk.js").unlink()
    detail, fix = wrong(diagnose(parts_without_engine, tokens=True, folders=()))
    assert detail == f"{tmp_path}/sdk.js is missing"
    assert "docs/online.md" in fix


def test_the_missing_chromium(parts_without_engine: EngineParts) -> None:
    parts = replace(parts_without_engine, browser=Browser(""))
    assert wrong(diagnose(parts, tokens=True, folders=())) == (
        "Chromium is missing", "install Chromium, or name it in online.chromium",
    )  # fmt: skip


def test_root(parts_without_engine: EngineParts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carlendar.online.diagnosis.os.geteuid", lambda: 0)
    assert "refuses root" in wrong(diagnose(parts_without_engine, tokens=True, folders=()))[0]


def test_missing_tokens(parts_without_engine: EngineParts) -> None:
    assert "online.tokens_url" in wrong(diagnose(parts_without_engine, tokens=False, folders=()))[1]


@pytest.mark.parametrize(
    ("policy", "value"),
    [("RemoteDebuggingAllowed", False), ("AudioCaptureAllowed", False), ("DeveloperToolsAvailability", 2)],
)
def test_a_policy_that_blocks_it(parts_without_engine: EngineParts, tmp_path: Path, policy: str, value: object) -> None:
    folder = tmp_path / "managed"
    folder.mkdir()
    (folder / "broken.json").write_text("{")
    (folder / "car.json").write_text(json.dumps({policy: value, "HomepageLocation": "https://contoso.example"}))
    detail, fix = wrong(diagnose(parts_without_engine, tokens=True, folders=(folder, tmp_path / "none")))
    assert policy in detail
    assert str(folder / "car.json") in fix


def test_a_chromium_that_is_too_old(parts_without_engine: EngineParts, tmp_path: Path) -> None:
    parts = replace(parts_without_engine, browser=Browser(old_chromium(tmp_path)))
    detail, fix = wrong(diagnose(parts, tokens=True, folders=()))
    assert detail == "Chromium 99 is too old"
    assert "last three versions" in fix


def test_a_chromium_that_does_not_start(parts_without_engine: EngineParts) -> None:
    assert "user namespaces" in wrong(diagnose(parts_without_engine, tokens=True, folders=()))[1]


@pytest.mark.engine
def test_what_works(parts: EngineParts) -> None:
    check = diagnose(parts, tokens=True, folders=())
    assert check.ok
    assert "with the calling SDK, ready in" in check.detail
