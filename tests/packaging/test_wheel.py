"""What is handed out: the wheel from the tree and the wheel from the sdist are whole, and run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def build(source: Path, out: Path, *kinds: str) -> None:
    command = [sys.executable, "-I", "-m", "build", "--no-isolation", *kinds, "--outdir", str(out), str(source)]
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
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); import carlendar.cli, carlendar.resources as r; "
        "assert '_bundled' in str(r.asset('scenarios')), r.asset('scenarios'); "
        "sys.exit(carlendar.cli.main(['config', '--json']))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert '"settings"' in done.stdout


@pytest.mark.parametrize("linked", [False, True], ids=["in its folder", "by a link"])
def test_the_installed_command_runs_its_own_code_wherever_it_is_started(
    wheels: dict[str, Path], tmp_path: Path, linked: bool
) -> None:
    """The script lies beside its environment's Python; the folder that it is started in has an `app` of its own."""
    subprocess.run([sys.executable, "-I", "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    site = next((tmp_path / "venv" / "lib").glob("python*")) / "site-packages"
    zipfile.ZipFile(wheels["tree"]).extractall(site)
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    command = tmp_path / "venv" / "bin" / "carlendar"
    shutil.copy(next(site.glob("carlendar-*.data/scripts/carlendar")), command)
    command.chmod(0o755)
    if linked:
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin" / "carlendar").symlink_to(command)
        command = tmp_path / "bin" / "carlendar"
    planted = tmp_path / "planted"
    (planted / "app").mkdir(parents=True)
    for name in ("app/__init__.py", "app/__main__.py", "sitecustomize.py"):
        (planted / name).write_text("raise SystemExit('planted')")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(planted)}
    done = subprocess.run(
        [str(command), "config", "--json"], capture_output=True, text=True, cwd=planted, env=environment, timeout=60,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert '"settings"' in done.stdout
