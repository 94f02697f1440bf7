"""The control service's connection to the broker."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import paho.mqtt.client as mqtt
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from carlendar.errors import StoreError
from carlendar_fleet.broker.connection import Address, client, connect
from carlendar_fleet.broker.mosquitto import Credentials
from carlendar_fleet.broker.topics import CONTROL, REPORTED, RESULTS, SETTINGS
from carlendar_fleet.control.service import ControlService

RETRY_SECONDS = 1.0
POLL_SECONDS = 0.25
_log = logging.getLogger(__name__)


class MqttControl:
    """Runs a control service until it is stopped."""

    def __init__(self, service: ControlService, address: Address, credentials: Credentials) -> None:
        self._service, self._address, self._credentials = service, address, credentials
        self._stopped = self._connected = False
        self.on_connected: Callable[[], None] = lambda: None

    def stop(self) -> None:
        """End `run`. May be called from a signal handler or another thread."""
        self._stopped = True

    def run(self) -> None:
        """Answer cars, and connect again whenever the connection is lost."""
        while self._goes_on():
            try:
                self._session()
            except OSError as error:
                _log.warning("the control service was interrupted: %s", type(error).__name__)
            except StoreError as error:
                _log.warning("the control service was interrupted: %s", error)
            self._pause()

    def _pause(self) -> None:
        end = time.monotonic() + RETRY_SECONDS
        while self._goes_on() and time.monotonic() < end:
            time.sleep(0.05)

    def _session(self) -> None:
        made = client(CONTROL, self._credentials)
        made.on_connect, made.on_message, made.on_disconnect = self._on_connect, self._on_message, self._on_disconnect
        connect(made, self._address)
        try:
            while made.loop(POLL_SECONDS) == mqtt.MQTT_ERR_SUCCESS and self._goes_on():
                if self._connected:
                    self._service.send_new(lambda topic, payload: _publish(made, topic, payload))
        finally:
            self._connected = False
            made.disconnect()

    def _goes_on(self) -> bool:
        return not self._stopped

    def _on_connect(
        self, made: mqtt.Client, _data: object, _flags: mqtt.ConnectFlags, code: ReasonCode, _more: Properties | None
    ) -> None:
        if not code.is_failure:
            made.subscribe([(REPORTED, 1), (RESULTS, 1), (SETTINGS, 1)])
            self._connected = True
            self.on_connected()

    def _on_disconnect(self, *_values: object) -> None:
        self._connected = False

    def _on_message(self, made: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        self._service.received(
            message.topic, bytes(message.payload), lambda topic, payload: _publish(made, topic, payload)
        )  # fmt: skip


def _publish(made: mqtt.Client, topic: str, payload: bytes) -> None:
    made.publish(topic, payload, qos=1)
