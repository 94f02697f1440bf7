"""`carlendar emulator cloud`: the cloud alone, for any Graph client, until it is interrupted."""

from __future__ import annotations

import asyncio
import json
import signal
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from carlendar.errors import UsageError
from carlendar_devtools.emulator.child_process import scratch
from carlendar_devtools.emulator.cloud.faults import Fault
from carlendar_devtools.emulator.cloud.refusals import REFUSALS
from carlendar_devtools.emulator.cloud.running import SinceBoot, StartedAt
from carlendar_devtools.emulator.cloud.server import CloudServer
from carlendar_devtools.emulator.cloud.tokens import ACCESS_LIFE
from carlendar_devtools.emulator.port import port_error
from carlendar_devtools.emulator.world.library import scenario_file
from carlendar_devtools.emulator.world.scenario import load_world
from carlendar_devtools.emulator.world.world import World

SCOPES = ("User.Read", "Calendars.Read")


@dataclass(frozen=True, slots=True)
class RunFaults:
    """The faults and refusals of a run, and how they are controlled."""

    faults: tuple[Fault, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    """Addresses, each with the name of the refusal (`refusals.REFUSALS`) of its sign-ins."""
    token_seconds: float = ACCESS_LIFE
    controlled: bool = False
    """Whether the controls are served over HTTP."""


NO_FAULTS = RunFaults()


def run(
    port: int,
    approve: str | None,
    scenario: str,
    at: datetime | None,
    *,
    as_json: bool,
    out: TextIO,
    planned: RunFaults = NO_FAULTS,
) -> int:
    """Serve until SIGINT or SIGTERM, and return 0.

    With `approve` every sign-in is granted immediately as that address; `at` is the start of the scenario, now if None.
    Once ready, the connection details are written to `out`, as one line of JSON or as text. Raises UsageError for an
    unknown scenario or person, ServiceError for a port in use.
    """
    begin = at if at is not None else datetime.now(UTC).astimezone()
    world = load_world(scenario_file(scenario), begin)
    if approve is not None:
        _check_person(world, approve)
    for address, reason in planned.refused:
        _check_person(world, address)
        if reason not in REFUSALS:
            raise UsageError(f"there is no refusal {reason}; there are: {', '.join(REFUSALS)}")
    with scratch("carlendar-cloud-") as folder:
        cloud = _server(world, begin, folder, port, controlled=planned.controlled)
        cloud.auto_approve(approve)
        _plan(cloud, planned)
        asyncio.run(_serve(cloud, as_json=as_json, out=out))
    return 0


def _plan(cloud: CloudServer, planned: RunFaults) -> None:
    cloud.identity.tokens.life = planned.token_seconds
    for fault in planned.faults:
        cloud.inject(fault)
    for address, reason in planned.refused:
        cloud.disable(address, reason)


def _server(world: World, begin: datetime, folder: Path, port: int, *, controlled: bool) -> CloudServer:
    try:
        return CloudServer(world, StartedAt(begin), SinceBoot(), folder, port, controlled=controlled)
    except (OSError, OverflowError) as err:
        raise port_error(port, err) from err


def _check_person(world: World, address: str) -> None:
    try:
        world.person(address)
    except LookupError as err:
        known = ", ".join(mailbox.person.address for mailbox in world.people)
        raise UsageError(f"the scenario has no person with the address {address}; there are: {known}") from err


async def _serve(cloud: CloudServer, *, as_json: bool, out: TextIO) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await cloud.start()
    try:
        out.write(_as_json(cloud) if as_json else _for_people(cloud))
        out.flush()
        await stopped.wait()
    finally:
        await cloud.stop()


def _as_json(cloud: CloudServer) -> str:
    status = {
        "graph": cloud.graph,
        "authority": cloud.authority,
        "ca": str(cloud.ca_file),
        "client_id": cloud.client_id,
        "scopes": list(SCOPES),
        "people": [{"name": person.name, "address": person.address} for person in cloud.people],
        "verification": cloud.verification,
        "communication": cloud.communication.connection,
    }
    return json.dumps(status | ({"control": cloud.control} if cloud.control else {})) + "\n"


def _for_people(cloud: CloudServer) -> str:
    people = "\n".join(f"  {person.name} <{person.address}>" for person in cloud.people)
    control = f"Control    {cloud.control}\n" if cloud.control else ""
    return (
        f"The emulated Microsoft cloud is ready ({cloud.world.title}).\n"
        f"Graph      {cloud.graph}\nAuthority  {cloud.authority}\nCA         {cloud.ca_file}\n"
        f"Client     {cloud.client_id}\nSign in at {cloud.verification}\n{control}"
        f"Communication Services {cloud.communication.connection}\nPeople\n{people}\nCtrl+C ends it.\n"
    )
