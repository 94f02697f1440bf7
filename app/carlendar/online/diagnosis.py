"""Whether joining over data works here, for `carlendar doctor`: the engine is started once, without a call."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from carlendar.online.engine import LOADING, EngineParts
from carlendar.online.engine_keeper import EngineKeeper
from carlendar.online.protocol_pipe import EngineError, UnusableError
from carlendar.online.sdk_folder import MODULE, has_sdk
from carlendar.platform.probes import Check

NAME = "online"
POLICY_FOLDERS = tuple(
    Path(folder) / "policies" / kind
    for folder in ("/etc/chromium", "/etc/opt/chrome")
    for kind in ("managed", "recommended")
)
_BLOCKING = {"RemoteDebuggingAllowed": False, "AudioCaptureAllowed": False, "DeveloperToolsAvailability": 2}
"""Policies of Chromium, with the values that keep the engine from working (Chrome Enterprise policy list)."""
_LARGEST = 1024 * 1024


def diagnose(parts: EngineParts, *, tokens: bool, folders: Sequence[Path] = POLICY_FOLDERS) -> Check:
    """Check everything that joining over data needs but the network. `tokens` is whether something provides them."""
    missing = _missing(parts, tokens=tokens)
    if missing is not None:
        return missing
    blocking = sorted(_blocking(folders))
    if blocking:
        fix = f"change the policy of Chromium in {blocking[0][0]}"
        return _wrong(f"a policy blocks the browser: {', '.join(name for _, name in blocking)}", fix)
    try:
        seconds, version = asyncio.run(_tried(parts))
    except UnusableError as error:
        return _wrong(str(error), "install a Chromium of the last three versions, or an SDK that supports this one")
    except EngineError as error:
        if error.detail == LOADING:
            return _wrong("the calling SDK does not load", "bundle it again, as docs/online.md says")
        fix = "start it once by hand as the service's user: it needs user namespaces and writable memory (/dev/shm)"
        return _wrong(f"{error} ({error.detail or 'no detail'})", fix)
    return Check(NAME, ok=True, detail=f"Chromium {version} with the calling SDK, ready in {seconds:.1f} s", fix=None)


def _missing(parts: EngineParts, *, tokens: bool) -> Check | None:
    if not has_sdk(parts.sdk):
        return _wrong(f"{parts.sdk / MODULE} is missing", "place Microsoft's calling SDK there (docs/online.md)")
    if not parts.browser.program:
        return _wrong("Chromium is missing", "install Chromium, or name it in online.chromium")
    if os.geteuid() == 0:
        return _wrong("Chromium's sandbox refuses root", "run carlendar as an unprivileged user")
    if not tokens:
        return _wrong("nothing provides tokens", "set online.tokens_url and fleet.ca_file (docs/online.md)")
    return None


def _blocking(folders: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Files with the policies in them that keep the engine from working."""
    for file in (each for folder in folders if folder.is_dir() for each in sorted(folder.glob("*.json"))):
        try:
            given = json.loads(file.read_text("utf-8")) if file.stat().st_size < _LARGEST else {}
        except (OSError, ValueError):
            continue
        if isinstance(given, dict):
            yield from ((file, name) for name, value in _BLOCKING.items() if given.get(name) == value)


async def _tried(parts: EngineParts) -> tuple[float, str]:
    """Start the engine; returns the seconds that took, and the browser's version. Raises UnusableError, EngineError."""
    keeper = EngineKeeper(parts, idle=0.0, on_report=lambda _report: None)
    began = time.monotonic()
    try:
        engine = await keeper.ready()
        return time.monotonic() - began, engine.version
    finally:
        await keeper.discard()


def _wrong(detail: str, fix: str) -> Check:
    return Check(NAME, ok=False, detail=detail, fix=fix)
