"""The set-up's scripts on machines that lack something: programs on PATH stand in for what a machine has."""

from __future__ import annotations

import os
import re
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
    *"--requirement"*) {pip} ;;
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
        for name in ("cat", "cksum", "cp", "cut", "dirname", "env", "grep", "mkdir", "mktemp", "readlink", "rm", "sh",
                     "sleep", "tail", "tr", "chmod"):  # fmt: skip
            (self.bin / name).symlink_to(shutil.which(name) or name)
        self.program("id", "echo 1000")
        self.program("sudo", "exit 1")
        self.program("dpkg-query", 'for last in "$@"; do :; done; echo installed')
        self.python("python3", "3.12.3")

    def program(self, name: str, does: str) -> None:
        """Put a program on the PATH."""
        (self.bin / name).write_text(f"#!/bin/sh\n{does}\n")
        (self.bin / name).chmod(0o755)

    def python(self, name: str, version: str, *, venv: str = ":", pip: str = ":") -> None:
        """Put a Python on the PATH that writes down what it is asked for."""
        major = ", ".join(version.split(".")[:2])
        text = PYTHON.format(log=self.log, version=version, major=major, venv=venv, pip=pip, real=sys.executable)
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


def lacks(*names: str) -> str:
    """A `dpkg-query` for which these packages are not installed."""
    return f'case "$*" in {"|".join(f"*{name}" for name in names)}) exit 1 ;; esac; echo installed'


def test_what_is_missing_and_may_not_be_installed_is_named_with_its_use_and_the_rest_goes_on(bare: Bare) -> None:
    bare.program("dpkg-query", lacks("fonts-nanum", "ofono", "libgl1"))
    done = bare.run()
    assert (done.returncode, done.stdout) == (0, "")
    said = done.stderr.splitlines()
    assert "setup:     fonts-nanum: titles in Korean" in said
    assert "setup:     libgl1: drawing anything at all (OpenGL)" in said
    assert "setup:     ofono: the emulated phone; without them the display simulates one" in said
    line = "    sudo apt-get update && sudo apt-get install --no-install-recommends libgl1 fonts-nanum ofono "
    assert line in said
    assert "--require-hashes" in bare.asked()


def test_one_package_that_cannot_be_had_does_not_keep_the_others_away(bare: Bare) -> None:
    bare.program("id", "echo 0")
    have = bare.tree / "have"
    bare.program("dpkg-query", f'for last in "$@"; do :; done; case $last in fonts-*) grep -qx "$last" {str(have)!r}'
                 " && echo installed; exit ;; esac; echo installed")  # fmt: skip
    bare.program(
        "apt-get",
        f"""[ "$1" = install ] || exit 0
        case "$*" in *fonts-nanum*) echo "E: no candidate"; exit 100 ;; esac
        for name in "$@"; do case $name in fonts-*) echo "$name" >>{str(have)!r} ;; esac; done""",
    )
    have.touch()
    done = bare.run()
    assert done.returncode == 0
    assert "setup: fonts-nanum could not be installed" in done.stderr
    assert "setup:     fonts-nanum: titles in Korean" in done.stderr
    assert "fonts-symbola: " not in done.stderr
    assert "fonts-symbola" in have.read_text()


def test_installing_says_what_it_is_at(bare: Bare) -> None:
    requirements = bare.tree / "packaging" / "requirements.txt"
    requirements.write_text("kivy==2.3.1 \\\n    --hash=sha256:00\nmsal==1.0\n")
    bare.python("python3", "3.12.3", pip='echo "Collecting kivy==2.3.1 (from -r x)"; echo "Collecting msal==1.0"')
    done = bare.run()
    assert "setup: installing 2 Python packages; this takes about a minute\n" in done.stderr
    assert "setup:   kivy==2.3.1 (1 of 2)\nsetup:   msal==1.0 (2 of 2)\n" in done.stderr
    assert done.stderr.endswith("setup: installing Carlendar itself\nsetup: compiling\nsetup: ready\n")


