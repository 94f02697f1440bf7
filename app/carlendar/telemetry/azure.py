"""Conventions of Azure IoT Hub, for a device or a module of IoT Edge: topics, twin, direct methods, SAS tokens.

Source: Microsoft, "Communicate with an IoT hub using the MQTT protocol". MQTT 3.1.1, quality of service 1, no retained
messages, at most five subscriptions, 256 KiB a message. Changes of the twin are not queued, so it is fetched after each
connection.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import itertools
import json
from collections.abc import Callable
from urllib.parse import quote, unquote

import msgspec

from carlendar.domain.ports import WallClock
from carlendar.errors import RefusedError
from carlendar.telemetry.control import Desired
from carlendar.telemetry.envelope import CONTENT_TYPE
from carlendar.telemetry.topics import Incoming, Kind, Outgoing, Received

API_VERSION = "2021-04-12"
TOKEN_SECONDS = 3_600
"""For how long a token is valid; the hub ends a connection when it expires."""
TWIN = "carlendar"
"""The property of the twin, desired and reported, that is ours."""
RECEIPTS = "receipts"
"""The direct method, and the input of a module, that brings receipts; any other method is a command."""

_DESIRED = "$iothub/twin/PATCH/properties/desired/"
_TWIN_ANSWER = "$iothub/twin/res/"
_METHOD = "$iothub/methods/POST/"
_GET = "get"


class IotHubTopics:
    """Topics of a device, or of a module of it, at an IoT hub."""

    version5 = False

    def __init__(self, hub: str, device: str, module: str = "") -> None:
        self.client_id = f"{device}/{module}" if module else device
        self.username = f"{hub}/{self.client_id}/?api-version={API_VERSION}"
        self._base = f"devices/{device}/modules/{module}/" if module else f"devices/{device}/"
        self._bound = self._base + ("inputs/" if module else "messages/devicebound/")
        self.subscriptions: tuple[str, ...] = (_TWIN_ANSWER + "#", _DESIRED + "#", _METHOD + "#", self._bound + "#")
        self._numbers = itertools.count(1)

    def outgoing(self, kind: Kind, payload: bytes, *, topic: str = "", content_type: str = CONTENT_TYPE) -> Outgoing:
        """Return the message to publish: an event of the device, or an update of the twin's reported properties."""
        if kind is Kind.REPORTED:
            update = b'{"' + TWIN.encode() + b'":' + payload + b"}"
            return Outgoing(f"$iothub/twin/PATCH/properties/reported/?$rid={next(self._numbers)}", update)
        properties = {"$.ct": "application/json", "$.ce": "utf-8", "kind": kind.value, "format": content_type}
        if topic:
            properties["topic"] = topic
        path = "&".join(f"{name}={quote(value, safe='')}" for name, value in properties.items())
        return Outgoing(f"{self._base}messages/events/{path}", payload)

    def incoming(self, topic: str, payload: bytes) -> Incoming:
        """Return what a received message is."""
        if topic.startswith(_DESIRED):
            return _desired(payload)
        if topic.startswith(_TWIN_ANSWER):
            status, _, request = topic.removeprefix(_TWIN_ANSWER).partition("/?$rid=")
            wanted = status == "200" and request.partition("&")[0] == _GET
            return _desired(payload, "desired") if wanted else Incoming(Received.IGNORED)
        if topic.startswith(_METHOD):
            name, _, request = topic.removeprefix(_METHOD).partition("/?$rid=")
            kind = Received.RECEIPT if name == RECEIPTS else Received.COMMAND
            return Incoming(kind, payload, f"$iothub/methods/res/{{status}}/?$rid={request}" if request else "")
        if topic.startswith(self._bound):
            path = topic.removeprefix(self._bound)
            receipt = path.partition("/")[0] == RECEIPTS or f"kind={RECEIPTS}" in unquote(path).split("&")
            return Incoming(Received.RECEIPT if receipt else Received.COMMAND, payload)
        return Incoming(Received.IGNORED)

    def greeting(self) -> tuple[Outgoing, ...]:
        """The request of the twin."""
        return (Outgoing(f"$iothub/twin/GET/?$rid={_GET}", b""),)


def resource(hub: str, device: str, module: str = "") -> str:
    """Return the name of a device or module in its tokens."""
    return f"{hub}/devices/{device}" + (f"/modules/{module}" if module else "")


def sas_token(name: str, sign: Callable[[bytes], bytes], expires: int) -> str:
    """Return a shared access signature for a resource, valid until `expires` (Unix seconds)."""
    encoded = quote(name, safe="")
    signature = base64.b64encode(sign(f"{encoded}\n{expires}".encode())).decode()
    return f"SharedAccessSignature sr={encoded}&sig={quote(signature, safe='')}&se={expires}"


def key_signer(key: str) -> Callable[[bytes], bytes]:
    """Return what signs with a shared access key, given in base64. Raises RefusedError for an unusable one."""
    try:
        secret = base64.b64decode(key, validate=True)
    except binascii.Error as error:
        raise RefusedError("The shared access key is not base64.", key="certificate") from error
    return lambda data: hmac.new(secret, data, hashlib.sha256).digest()


def passwords(name: str, sign: Callable[[bytes], bytes], wall: WallClock) -> Callable[[], str]:
    """Return what makes the password of each connection: a new token."""
    return lambda: sas_token(name, sign, int(wall.now().timestamp()) + TOKEN_SECONDS)


def _desired(payload: bytes, section: str = "") -> Incoming:
    """The desired state in a twin or in a change of it; ignored if it has nothing of ours."""
    try:
        found = json.loads(payload)
        ours = (found[section] if section else found)[TWIN]
        state = msgspec.convert(ours, Desired)
    except (ValueError, KeyError, TypeError, RecursionError):
        return Incoming(Received.IGNORED)
    return Incoming(Received.DESIRED, msgspec.json.encode(state))
