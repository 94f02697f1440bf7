"""Answers cars: a token for the driver or a guest, and how long a call lasted.

A token of a driver is checked and exchanged, and never stored or logged.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from msgspec import Meta

from carlendar.domain.base import Value
from carlendar_fleet.calling.budget import Lease, MinuteBudget
from carlendar_fleet.calling.communication_services import AccessToken, CommunicationServices
from carlendar_fleet.calling.rate_limit import RateLimit
from carlendar_fleet.calling.refusal import Reason, TokenRefusedError
from carlendar_fleet.calling.teams_token import LEAST_LEFT, LONGEST, TeamsTokenCheck
from carlendar_fleet.registry.vehicles import Status, Vehicles

EXCHANGES, EXCHANGE_WINDOW = 500, 30.0
"""Azure's limit of exchanges, and its window in seconds."""
OF_ONE_CAR, CAR_WINDOW = 10, 300.0
"""The limit of one car, so that none uses up the others' share."""

_log = logging.getLogger(__name__)


class TokenRequest(Value, frozen=True):
    """What a car sends for a token: the driver's Entra token, or nothing for a guest."""

    teams_token: Annotated[str, Meta(max_length=LONGEST)] = ""


class TokenAnswer(Value, frozen=True, omit_defaults=False):
    """What it gets. With `lease` it reports how long the call lasted."""

    token: str
    expires: datetime
    identity: str
    lease: str


class TokenUsage(Value, frozen=True):
    """How many minutes a token was used for, begun ones included; 0 if it was not used."""

    lease: Annotated[str, Meta(max_length=64)]
    minutes: Annotated[int, Meta(ge=0, le=2_000)]


class CallingService:
    """The service for registered cars. `seconds` is a monotonic clock.

    Database and limits are used on the thread of the event loop alone.
    """

    def __init__(
        self, vehicles: Vehicles, budget: MinuteBudget, azure: CommunicationServices, check: TeamsTokenCheck,
        *, guests: bool = True, now: Callable[[], datetime], seconds: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._vehicles, self._budget, self._azure, self._check = vehicles, budget, azure, check
        self._guests, self._now, self._seconds = guests, now, seconds
        self._exchanges = RateLimit(EXCHANGES, EXCHANGE_WINDOW, seconds)
        self._cars: dict[str, RateLimit] = {}

    def admit(self, vehicle: str, serial: int) -> None:
        """Raise TokenRefusedError unless the certificate is a valid one of an active vehicle."""
        status = self._vehicles.status_of_certificate(vehicle, serial)
        if status is None:
            raise TokenRefusedError(Reason.NOT_REGISTERED)
        if status is not Status.ACTIVE:
            raise TokenRefusedError(Reason.REVOKED)

    async def token(self, vehicle: str, request: TokenRequest) -> TokenAnswer:
        """Return a token for a car that was admitted. Raises TokenRefusedError."""
        self._budget.require(vehicle)
        self._limit_car(vehicle)
        if request.teams_token:
            return await self._of_driver(vehicle, request.teams_token)
        return await self._of_guest(vehicle)

    async def used(self, vehicle: str, usage: TokenUsage) -> None:
        """Count what was used; a lease that is unknown or settled is ignored."""
        lease = self._budget.settle(usage.lease, vehicle, usage.minutes)
        if lease is not None and lease.guest:
            await self._delete_guest(lease)

    async def tidy(self) -> None:
        """Delete guests whose token has expired."""
        for lease in self._budget.expired_guests():
            await self._delete_guest(lease)
        self._cars = {vehicle: limit for vehicle, limit in self._cars.items() if not limit.idle}

    async def _of_driver(self, vehicle: str, token: str) -> TokenAnswer:
        person = self._check.check(token)
        if wait := self._exchanges.wait():
            raise TokenRefusedError(Reason.TOO_MANY, wait)
        lease = self._budget.reserve(vehicle, person.expires)
        try:
            issued = await self._azure.exchange(token, self._check.client_id, person.object_id)
            self._require_time(issued)
        except BaseException:
            self._budget.settle(lease.id, vehicle, 0)
            raise
        return TokenAnswer(issued.token, issued.expires, "user", lease.id)

    async def _of_guest(self, vehicle: str) -> TokenAnswer:
        if not self._guests:
            raise TokenRefusedError(Reason.GUESTS_OFF)
        made = await self._azure.guest()
        lease = self._budget.reserve(vehicle, made.access.expires, made.identity.id)
        return TokenAnswer(made.access.token, made.access.expires, "guest", lease.id)

    def _limit_car(self, vehicle: str) -> None:
        limit = self._cars.setdefault(vehicle, RateLimit(OF_ONE_CAR, CAR_WINDOW, self._seconds))
        if wait := limit.wait():
            raise TokenRefusedError(Reason.TOO_MANY, wait)

    def _require_time(self, issued: AccessToken) -> None:
        if issued.expires - self._now() <= LEAST_LEFT:
            raise TokenRefusedError(Reason.TOKEN_EXPIRES)

    async def _delete_guest(self, lease: Lease) -> None:
        try:
            await self._azure.delete_guest(lease.guest)
        except TokenRefusedError as error:
            _log.warning("a guest was not deleted: %s", error.reason)  # and is tried again after its token expires
            return
        self._budget.guest_deleted(lease)
