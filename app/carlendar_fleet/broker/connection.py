"""How the back end's clients connect to a broker: MQTT 5 over TLS with a certificate."""

from __future__ import annotations

import ssl

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from carlendar.domain.base import Value
from carlendar_fleet.broker.mosquitto import Credentials

KEEP_ALIVE = 60
SESSION_SECONDS = 8 * 3600
"""How long a broker keeps the session of a client that is away; Event Grid allows no more."""
RECEIVE_MAXIMUM = 65_535
"""The most messages that are under way without an acknowledgement, which follows the commit."""


class Address(Value, frozen=True):
    """Where a broker listens."""

    host: str
    port: int = 8883


def tls(credentials: Credentials) -> ssl.SSLContext:
    """The TLS context of a client. Raises OSError if a file cannot be used."""
    context = ssl.create_default_context(cafile=str(credentials.authority))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(credentials.certificate, credentials.key)
    return context


def client(name: str, credentials: Credentials, *, manual_ack: bool = False, reconnects: bool = False) -> mqtt.Client:
    """A client that is not connected yet. Raises OSError if the credentials cannot be used."""
    made = mqtt.Client(
        CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5, manual_ack=manual_ack,
        reconnect_on_failure=reconnects,
    )  # fmt: skip
    made.tls_set_context(tls(credentials))
    made.username_pw_set(name)
    made.max_inflight_messages_set(1_000)
    return made


def connect(made: mqtt.Client, address: Address) -> None:
    """Begin to connect with a session that outlives the connection. Raises OSError."""
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # of paho
    properties.SessionExpiryInterval = SESSION_SECONDS
    properties.ReceiveMaximum = RECEIVE_MAXIMUM
    made.connect(address.host, address.port, KEEP_ALIVE, clean_start=False, properties=properties)
