"""`carlendar acceptance`: tries the real service with the user's own account, and writes a report without content."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from carlendar import __version__
from carlendar.errors import SettingsError, UsageError, one_line
from carlendar.microsoft.clouds import READ_SCOPES
from carlendar.microsoft.identity import MicrosoftIdentity
from carlendar.microsoft.tenants import TenantDirectory
from carlendar.platform.links import DesktopLinkOpener
from carlendar.service.tenants import TenantPolicy
from carlendar.settings import Settings, load
from carlendar.wiring import host
from carlendar.wiring.microsoft import microsoft
from carlendar_devtools.acceptance.checks import CHECKS, CLEAN_UP, NAMES, AcceptanceCheck
from carlendar_devtools.acceptance.memory_vault import MemoryVault
from carlendar_devtools.acceptance.recorder import Recorder
from carlendar_devtools.acceptance.report import AcceptanceReport, CheckResult, CheckStatus, to_json
from carlendar_devtools.acceptance.run import WRITE_SCOPES, AcceptanceRun, RunEnvironment
from carlendar_devtools.acceptance.runner import Runner, chosen

INTERRUPTED = 130
_PERMISSION = 0o600


def run(*, only: Sequence[str], read_only: bool, yes: bool, folder: str, as_json: bool) -> int:
    """Run the checks and write the report; returns 0, 1 if a check failed, 130 after an interruption.

    Raises UsageError for an unknown check, and if confirmation is needed but there is no terminal and `yes` is not
    given.
    """
    settings = load()
    if unknown := [name for name in only if name not in NAMES]:
        raise UsageError(f"there is no check {unknown[0]}; there are: {', '.join(NAMES)}")
    if read_only and (writing := [check.name for check in CHECKS if check.writes and check.name in only]):
        raise UsageError(f"the check {writing[0]} writes: leave out --read-only")
    if not settings.text("identity.client_id"):
        raise SettingsError("identity.client_id is not set: register an application (docs/administrators.md)")
    checks = chosen(only, read_only=read_only)
    writes = any(check.writes for check in checks)
    if writes and not yes and not sys.stdin.isatty():
        raise UsageError("say --yes to write to the account without being asked, or --read-only")
    target = Path(folder)
    if not target.is_dir():
        raise UsageError(f"{folder} is no folder")
    _say(_plan(writes=writes, count=len(checks)))
    report = _report(settings, checks, writes=writes, yes=yes, read_only=read_only)
    files = _written(report, target)
    if as_json:
        print(to_json(report), end="")
    else:
        print(report.text())
    _say(f"The report is in {files[0]} and {files[1]}: no titles, names, addresses or ids of the account.")
    if any(check.name == CLEAN_UP.name and check.status is CheckStatus.FAILED for check in report.checks):
        _say("Something may be left in the account: `carlendar acceptance --only leftovers` removes it.")
    if report.interrupted:
        return INTERRUPTED
    return 1 if report.count(CheckStatus.FAILED) else 0


def _report(
    settings: Settings, checks: Sequence[AcceptanceCheck], *, writes: bool, yes: bool, read_only: bool
) -> AcceptanceReport:
    parts = microsoft(settings)
    world = _surroundings()
    recorder = Recorder(parts.http, world.seconds, world.pause)
    tenant = settings.text("identity.tenant")
    client_id, vault = settings.text("identity.client_id"), MemoryVault()
    identity = MicrosoftIdentity(parts.cloud, client_id, vault, recorder, tenant=tenant, version=__version__)
    tenants = TenantDirectory(parts.cloud, recorder, vault, identity.tenant_of)
    policy = TenantPolicy(settings.names("identity.tenants_allowed"), tenants)
    scopes = (*READ_SCOPES, *(WRITE_SCOPES if writes else ()))
    made = AcceptanceRun(world, parts.cloud, identity, recorder, scopes, world.token())
    made.allows = lambda tenant: policy.allows(tenant, ask=True) is True
    runner = Runner(made, lambda address: yes or _agreed(address), _progress)
    try:
        return runner.report(checks, tenant=tenant, read_only=read_only)
    finally:
        recorder.close()


def _surroundings() -> RunEnvironment:
    elapsed = host.elapsed_clock()
    wall = host.wall_clock(elapsed)
    links = DesktopLinkOpener()
    return RunEnvironment(
        now=wall.now,
        seconds=elapsed.seconds,
        pause=time.sleep,
        say=_say,
        token=lambda: secrets.token_hex(6),
        open_url=links.open if links.available() else None,
    )


def _plan(*, writes: bool, count: int) -> str:
    """Return the description of what will be done."""
    lines = [
        f"This runs {count} checks against Microsoft's service with your own account. You sign in for it;",
        "nothing is stored on this computer, and the report contains none of your data.",
    ]
    if writes:
        lines += [
            "It writes to your account: a few events a week ahead (shown as free, without other people), one",
            'invitation and one message from you to yourself. Their titles begin with "Carlendar acceptance',
            'check". It removes all of them at the end, also after Ctrl+C; what a run could not remove, the next',
            "one finds. Removed messages are in Deleted Items. You are asked before anything is written.",
        ]
    else:
        lines.append("It only reads.")
    return "\n".join(lines)


def _agreed(address: str) -> bool:
    try:
        answer = input(one_line(f"Write to the calendar and mailbox of {address}? [y/N] "))
    except EOFError:
        return False
    return answer.strip().lower() in ("y", "yes")


def _progress(result: CheckResult) -> None:
    reason = f": {result.reason}" if result.reason else ""
    _say(one_line(f"{result.status.value:<8} {result.title}{reason}"))


def _say(text: str) -> None:
    """Print to standard error: standard output is for the report."""
    print(text, file=sys.stderr, flush=True)


def _written(report: AcceptanceReport, folder: Path) -> tuple[Path, Path]:
    """Write the report as JSON and as text, readable by the user only; never overwrite one."""
    stamp = report.started[:19].replace(":", "").replace("T", "-")
    for number in range(100):
        name = f"carlendar-acceptance-{stamp}{f'-{number}' if number else ''}"
        files = folder / f"{name}.json", folder / f"{name}.txt"
        if not any(file.exists() for file in files):
            for file, text in zip(files, (to_json(report), report.text() + "\n"), strict=True):
                file.touch(mode=_PERMISSION)
                file.write_text(text, encoding="utf-8")
            return files
    raise UsageError("there are too many reports in this folder")
