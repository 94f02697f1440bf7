"""The set-up's scripts on machines that lack something: programs on PATH stand in for what a machine has."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PYTHON = """#!/bin/sh
echo "python $*" >>"{log}"
case "$*" in
    --version) echo "Python {version}" ;;
    "-c "*) exec {real} -c "import sys; sys.version_info = ({major}, 0); $(printf '%s' "$2" | cut -d ';' -f 2-)" ;;
    "-I -m venv "*) {venv}; for last in "$@"; do :; done; mkdir -p "$last/bin"; cp "$0" "$last/bin/python" ;;
    *"--editable"*)
        made=$(dirname "$0")/carlendar
        printf '#!/bin/sh\\necho "carlendar $*"\\n' >"$made"
        chmod 755 "$made" ;;
    *) exit 0 ;;
esac
"""


class Bare:
    """A copy of the scripts, and a PATH with little on it."""

    def __init__(self, folder: Path) -> None:
        self.tree, self.bin, self.log = folder / "a tree", folder / "bin", folder / "log"
        self.bin.mkdir()
        shutil.copytree(ROOT / "packaging", self.tree / "packaging", symlinks=True)
        (self.tree / "app" / "carlendar").mkdir(parents=True)
        (self.tree / "app" / "carlendar" / "__init__.py").touch()
        (self.tree / "pyproject.toml").touch()
        self.log.touch()
        for name in ("cat", "cksum", "cp", "cut", "dirname", "find", "grep", "head", "mkdir", "mktemp", "rm", "sed",
                     "sh", "tail", "touch", "tr", "chmod"):  # fmt: skip
            (self.bin / name).symlink_to(shutil.which(name) or name)
        self.program("id", "echo 1000")
        self.program("sudo", "exit 1")
        self.program("dpkg-query", 'for last in "$@"; do :; done; echo installed')
        self.python("python3", "3.12.3")

    def program(self, name: str, does: str) -> None:
        """Put a program on the PATH."""
        (self.bin / name).write_text(f"#!/bin/sh\n{does}\n")
        (self.bin / name).chmod(0o755)

    def python(self, name: str, version: str, *, venv: str = ":") -> None:
        """Put a Python on the PATH that writes down what it is asked for."""
        major = ", ".join(version.split(".")[:2])
        text = PYTHON.format(log=self.log, version=version, major=major, venv=venv, real=sys.executable)
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def run(self, script: str = "setup.sh", *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        given = {"PATH": str(self.bin), "HOME": str(self.tree)} | environment
        argv = ["/bin/sh", str(self.tree / "packaging" / script), *arguments]
        return subprocess.run(argv, env=given, capture_output=True, text=True, check=False, cwd="/")

    def asked(self) -> str:
        return self.log.read_text()


@pytest.fixture
def bare(tmp_path: Path) -> Bare:
    return Bare(tmp_path)


def test_what_is_missing_and_may_not_be_installed_is_a_line_to_run(bare: Bare) -> None:
    bare.program("dpkg-query", 'case "$*" in *fonts-nanum*|*libgl1) exit 1 ;; esac; echo installed')
    done = bare.run()
    line = "    sudo apt-get update && sudo apt-get install --no-install-recommends libgl1 fonts-nanum \n"
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.endswith(line)
    assert bare.asked() == "", "nothing else was begun"


def test_a_second_run_starts_and_asks_pip_for_nothing(bare: Bare) -> None:
    assert bare.run().returncode == 0
    assert "--require-hashes" in bare.asked()
    bare.log.write_text("")
    done = bare.run("start.sh", "--browser")
    assert (done.returncode, done.stdout) == (0, "carlendar emulator --browser\n")
    assert "pip" not in bare.asked()
    (bare.tree / "pyproject.toml").write_text("# another")
    assert bare.run().returncode == 0
    assert "--require-hashes" in bare.asked(), "what changed is installed again"


def test_an_environment_whose_python_is_gone_is_made_anew(bare: Bare) -> None:
    assert bare.run().returncode == 0
    gone = bare.tree / ".venv" / "bin" / "python"
    gone.unlink()
    gone.symlink_to("/nonexistent/python3.10")
    bare.log.write_text("")
    assert bare.run().returncode == 0
    assert "-I -m venv" in bare.asked()


def test_a_python_without_builds_of_kivy_is_passed_over_or_said(bare: Bare) -> None:
    bare.python("python3", "3.14.0")
    done = bare.run()
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        "setup: Python 3.11, 3.12 or 3.13 is needed (set PYTHON to it), and there is Python 3.14.0\n"
    )
    bare.python("python3.13", "3.13.1")
    assert "with Python 3.13.1" in bare.run().stderr


def test_the_python_that_was_asked_for_is_taken_or_refused(bare: Bare) -> None:
    bare.python("python3.10", "3.10.2")
    done = bare.run(PYTHON="python3.10")
    assert (done.returncode, done.stderr) == (3, "setup: PYTHON=python3.10 is no Python 3.11 or newer\n")
    assert bare.run(PYTHON="none-such").returncode == 3
    bare.python("python3.14", "3.14.0")
    assert "with Python 3.14.0" in bare.run(PYTHON="python3.14").stderr


def test_without_the_venv_module_the_systems_pip_fills_the_environment(bare: Bare) -> None:
    bare.python("python3", "3.12.3", venv='case "$*" in *--without-pip*) ;; *) exit 1 ;; esac')
    assert bare.run().returncode == 0
    assert f"-P -m pip --python {bare.tree}/.venv/bin/python install --quiet pip" in bare.asked()


def test_without_venv_and_without_pip_the_package_is_named(bare: Bare) -> None:
    bare.python("python3", "3.12.3", venv="exit 1")
    done = bare.run()
    assert done.returncode == 3
    assert done.stderr.endswith("setup: no way to make a virtual environment: please install python3-venv\n")
    assert not (bare.tree / ".venv").exists()


@pytest.mark.parametrize("display", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_a_session_of_either_kind_is_a_display(bare: Bare, display: str) -> None:
    done = bare.run("start.sh", **{display: "wayland-0"})
    assert (done.returncode, done.stdout) == (0, "carlendar emulator\n")


def test_without_display_and_terminal_the_pictures_are_drawn_once(bare: Bare) -> None:
    (bare.tree / "pictures").mkdir()
    for folder in ("kv", "assets"):
        (bare.tree / folder).mkdir()
    first, second = bare.run("start.sh"), bare.run("start.sh")
    assert (first.returncode, second.returncode) == (0, 0)
    assert f"carlendar emulator --headless {bare.tree}/pictures" in first.stdout
    assert "--headless" not in second.stdout
    assert second.stdout.splitlines()[0] == f"There is no display here. Every screen is in {bare.tree}/pictures"
    assert "in a browser" in second.stdout
