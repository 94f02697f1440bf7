"""`carlendar fleet tokens`: tokens for joining meetings over a car's data connection, until it is interrupted."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import ssl
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from carlendar.errors import SettingsError, UsageError
from carlendar.root_file import RootFile
from carlendar_fleet.calling.budget import MinuteBudget
from carlendar_fleet.calling.communication_services import CommunicationServices, Resource, resource_of
from carlendar_fleet.calling.server import CallingServer, server_context
from carlendar_fleet.calling.service import CallingService
from carlendar_fleet.calling.teams_token import TeamsTokenCheck
from carlendar_fleet.commands.data import data_folder
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.registry.authority import Authority, replace, write_private
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.vehicles import Vehicles

VARIABLE = "CARLENDAR_COMMUNICATION_SERVICES"
"""The environment variable with the connection string, where no file is given."""


def run(
    *,
    port: int,
    host: str,
    name: list[str],
    certificate: str,
    key: str,
    client_id: str,
    tenant: list[str],
    login: str,
    minutes: int,
    guests: bool,
    connection_file: str,
    azure_ca_file: str,
    data: str,
) -> int:
    """Serve until SIGINT or SIGTERM; returns 0. Raises UsageError."""
    resource = connection(RootFile(Path(connection_file).absolute()) if connection_file else None, os.environ)
    folder = data_folder(data)
    database = Database(folder.registry)
    try:
        context = _context(folder, certificate, key, name or ["localhost", host])
        azure_tls = ssl.create_default_context(cafile=azure_ca_file) if azure_ca_file else None
    except OSError as error:
        raise UsageError(f"a certificate cannot be used: {error.strerror or error}") from error
    azure = CommunicationServices(resource, _now, azure_tls)
    service = CallingService(
        Vehicles(database), MinuteBudget(database, minutes, _now, lambda: secrets.token_urlsafe(16)), azure,
        TeamsTokenCheck(client_id, _now, login=login, tenants=tuple(tenant)), guests=guests, now=_now,
    )  # fmt: skip
    try:
        asyncio.run(_serve(CallingServer(service, context), azure, host, port))
    except OSError as error:
        raise UsageError(f"{host}:{port} cannot be used: {error.strerror or error}") from error
    finally:
        database.close()
    return 0


async def _serve(server: CallingServer, azure: CommunicationServices, host: str, port: int) -> None:
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    try:
        print(f"Listening on {host}:{await server.start(host, port)}", flush=True)
        await stopped.wait()
    finally:
        await server.stop()
        await azure.close()


def connection(file: RootFile | None, environment: Mapping[str, str]) -> Resource:
    """Return the resource by its connection string, from a file that root alone can write and others cannot read.

    Without a file it is taken from the environment. Raises UsageError.
    """
    if file is None:
        text = environment.get(VARIABLE, "")
        if not text:
            raise UsageError(f"give Azure's connection string by --connection-file or by {VARIABLE}")
        return resource_of(text)
    try:
        if file.resolved().stat().st_mode & (stat.S_IROTH | stat.S_IXOTH):
            raise UsageError(f"{file.path} can be read by everyone: chmod 600 {file.path}")
        return resource_of(file.read().decode("ascii"))
    except OSError as error:
        raise UsageError(f"{file.path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise UsageError(f"{file.path} has no connection string") from None
    except SettingsError as error:
        raise UsageError(str(error)) from error


def _context(folder: DataFolder, certificate: str, key: str, names: list[str]) -> ssl.SSLContext:
    """The server's context; without files, with a new certificate of the fleet's authority. Raises OSError."""
    authority = Authority(folder.authority, _now())
    if certificate:
        return server_context(Path(certificate), Path(key), authority.certificate_file)
    made, made_key = authority.certify_server(dict.fromkeys(names), _now())
    files = folder.authority / "tokens.pem", folder.authority / "tokens.key"
    replace(files[0], made)
    write_private(files[1], made_key)
    return server_context(*files, authority.certificate_file)


def _now() -> datetime:
    return datetime.now(UTC)
