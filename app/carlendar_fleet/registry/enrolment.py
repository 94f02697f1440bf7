"""Enrols, certifies and revokes vehicles: the registry and the certificate authority together."""

from __future__ import annotations

from datetime import datetime, timedelta

from carlendar.errors import UsageError
from carlendar_fleet.registry.authority import Authority, pem
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.vehicles import Status, Vehicle, Vehicles

A_DAY = 10
"""Certificates that a vehicle gets within a day when it asks for them itself."""


class Enrolment:
    """What an administrator does with vehicles. Methods raise UsageError and StoreError."""

    def __init__(self, database: Database, authority: Authority) -> None:
        self.vehicles = Vehicles(database)
        self._authority = authority

    def certify(self, vehicle: str, request: bytes, now: datetime) -> bytes:
        """Return a certificate (PEM) for the request of an enrolled vehicle, which is active from now on."""
        found = self.vehicles.get(vehicle)
        certificate = self._authority.certify(request, found.id, found.brand, now)
        self.vehicles.certified(
            found.id, certificate.serial_number, certificate.not_valid_before_utc, certificate.not_valid_after_utc
        )
        return pem(certificate)

    def renew(self, vehicle: str, request: bytes, now: datetime) -> bytes:
        """Return a new certificate for a vehicle that asked for one over its present one.

        Raises UsageError if it has asked for too many, which would fill the registry.
        """
        if self.vehicles.get(vehicle).status is not Status.ACTIVE:
            return b""
        if self.vehicles.certified_since(vehicle, now - timedelta(days=1)) >= A_DAY:
            raise UsageError(f"{vehicle} has asked for {A_DAY} certificates within a day")
        return self.certify(vehicle, request, now)

    def revoke(self, vehicle: str, now: datetime) -> Vehicle:
        """Exclude a vehicle: ingestion refuses it at once, brokers when they read the list of revoked certificates."""
        self.vehicles.revoke(vehicle, now)
        self.list_revoked(now)
        return self.vehicles.get(vehicle)

    def list_revoked(self, now: datetime) -> None:
        """Rewrite the list of revoked certificates."""
        self._authority.list_revoked(self.vehicles.revoked_serials(), now)

    def renew_list(self, now: datetime) -> None:
        """Rewrite the list of revoked certificates if the present one is half-way to its end."""
        if self._authority.list_is_old(now):
            self.list_revoked(now)
