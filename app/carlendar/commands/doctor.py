"""`carlendar doctor`: what works on this machine, one line each, with the fix."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from carlendar.brands import library
from carlendar.domain.ports import WallClock
from carlendar.errors import CarlendarError, FeedError, SettingsError, VaultError
from carlendar.icalendar.subscription_store import show
from carlendar.microsoft.session import Timeouts
from carlendar.microsoft.vault import Vault
from carlendar.platform import bus_probes, probes
from carlendar.platform.probes import Check
from carlendar.presentation import reasons
from carlendar.settings import Settings, load
from carlendar.store.events import EventStore
from carlendar.store.user import UserStore
from carlendar.wiring import call_keys, car_sounds, databroker, fonts, host, online, reachability, speech, travel_check
from carlendar.wiring.erasing import resume
from carlendar.wiring.microsoft import chosen_cloud, http_session
from carlendar.wiring.network import network, require_certificates
from carlendar.wiring.reachability import Reached

_OF_ITS_CONTENT = frozenset(
    {"feed_file", "feed_size", "feed_text", "feed_endless", "feed_limits", "feed_quarantined", "gone"}
)
"""Failures of a subscription that no later try repairs."""


def run(*, as_json: bool) -> int:
    """Print every check; returns 0 if all passed, 1 otherwise."""
    checks = [*_checks(load())]
    if as_json:
        print(json.dumps({"checks": [check.to_json() for check in checks]}))
    else:
        _print(checks)
    return 0 if all(check.ok for check in checks) else 1


def _checks(settings: Settings) -> Iterator[Check]:
    elapsed = host.elapsed_clock()
    wall = host.wall_clock(elapsed)
    vault = settings.data_folder / "vault"
    allowed = settings.switch("identity.key_file_storage")
    reached = cache(lambda: _reached(settings, wall))
    tries: tuple[tuple[str, Callable[[], Check]], ...] = (
        ("settings", lambda: _settings(settings)),
        ("display", probes.check_display),
        ("role", lambda: _role(settings)),
        ("brand", lambda: _brand(settings)),
        ("opengl", probes.check_gl),
        ("fonts", fonts.check),
        ("dbus", bus_probes.check_dbus),
        ("telephone", bus_probes.check_telephone),
        ("speech", lambda: speech.check(settings)),
        ("sounds", lambda: car_sounds.check(settings)),
        ("keys", lambda: call_keys.check(settings)),
        ("assistant", lambda: bus_probes.check_assistant(settings.text("assistant.name"))),
        ("databroker", lambda: databroker.check(settings)),
        ("navigation", lambda: travel_check.check(settings, wall)),
        ("clock", lambda: reachability.check_clock(probes.check_clock(wall, elapsed), reached())),
        ("network", lambda: _network(settings, reached())),
        ("secrets", lambda: _secrets(vault, key_file_allowed=allowed)),
        ("sign-in", lambda: _sign_in(settings)),
        ("online", lambda: online.check(settings)),
        ("subscriptions", lambda: _subscriptions(settings)),
    )
    for name, check in tries:
        try:
            yield check()
        except (CarlendarError, OSError) as error:
            yield Check(name, ok=False, detail=str(error), fix=None)


def _reached(settings: Settings, wall: WallClock) -> tuple[Reached, ...]:
    """Check that Microsoft's hosts, or those of the configured cloud, can be reached."""
    cloud = chosen_cloud(settings)
    own = bool(settings.text("identity.authority"))
    with http_session(settings, cloud, timeouts=Timeouts(5.0, 5.0, 10.0)) as http:
        probe = "" if own else reachability.PORTAL_PROBE
        return reachability.reach(http, cloud, settings.text("identity.tenant"), wall.now, probe)


def _network(settings: Settings, reached: tuple[Reached, ...]) -> Check:
    return reachability.check_network(host.network_state(), reached, proxy=network(settings).proxy)


def _settings(settings: Settings) -> Check:
    """Check that all given settings are in effect and the certificate files usable."""
    try:
        require_certificates(settings)
        network(settings)
    except SettingsError as error:
        return Check("settings", ok=False, detail=str(error), fix="correct the setting (carlendar config shows it)")
    if not settings.notices:
        return Check("settings", ok=True, detail="all that was set counts", fix=None)
    fix = "remove what does not count, or make it root's (docs/commands-and-settings.md)"
    return Check("settings", ok=False, detail="; ".join(settings.notices), fix=fix)


