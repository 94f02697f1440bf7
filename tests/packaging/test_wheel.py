"""What is handed out: the wheel from the tree and the wheel from the sdist are whole, and run."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def build(source: Path, out: Path, *kinds: str) -> None:
    command = [sys.executable, "-m", "build", "--no-isolation", *kinds, "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=110)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    out = tmp_path_factory.mktemp("dist")
    build(ROOT, out / "tree", "--wheel", "--sdist")
    (out / "unpacked").mkdir()
    archive = next((out / "tree").glob("*.tar.gz"))
    subprocess.run(["tar", "-xzf", str(archive), "-C", str(out / "unpacked")], check=True)
    build(next((out / "unpacked").iterdir()), out / "sdist", "--wheel")
    return {name: next((out / name).glob("*.whl")) for name in ("tree", "sdist")}


@pytest.mark.parametrize("origin", ["tree", "sdist"])
def test_a_wheel_carries_rules_and_assets(wheels: dict[str, Path], origin: str) -> None:
    names = set(zipfile.ZipFile(wheels[origin]).namelist())
    for folder in ("kv", "assets"):
        tree = {f"app/_bundled/{path.relative_to(ROOT)}" for path in (ROOT / folder).rglob("*") if path.is_file()}
        assert tree, f"{folder} is empty"
        assert tree <= names


def test_both_wheels_hold_the_same(wheels: dict[str, Path]) -> None:
    held = [sorted(zipfile.ZipFile(wheel).namelist()) for wheel in wheels.values()]
    assert held[0] == held[1]


@pytest.mark.parametrize("origin", ["tree", "sdist"])
def test_a_wheel_runs_outside_the_tree(wheels: dict[str, Path], origin: str, tmp_path: Path) -> None:
    zipfile.ZipFile(wheels[origin]).extractall(tmp_path / "site")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); import app.cli, app.resources as r; "
        "assert '_bundled' in str(r.asset('scenarios')), r.asset('scenarios'); "
        "sys.exit(app.cli.main(['config', '--json']))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert '"settings"' in done.stdout