def test_what_keeps_pip_from_installing_is_shown(bare: Bare) -> None:
    bare.python("python3", "3.12.3", pip='echo "ERROR: no space left"; exit 2')
    done = bare.run()
    assert done.returncode == 3
    assert "ERROR: no space left\nsetup: the Python packages could not be installed" in done.stderr
    bare.python("python3", "3.12.3")
    shutil.rmtree(bare.tree / ".venv")
    assert bare.run().returncode == 0, "a second run goes on"


@pytest.mark.parametrize(
    ("place", "said"),
    [(None, "no Chromium with its chromedriver"), ("snap/bin", "this Chromium is a snap"), ("opt/bin", "")],
)
def test_a_chromium_that_cannot_be_driven_is_reported_with_what_to_do(bare: Bare, place: str | None, said: str) -> None:
    if place is not None:
        folder = bare.tree / place
        folder.mkdir(parents=True)
        for name in ("chromium", "chromedriver"):
            (folder / name).write_text("#!/bin/sh\n")
            (folder / name).chmod(0o755)
            (bare.bin / name).symlink_to(folder / name)
    done = bare.run("setup.sh", "test")
    assert done.returncode == 0
    assert (said in done.stderr) if said else ("skipped" not in done.stderr)
    assert bool(said) == ("install the packages chromium and chromium-driver of Debian" in done.stderr)
    assert "skipped" not in bare.run().stderr, "running needs no Chromium"


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
    done = bare.run(PYTHON="none-such")
    assert (done.returncode, done.stdout) == (3, "")
    assert re.fullmatch("setup: PYTHON=none-such is no Python 3.11 or newer: .*not found\n", done.stderr)
    bare.program("broken", "echo 'a warning' >&2; echo 'libpython3.12.so.1.0: cannot open shared object' >&2; exit 127")
    assert bare.run(PYTHON="broken").stderr == (
        "setup: PYTHON=broken is no Python 3.11 or newer: libpython3.12.so.1.0: cannot open shared object\n"
    )
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


def test_without_display_and_terminal_a_few_screens_are_drawn(bare: Bare) -> None:
    done = bare.run("start.sh")
    assert done.returncode == 0
    first, *rest = done.stdout.splitlines()
    assert first.startswith("There is neither a display nor a terminal here: rendering a few screens")
    assert rest[0] == f"carlendar emulator --headless {bare.tree}/pictures --few"
    assert f"{bare.tree}/.venv/bin/carlendar emulator --browser" in rest[1]
    assert rest[2].endswith(f"emulator --headless {bare.tree}/pictures")


def test_on_a_terminal_without_display_the_emulator_is_started_at_once(bare: Bare) -> None:
    ours, theirs = os.openpty()
    argv = ["/bin/sh", str(bare.tree / "packaging" / "start.sh")]
    environment = {"PATH": str(bare.bin), "HOME": str(bare.tree)}
    try:
        done = subprocess.run(argv, env=environment, stdout=theirs, stderr=subprocess.DEVNULL, check=False, cwd="/")
        said = os.read(ours, 1000).decode()
    finally:
        os.close(theirs)
        os.close(ours)
    assert (done.returncode, said.strip()) == (0, "carlendar emulator")


def test_the_back_end_is_installed_only_where_it_is_asked_for(bare: Bare) -> None:
    assert bare.run().returncode == 0
    assert "packaging/fleet" not in bare.asked()
    assert "requirements.txt" in bare.asked()
    bare.program("dpkg-query", lacks("mosquitto", "chromium"))
    done = bare.run("setup.sh", "fleet")
    assert done.returncode == 0
    assert f"--editable {bare.tree}/packaging/fleet" in bare.asked()
    assert "requirements-fleet.txt" in bare.asked()
    assert "mosquitto: the fleet back end: the broker" in done.stderr
    assert "chromium" not in done.stderr
    assert bare.run("setup.sh", "all").returncode == 2
