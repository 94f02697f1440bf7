"""Composition root of the service process (`carlendar service`)."""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Callable
from datetime import timedelta

from carlendar import __version__
from carlendar.domain.event import Event
from carlendar.domain.ports import LinkOpener, OnlineCall, Telemetry
from carlendar.i18n import catalogue
from carlendar.meetings.join_details import JoinDetails
from carlendar.microsoft.clouds import CALLING_SCOPES
from carlendar.platform.core_dumps import forbid_core_dumps
from carlendar.platform.links import DesktopLinkOpener
from carlendar.resources import asset
from carlendar.service.main import Paths, ServiceOptions, ServicePorts, ServiceProcess
from carlendar.settings import Settings, load
from carlendar.store.retention import RetentionLimits
from carlendar.wiring import calendar_sources, host, log_output
from carlendar.wiring.calendar_sources import Accounts
from carlendar.wiring.calling_tokens import calling_tokens
from carlendar.wiring.dependencies import ServiceDependencies
from carlendar.wiring.environment import forget_foreign
from carlendar.wiring.microsoft import VAULT, microsoft
from carlendar.wiring.online import online_call
from carlendar.wiring.process_start import started
from carlendar.wiring.telemetry import telemetry
from carlendar.wiring.travel import travel

LINGER = 30.0
"""Elapsed seconds that a service keeps running without a screen, unless systemd manages it."""


def run(*, standing: bool = True) -> int:
    """Serve with the car's dependencies until SIGTERM; `standing` for a service that keeps running without a screen."""
    forget_foreign(os.environ)
    settings, elapsed = load(), host.elapsed_clock()
    wall, network = host.wall_clock(elapsed), host.network_state()
    dependencies = ServiceDependencies(settings, elapsed, wall, network, online=online_call(settings, elapsed))
    return serve(dependencies, standing=standing)


def serve(dependencies: ServiceDependencies, *, standing: bool) -> int:
    """Serve with these dependencies until SIGTERM; return the exit code."""
    log_output.configure()
    forbid_core_dumps()
    settings = dependencies.settings
    accounts = calendar_sources.accounts(settings, microsoft(settings), dependencies.wall)
    return ServiceProcess(paths(settings), ports(dependencies, accounts), options(settings, standing=standing)).run()


def paths(settings: Settings) -> Paths:
    """Return the service's paths."""
    return Paths(settings.data_folder, settings.socket, (settings.data_folder / VAULT,))


def ports(dependencies: ServiceDependencies, accounts: Accounts) -> ServicePorts:
    """Return the service's ports."""
    settings, locale = dependencies.settings, asset("locale")
    fleet = telemetry(settings, dependencies.elapsed, dependencies.wall, pace=dependencies.telemetry_pace)
    return ServicePorts(
        identity=accounts.identity,
        source_of=accounts.source_of,
        actions_of=accounts.actions_of,
        extract=extractor(settings),
        text_of=_text_of,
        wall=dependencies.wall,
        elapsed=dependencies.elapsed,
        network=dependencies.network,
        chance=random.random,
        new_id=lambda: uuid.uuid4().hex,
        open_url=_browser(DesktopLinkOpener()),
        forget=_forget(accounts.cloud.vault.erase, fleet),
        locale_of=accounts.locale_of,
        fetch_avatar=accounts.fetch_avatar,
        words=lambda language: catalogue.load(language, locale),
        languages=catalogue.available(locale),
        signed_in=accounts.cloud.signed_in,
        tenants=accounts.cloud.tenants,
        telemetry=fleet,
        travel=travel(settings, dependencies.wall, dependencies.navigation),
        started=lambda: started(dependencies.elapsed.seconds()),
        roles_of=accounts.cloud.roles_of,
        in_call=accounts.cloud.in_call,
        online=_online(dependencies, accounts),
        settings_key=accounts.cloud.settings_key if fleet is not None else None,
        subscriptions=accounts.book if settings.switch("feeds.allowed") else None,
    )


def _online(dependencies: ServiceDependencies, accounts: Accounts) -> Callable[[], OnlineCall] | None:
    """What creates the adapter that joins over data."""
    make = dependencies.online
    if make is None:
        return None
    return lambda: make(calling_tokens(dependencies.settings, accounts.cloud, dependencies.wall))


def options(settings: Settings, *, standing: bool) -> ServiceOptions:
    """Return the service's options, from the settings."""
    days = settings.number("data.days_kept")
    return ServiceOptions(
        code=__version__,
        scopes=settings.names("identity.scopes"),
        boot_id=host.boot_id(),
        limits=RetentionLimits(past=timedelta(days=days)),
        linger=None if standing else LINGER,
        environment=os.environ if standing else {},
        more_scopes=settings.names("identity.extra_scopes"),
        optional_scopes=settings.names("identity.optional_scopes"),
        calling_scopes=CALLING_SCOPES if settings.text("online.tokens_url") else (),
        tenants_allowed=settings.names("identity.tenants_allowed"),
        feeds=settings.names("feeds.subscriptions"),
        feeds_profile=settings.text("feeds.profile"),
        feeds_owners=tuple(each.lower() for each in settings.names("feeds.owner_addresses")),
    )


def extractor(settings: Settings) -> Callable[[Event, str], JoinDetails]:
    """Return a function that finds the join details of a meeting for the phone's country."""
    region = settings.text("telephone.region") or "DE"

    def extract(event: Event, body: str) -> JoinDetails:
        from carlendar.meetings.extract import find_join_details  # 5 MiB, not needed until there is something to read

        return find_join_details(event, body, region)

    return extract


def _forget(vault: Callable[[], None], fleet: Telemetry | None) -> Callable[[], None]:
    """Return what deletes data that is not in the databases: the vault's, and that of telemetry."""

    def forget() -> None:
        try:
            if fleet is not None:
                fleet.erase()
        finally:
            vault()

    return forget


def _text_of(body: str) -> str:
    from carlendar.meetings.html import text_of  # as above

    return text_of(body)


def _browser(links: LinkOpener) -> Callable[[str], None] | None:
    return links.open if links.available() else None
