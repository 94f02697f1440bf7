"""Other people's clients against the emulated cloud: `python -m tests.clients [NAME …]`, or `make clients`.

Installs them into environments under `build/clients` (from PyPI and npm, versions pinned beside this file), starts
`carlendar emulator cloud`, lets each sign in and read the calendar, and prints what they read. Exit code 1 where one
fails, 3 where one cannot be installed. A client of Node.js is left out where there is no npm.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "clients"
PYTHON = {"azure-identity and msgraph-sdk": "msgraph_sdk.py", "O365": "o365_library.py"}
NODE = {"msal-node": "msal_node.mjs", "@azure/identity and microsoft-graph-client": "azure_identity.mjs"}
AT, FROM, TO = "2026-11-23T08:41:00+01:00", "2026-11-23T00:00:00Z", "2026-12-07T00:00:00Z"
PERSON = "ana@contoso.example"
LIMIT = 120.0
"""Seconds for one client."""


def main() -> int:
    """Run the clients that the arguments name by a part of their names, all without arguments."""
    wanted = sys.argv[1:]
    programs = {
        name: file for name, file in (PYTHON | NODE).items() if not wanted or any(part in name for part in wanted)
    }
    failed = 0
    with tempfile.TemporaryDirectory(prefix="carlendar-clients-") as folder, _cloud(Path(folder)) as cloud:
        for name, file in programs.items():
            if file.endswith(".mjs") and shutil.which("npm") is None:
                print(f"{name}: left out, npm is not installed")
                continue
            command = _prepared(file)
            failed += _run(name, [*command, str(cloud)], cloud)
    return 1 if failed else 0


@contextmanager
def _cloud(folder: Path) -> Iterator[Path]:
    """The emulated cloud, and the file in which clients find its address."""
    command = [sys.executable, "-m", "carlendar", "emulator", "cloud", "--json", "--approve", PERSON, "--at", AT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout is not None else ""
            file = folder / "cloud.json"
            file.write_text(json.dumps(json.loads(line) | {"from": FROM, "to": TO}), encoding="utf-8")
            yield file
        finally:
            process.terminate()


def _prepared(file: str) -> list[str]:
    """The command of a program, once its packages are installed."""
    BUILD.mkdir(parents=True, exist_ok=True)
    if file.endswith(".py"):
        python = BUILD / "python" / "bin" / "python"
        _install("python", HERE / "requirements.txt", lambda: _python_packages(python))
        return [str(python), "-I", str(HERE / file)]
    folder = BUILD / "node"
    _install("node", HERE / "package.json", lambda: _node_packages(folder))
    shutil.copy(HERE / file, folder)
    return ["node", str(folder / file)]


def _install(name: str, pins: Path, install: Callable[[], None]) -> None:
    """Install what a file names, unless the very same is there."""
    mark = BUILD / f"{name}.installed"
    if mark.is_file() and mark.read_bytes() == pins.read_bytes():
        return
    print(f"installing the packages of {pins.name} …", flush=True)
    try:
        install()
    except subprocess.CalledProcessError as err:
        raise SystemExit(3) from err
    shutil.copy(pins, mark)


def _python_packages(python: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(python.parents[1])], check=True)
    packages = str(HERE / "requirements.txt")
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", "-r", packages], check=True)


def _node_packages(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    shutil.copy(HERE / "package.json", folder)
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund"], check=True, cwd=folder)


def _run(name: str, command: list[str], cloud: Path) -> int:
    """Run one client and print what it read; 1 where it fails."""
    authority = json.loads(cloud.read_text(encoding="utf-8"))["ca"]
    done = subprocess.run(
        command, env=_environment(os.environ, authority), capture_output=True, text=True, timeout=LIMIT, check=False
    )
    if done.returncode:
        print(f"{name}: FAILED\n{done.stderr.strip()}")
        return 1
    found = json.loads(done.stdout.strip().splitlines()[-1])
    print(f"{name} ({', '.join(' '.join(pair) for pair in found['versions'].items())})")
    for way, events in found["events"].items():
        print(f"  {way}: {events} events")
    return 0


def _environment(given: Mapping[str, str], authority: str) -> dict[str, str]:
    """The environment without other certificates, which would win over the cloud's; Node.js takes them from there."""
    kept = {name: value for name, value in given.items() if not name.endswith("_CA_BUNDLE")}
    return kept | {"NODE_EXTRA_CA_CERTS": authority}


if __name__ == "__main__":
    sys.exit(main())
