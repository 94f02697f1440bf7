"""The HTTPS server for cars: TLS with the certificates of the registry on both sides, JSON in and out.

`POST /v1/token` and `POST /v1/usage`; a refusal is `{"error": KEY}` with its status and, where it makes sense to come
back, `Retry-After`. Revoked cars are refused by the registry with each request, not by the authority's list, which has
a period.
"""

from __future__ import annotations

import asyncio
import logging
import math
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec
from aiohttp import web
from cryptography import x509
from cryptography.x509.oid import NameOID

from carlendar.domain.base import Value, to_json
from carlendar.errors import StoreError
from carlendar_fleet.calling.refusal import Reason, TokenRefusedError
from carlendar_fleet.calling.service import CallingService, TokenRequest, TokenUsage

LARGEST = 32_768
"""Maximum size of a request's body in bytes."""
REQUEST_SECONDS = 20.0
IDLE_SECONDS = 30.0
STOP_SECONDS = 2.0
TIDY_EVERY = 300.0
_TURNS = 5
"""Iterations of the event loop that release aborted connections."""

_log = logging.getLogger(__name__)
_V = TypeVar("_V", bound=Value)


def server_context(certificate: Path, key: Path, authority: Path) -> ssl.SSLContext:
    """A server's context that admits clients with a certificate of the fleet's authority alone. Raises OSError."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(authority))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(certificate, key)
    return context


class CallingServer:
    """Serves a `CallingService`."""

    def __init__(self, service: CallingService, context: ssl.SSLContext) -> None:
        self._service, self._context = service, context
        self._runner: web.AppRunner | None = None
        self._tidying: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int) -> int:
        """Start serving and return the port; 0 takes a free one. Raises OSError."""
        app = web.Application(client_max_size=LARGEST)
        app.router.add_post("/v1/token", self._token)
        app.router.add_post("/v1/usage", self._usage)
        self._runner = web.AppRunner(
            app, access_log=None, keepalive_timeout=IDLE_SECONDS, shutdown_timeout=STOP_SECONDS
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port, ssl_context=self._context)
        await site.start()
        self._tidying = asyncio.create_task(self._tidy())
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop serving."""
        if self._tidying is not None:
            self._tidying.cancel()
        if self._runner is None:
            return
        server = self._runner.server
        connections = [each.transport for each in server.connections] if server is not None else []
        await self._runner.cleanup()
        for connection in connections:
            if connection is not None:
                with suppress(AttributeError):  # Python 3.11: a TLS transport that was closed twice
                    connection.abort()  # a clean end of TLS would wait for a peer that may be gone
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    async def _token(self, request: web.Request) -> web.Response:
        async def answer(vehicle: str) -> web.Response:
            given = await _body(request, TokenRequest)
            return _json(to_json(await self._service.token(vehicle, given)))

        return await self._answer(request, answer)

    async def _usage(self, request: web.Request) -> web.Response:
        async def answer(vehicle: str) -> web.Response:
            await self._service.used(vehicle, await _body(request, TokenUsage))
            return web.Response(status=204)

        return await self._answer(request, answer)

    async def _answer(self, request: web.Request, answer: Callable[[str], Awaitable[web.Response]]) -> web.Response:
        vehicle = ""
        try:
            vehicle, serial = _client(request)
            self._service.admit(vehicle, serial)
            return await asyncio.wait_for(answer(vehicle), REQUEST_SECONDS)
        except TokenRefusedError as refusal:
            _log.info("%s was refused: %s", vehicle or "a client", refusal.reason)
            return _refused(refusal)
        except TimeoutError:
            return _refused(TokenRefusedError(Reason.AZURE_FAILED, REQUEST_SECONDS))
        except StoreError as error:
            _log.error("the registry failed: %s", type(error).__name__)
            return _refused(TokenRefusedError(Reason.AZURE_FAILED, REQUEST_SECONDS))

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(TIDY_EVERY)
            try:
                await self._service.tidy()
            except StoreError as error:
                _log.error("the registry failed: %s", type(error).__name__)


def _client(request: web.Request) -> tuple[str, int]:
    """Return the vehicle's id and the serial number of its certificate, which TLS has verified."""
    connection = request.transport.get_extra_info("ssl_object") if request.transport is not None else None
    encoded = connection.getpeercert(binary_form=True) if connection is not None else None
    if not encoded:
        raise TokenRefusedError(Reason.NOT_REGISTERED)
    certificate = x509.load_der_x509_certificate(encoded)
    names = [each.value for each in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if len(names) != 1 or not isinstance(names[0], str):
        raise TokenRefusedError(Reason.NOT_REGISTERED)
    return names[0], certificate.serial_number


async def _body(request: web.Request, kind: type[_V]) -> _V:
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except web.HTTPRequestEntityTooLarge:
        raise TokenRefusedError(Reason.BAD_REQUEST) from None
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise TokenRefusedError(Reason.BAD_REQUEST) from None  # the errors quote the content


def _json(body: bytes, status: int = 200) -> web.Response:
    headers = {"Cache-Control": "no-store"}
    return web.Response(body=body, status=status, content_type="application/json", headers=headers)


def _refused(refusal: TokenRefusedError) -> web.Response:
    response = _json(msgspec.json.encode({"error": refusal.reason.value}), refusal.status)
    if refusal.retry_after > 0:
        response.headers["Retry-After"] = str(math.ceil(refusal.retry_after))
    return response