def _secrets(folder: Path, *, key_file_allowed: bool) -> Check:
    """Check where the key of the token cache is kept, and whether it is available."""
    check = bus_probes.check_secrets(folder / "vault.key", key_file_allowed=key_file_allowed)
    if not check.ok:
        return check
    try:
        Vault(folder, allow_key_file=key_file_allowed).source()
    except VaultError as error:
        return Check("secrets", ok=False, detail=str(error), fix="unlock the keyring of this user")
    return check


def _role(settings: Settings) -> Check:
    """Check the display's role; a passenger display that is bound to a missing one counts as the driver's."""
    if settings.text("display.role") != "passenger":
        return Check("role", ok=True, detail="the driver's display", fix=None)
    name = settings.text("display.output")
    if host.output(settings).connected():
        return Check("role", ok=True, detail=f"the passenger's display, while {name} is connected", fix=None)
    missing = f"{name} is not connected" if name else "no display.output is named"
    fix = "name the display's connector (ls /sys/class/drm) in the platform file's display.output"
    return Check("role", ok=False, detail=f"declared the passenger's, but {missing}: the driver's", fix=fix)


def _brand(settings: Settings) -> Check:
    """Which brand is drawn, and why the chosen one is refused."""
    brand, why = library.usable(settings.text("display.brand"))
    if why:
        fix = "correct the brand (`carlendar brand check FOLDER` checks it), or name another in display.brand"
        return Check("brand", ok=False, detail=f"the neutral brand is drawn, because {why}", fix=fix)
    return Check("brand", ok=True, detail=brand.title, fix=None)


def _sign_in(settings: Settings) -> Check:
    resume(settings)
    if not settings.text("identity.client_id"):
        register = "register an application (docs/administrators.md) and set identity.client_id"
        return Check("sign-in", ok=False, detail="identity.client_id is not set", fix=register)
    folder = settings.data_folder
    accounts = UserStore(folder).accounts() if folder.exists() else ()
    waiting = [account for account in accounts if account.reason]
    detail = f"{len(accounts)} signed in" if not waiting else f"{len(waiting)} of {len(accounts)} must sign in again"
    fix = None if accounts and not waiting else "sign in on the screen, or by `carlendar sign-in`"
    return Check("sign-in", ok=fix is None, detail=detail, fix=fix)


def _subscriptions(settings: Settings) -> Check:
    """Check that the subscribed calendars are up to date, and those in the settings usable."""
    private = settings.switch("feeds.private_addresses")
    wrong: list[str] = []
    for number, source in enumerate(settings.names("feeds.subscriptions"), 1):
        try:
            show(source, private=private)
        except FeedError as error:  # the address itself is a secret
            wrong.append(f"feeds.subscriptions, entry {number}: {error}")
    fixes: list[str] = []
    folder = settings.data_folder
    feeds = [account for account in UserStore(folder).accounts() if account.is_feed] if folder.exists() else []
    errors = {each.account_id: each.error for each in EventStore(folder).statuses()} if feeds else {}
    for account in feeds:
        if key := errors.get(account.id):
            what, fix = reasons.explained(key, host=account.address)
            wrong.append(f"{account.name}: {what}")
            fixes += [] if key in _OF_ITS_CONTENT else [fix]
    if not wrong:
        return Check("subscriptions", ok=True, detail=f"{len(feeds)} calendars, all up to date", fix=None)
    fixes.append("correct the address, or remove the calendar (carlendar accounts --remove-feed NAME)")
    return Check("subscriptions", ok=False, detail="; ".join(wrong), fix="; ".join(dict.fromkeys(fixes)))


def _print(checks: list[Check]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False)
    for check in checks:
        mark = Text("ok", "green") if check.ok else Text("no", "bold red")
        text = check.detail if check.fix is None else f"{check.detail}\n→ {check.fix}"
        table.add_row(mark, check.name, Text(text))
    Console().print(table)
