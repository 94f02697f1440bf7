"""Answers cars: offers the desired state, renews certificates, records results, and keeps drivers' settings."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from carlendar.errors import CarlendarError
from carlendar.telemetry.control import CommandResult, Desired, InstallCertificate, Reported, VehicleCommand
from carlendar.telemetry.driver_settings import SettingsRequest
from carlendar.telemetry.signing import sign
from carlendar_fleet.broker.topics import command, desired, settings_answer
from carlendar_fleet.control.orders import PENDING, Order, Orders
from carlendar_fleet.profiles.settings_service import SettingsService
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.enrolment import Enrolment
from carlendar_fleet.registry.vehicles import Status

LARGEST = 64 * 1024
"""Bytes of a message from a car."""

Publish = Callable[[str, bytes], None]
"""Publishes a payload on a topic."""

_log = logging.getLogger(__name__)


class ControlService:
    """The back end's part of the dialogue with cars, without a connection of its own. Used on one thread."""

    def __init__(
        self, database: Database, enrolment: Enrolment, key: Ed25519PrivateKey, now: Callable[[], datetime]
    ) -> None:
        self.orders = Orders(database)
        self._database, self._enrolment, self._key, self._now = database, enrolment, key, now
        self._settings = SettingsService(database)
        self._sent: set[str] = set()
        self._renewed_on = date.min
        self._version = database.others_wrote()
        self.counts: Counter[str] = Counter()

    def received(self, topic: str, payload: bytes, publish: Publish) -> None:
        """Take a message of a car. One that is malformed, or of a car that is not active, is counted and dropped."""
        match topic.split("/"):
            case ["vehicles", vehicle, ("reported" | "results" | "settings") as kind]:
                pass
            case _:
                return
        try:
            if len(payload) > LARGEST or self._enrolment.vehicles.get(vehicle).status is not Status.ACTIVE:
                raise ValueError(kind)  # noqa: TRY301 - handled as any other message that cannot be used
            if kind == "reported":
                self._report(vehicle, msgspec.json.decode(payload, type=Reported), publish)
            elif kind == "settings":
                asked = msgspec.json.decode(payload, type=SettingsRequest)
                answer = self._settings.answer(vehicle, asked, self._now())
                publish(settings_answer(vehicle), msgspec.json.encode(answer))
            else:
                self._result(vehicle, msgspec.json.decode(payload, type=CommandResult))
        except (ValueError, RecursionError, CarlendarError) as error:
            self.counts["refused"] += 1
            _log.warning("a message of a car was refused: %s", type(error).__name__)

    def _report(self, vehicle: str, reported: Reported, publish: Publish) -> None:
        self.counts["reported"] += 1
        if reported.certificate_request is not None:
            self._renew(vehicle, reported.certificate_request)
        if pending := self.orders.pending(vehicle, self._now()):
            self._sent.update(each.id for each in pending)
            documents = tuple(each.document.decode() for each in pending)
            publish(desired(vehicle), msgspec.json.encode(Desired(documents)))

    def _renew(self, vehicle: str, request: str) -> None:
        """Certify the car's new key, once for each request."""
        note = hashlib.sha256(request.encode()).hexdigest()
        if any(each.note == note and each.status == PENDING for each in self.orders.pending(vehicle, self._now())):
            return
        certificate = self._enrolment.renew(vehicle, request.encode(), self._now())
        self.give(InstallCertificate, vehicle, note=note, certificate=certificate.decode())

    def _result(self, vehicle: str, result: CommandResult) -> None:
        found = self.orders.recorded(vehicle, result)
        self.counts[f"result {result.outcome}" if found else "unknown result"] += 1

    def give(self, kind: type[VehicleCommand], vehicle: str, *, note: str = "", **fields: object) -> Order:
        """Sign a command with the back end's own key, and offer it. Raises UsageError."""
        drafted = self.orders.draft(kind, vehicle, self._now(), note=note, fields=fields)
        return self.orders.release(drafted.id, sign(msgspec.json.encode(drafted), self._key))

    def send_new(self, publish: Publish) -> None:
        """Send what other processes have ordered since the last call, to cars that may be connected now.

        Once a day, the list of revoked certificates is renewed in time.
        """
        if (today := self._now().date()) != self._renewed_on:
            self._enrolment.renew_list(self._now())
            self._renewed_on = today
        version = self._database.others_wrote()
        if version == self._version:
            return
        self.orders.expire(self._now())
        self._version = version
        for each in self.orders.all():
            if each.status == PENDING and each.id not in self._sent:
                self._sent.add(each.id)
                publish(command(each.vehicle, each.name), each.document)
