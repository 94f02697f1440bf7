"""The distributions: both are whole from the tree and from the sdist, they run, and a car's holds nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IN_A_CAR = ("brands", "icons", "locale", "sounds")
"""Folders of `assets/` that a car needs; scenarios and the pictures of the README are not among them."""


def build(source: Path, out: Path, *kinds: str) -> None:
    command = [sys.executable, "-m", "build", "--no-isolation", *kinds, "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=110)


def _built(source: Path, out: Path) -> dict[str, Path]:
    """The wheel from the tree, the sdist, and the wheel from that sdist."""
    build(source, out / "tree", "--wheel", "--sdist")
    (out / "unpacked").mkdir()
    archive = next((out / "tree").glob("*.tar.gz"))
    subprocess.run(["tar", "-xzf", str(archive), "-C", str(out / "unpacked")], check=True)
    build(next((out / "unpacked").iterdir()), out / "sdist", "--wheel")
    return {name: next((out / name).glob("*.whl")) for name in ("tree", "sdist")} | {"archive": archive}


@pytest.fixture(scope="module")
def car(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return _built(ROOT, tmp_path_factory.mktemp("car"))


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return _built(ROOT / "packaging" / "devtools", tmp_path_factory.mktemp("tools"))


@pytest.fixture(scope="module")
def back_end(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return _built(ROOT / "packaging" / "fleet", tmp_path_factory.mktemp("fleet"))


def _files(*folders: Path) -> set[str]:
    return {str(path.relative_to(ROOT)) for folder in folders for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("origin", ["tree", "sdist"])
def test_a_cars_wheel_holds_the_package_the_screens_and_its_assets_and_nothing_else(
    car: dict[str, Path], origin: str
) -> None:
    names = set(zipfile.ZipFile(car[origin]).namelist())
    assets = _files(ROOT / "kv", *(ROOT / "assets" / name for name in IN_A_CAR))
    assert assets
    assert {f"carlendar/_bundled/{name}" for name in assets} <= names
    strange = [name for name in names if not name.startswith(("carlendar/", "carlendar-"))]
    assert strange == []
    assert {name.split("/")[3] for name in names if name.startswith("carlendar/_bundled/assets/")} == set(IN_A_CAR)


def test_a_cars_sdist_holds_no_developer_tools_scenarios_traces_or_pictures(car: dict[str, Path]) -> None:
    with tarfile.open(car["archive"]) as archive:
        names = archive.getnames()
    assert any(name.endswith("/app/carlendar/cli.py") for name in names)
    unwanted = [name for name in names if any(part in name for part in ("devtools", "scenarios", "traces", "pictures"))]
    assert unwanted == []


@pytest.mark.parametrize("origin", ["tree", "sdist"])
def test_the_developer_tools_wheel_holds_the_scenarios(tools: dict[str, Path], origin: str) -> None:
    names = set(zipfile.ZipFile(tools[origin]).namelist())
    assert {f"carlendar_devtools/_bundled/{name}" for name in _files(ROOT / "assets" / "scenarios")} <= names
    assert not any(name.startswith("carlendar/") for name in names)


def test_the_wheels_from_the_tree_and_from_the_sdist_hold_the_same(
    car: dict[str, Path], tools: dict[str, Path], back_end: dict[str, Path]
) -> None:
    for built in (car, tools, back_end):
        held = [sorted(zipfile.ZipFile(built[origin]).namelist()) for origin in ("tree", "sdist")]
        assert held[0] == held[1]


@pytest.mark.parametrize("origin", ["tree", "sdist"])
def test_the_back_ends_wheel_holds_its_package_and_nothing_else(back_end: dict[str, Path], origin: str) -> None:
    names = set(zipfile.ZipFile(back_end[origin]).namelist())
    assert "carlendar_fleet/commands/arguments.py" in names
    assert [name for name in names if not name.startswith(("carlendar_fleet/", "carlendar_fleet-"))] == []


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The libraries that are installed here, without this tree's own distributions."""
    folder = tmp_path_factory.mktemp("libraries")
    for site in (Path(path) for path in sys.path if path.endswith("site-packages")):
        for entry in site.iterdir():
            if "carlendar" not in entry.name and not (folder / entry.name).exists():
                (folder / entry.name).symlink_to(entry)
    return folder


def _run(site: Path, libraries: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of the program that lies unpacked in `site`, with nothing of this tree on the path."""
    code = (
        f"import sys; sys.path += {[str(site), str(libraries)]!r}; import carlendar.cli, carlendar.resources as r; "
        "assert '_bundled' in str(r.asset('locale')), r.asset('locale'); "
        f"sys.exit(carlendar.cli.main({list(arguments)!r}))"
    )
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, cwd=site, timeout=60, check=False
    )


@pytest.mark.parametrize("origin", ["tree", "sdist"])
def test_a_cars_wheel_runs_alone_and_names_what_to_install_for_more(
    car: dict[str, Path], libraries: Path, origin: str, tmp_path: Path
) -> None:
    zipfile.ZipFile(car[origin]).extractall(tmp_path)
    done = _run(tmp_path, libraries, "config", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert '"settings"' in done.stdout
    missing = _run(tmp_path, libraries, "emulator")
    assert missing.returncode == 2
    assert "carlendar-devtools" in missing.stderr
    without_fleet = _run(tmp_path, libraries, "fleet", "up")
    assert without_fleet.returncode == 2
    assert "pip install 'carlendar[fleet]'" in without_fleet.stderr


def test_the_developer_tools_run_beside_a_cars_wheel(
    car: dict[str, Path], tools: dict[str, Path], libraries: Path, tmp_path: Path
) -> None:
    for built in (car, tools):
        zipfile.ZipFile(built["tree"]).extractall(tmp_path)
    done = _run(tmp_path, libraries, "emulator", "--scenario", "nowhere")
    assert done.returncode == 2
    assert "commute" in done.stderr


@pytest.mark.parametrize("linked", [False, True], ids=["in its folder", "by a link"])
def test_the_installed_command_runs_its_own_code_wherever_it_is_started(
    car: dict[str, Path], tmp_path: Path, linked: bool
) -> None:
    """The script lies beside its environment's Python; the folder it is started in has a `carlendar` of its own."""
    subprocess.run([sys.executable, "-I", "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    site = next((tmp_path / "venv" / "lib").glob("python*")) / "site-packages"
    zipfile.ZipFile(car["tree"]).extractall(site)
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    command = tmp_path / "venv" / "bin" / "carlendar"
    shutil.copy(next(site.glob("carlendar-*.data/scripts/carlendar")), command)
    command.chmod(0o755)
    if linked:
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin" / "carlendar").symlink_to(command)
        command = tmp_path / "bin" / "carlendar"
    planted = tmp_path / "planted"
    (planted / "carlendar").mkdir(parents=True)
    for name in ("carlendar/__init__.py", "carlendar/__main__.py", "sitecustomize.py"):
        (planted / name).write_text("raise SystemExit('planted')")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(planted)}
    done = subprocess.run(
        [str(command), "config", "--json"], capture_output=True, text=True, cwd=planted, env=environment, timeout=60,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert '"settings"' in done.stdout
