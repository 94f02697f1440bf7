"""A small program in the display's place, which speaks its side of the wire and of sd_notify."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PROGRAM = '''
"""argv[1] says how to behave: ok, mute (never feeds the watchdog after READY), refuse, fault (twice), crash,
close, end (says STOPPING, takes 1.2 s), die (says STOPPING, dies of SIGSEGV), hang (says STOPPING, never ends)."""
import json, os, socket, struct, sys, time

how = sys.argv[1]
folder = os.environ["CARLENDAR_EMULATOR"]
if how == "refuse":
    print("carlendar: there is no display", file=sys.stderr)
    sys.exit(3)
if how == "fault":
    with open(os.path.join(folder, "faults"), "a+") as file:
        file.write("x")
        if file.tell() <= 2:
            print("carlendar: internal error: IndexError in x.py:1", file=sys.stderr)
            sys.exit(3)
    how = "ok"
if how == "crash":
    sys.exit(1)
if how == "close":
    sys.exit(0)
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.connect(os.environ["NOTIFY_SOCKET"])
wire = None
path = os.path.join(folder, "display.sock")
if os.path.exists(path):
    wire = socket.socket(socket.AF_UNIX)
    wire.connect(path)
    wire.settimeout(0.1)
    head = json.dumps({"width": 4, "height": 2, "sequence": 9, "screen": "drive", "place": ""}).encode()
    payload = b"F" + head + b"\\n" + bytes(range(24))
    wire.sendall(struct.pack(">I", len(payload)) + payload)
notify.send(b"READY=1")
with open(os.path.join(folder, "starts"), "a") as file:
    file.write(f"{os.getpid()}\\n")
if how in ("end", "die", "hang"):
    notify.send(b"STOPPING=1")
    if how == "die":
        os.kill(os.getpid(), 11)
    time.sleep(1.2 if how == "end" else 3600)
    sys.exit(0)
while True:
    if how == "ok":
        notify.send(b"WATCHDOG=1")
    if wire is None:
        time.sleep(0.1)
        continue
    try:
        got = wire.recv(65536)
    except TimeoutError:
        continue
    if not got:
        break
    with open(os.path.join(folder, "received"), "ab") as file:
        file.write(got)
'''


@pytest.fixture
def argv(tmp_path: Path) -> Callable[[str], list[str]]:
    """The command of a display that behaves in the named way."""
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    return lambda how: [sys.executable, str(path), how]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The emulator's private folder."""
    made = tmp_path / "e"
    made.mkdir(mode=0o700)
    return made
