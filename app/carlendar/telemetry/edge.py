"""Module mode of Azure IoT Edge: identity from the environment, signatures and trust from the workload API.

The runtime offers the workload API as HTTP over a Unix socket. Source: Microsoft's device SDK and the API definition
`workload` of IoT Edge.
"""

from __future__ import annotations

import base64
import binascii
import http.client
import json
import socket
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

from carlendar.domain.base import Value
from carlendar.domain.ports import WallClock
from carlendar.errors import OfflineError, OutageError, SettingsError
from carlendar.telemetry.azure import IotHubTopics, passwords, resource
from carlendar.telemetry.files import write_private
from carlendar.telemetry.link import Endpoint

PORT = 8883
ANSWER_LIMIT = 1024 * 1024
TIMEOUT = 10.0
TRUST_BUNDLE = "trust-bundle.pem"


class EdgeEnvironment(Value, frozen=True):
    """What IoT Edge says about a module."""

    workload: Path
    """The Unix socket of the workload API."""
    hub: str
    gateway: str
    device: str
    module: str
    generation: str
    api_version: str

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> EdgeEnvironment:
        """Return the environment of this module. Raises SettingsError outside of IoT Edge."""
        try:
            address = urlsplit(environ["IOTEDGE_WORKLOADURI"])
            found = cls(
                Path(address.path), environ["IOTEDGE_IOTHUBHOSTNAME"], environ["IOTEDGE_GATEWAYHOSTNAME"],
                environ["IOTEDGE_DEVICEID"], environ["IOTEDGE_MODULEID"], environ["IOTEDGE_MODULEGENERATIONID"],
                environ.get("IOTEDGE_APIVERSION", "2019-01-30"),
            )  # fmt: skip
        except KeyError as error:
            raise SettingsError(f"this is no module of IoT Edge: {error.args[0]} is not set") from error
        if address.scheme != "unix":
            raise SettingsError("IOTEDGE_WORKLOADURI must be a Unix socket")
        return found


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=TIMEOUT)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(TIMEOUT)
        self.sock.connect(str(self._path))


class Workload:
    """The workload API. Methods raise OfflineError if it cannot be reached, OutageError for an unusable answer."""

    def __init__(self, environment: EdgeEnvironment) -> None:
        self._environment = environment

    def trust_bundle(self) -> str:
        """Return the certificates (PEM) that the gateway's is verified against."""
        return str(self._call("GET", "/trust-bundle", None, "certificate"))

    def sign(self, data: bytes) -> bytes:
        """Return the HMAC-SHA256 of data by the module's key, which never leaves the runtime."""
        here = self._environment
        path = f"/modules/{quote(here.module, safe='')}/genid/{quote(here.generation, safe='')}/sign"
        request = {"keyId": "primary", "algo": "HMACSHA256", "data": base64.b64encode(data).decode()}
        try:
            return base64.b64decode(str(self._call("POST", path, request, "digest")), validate=True)
        except binascii.Error as error:
            raise OutageError("The workload API returned an invalid signature.") from error

    def _call(self, method: str, path: str, body: object, field: str) -> object:
        connection = _UnixConnection(self._environment.workload)
        try:
            content = json.dumps(body).encode() if body is not None else None
            headers = {"Content-Type": "application/json"} if content is not None else {}
            connection.request(method, f"{path}?api-version={self._environment.api_version}", content, headers)
            answer = connection.getresponse()
            data = answer.read(ANSWER_LIMIT)
            if answer.status != 200:
                raise OutageError("The workload API refused a request.", detail=f"status {answer.status}")
            return json.loads(data)[field]
        except (OSError, http.client.HTTPException) as error:
            raise OfflineError("The workload API cannot be reached.", detail=type(error).__name__) from error
        except (ValueError, KeyError, TypeError) as error:
            raise OutageError("The workload API returned an invalid answer.") from error
        finally:
            connection.close()


def module_endpoint(
    environment: EdgeEnvironment, folder: Path, wall: WallClock, port: int = PORT
) -> tuple[Endpoint, IotHubTopics]:
    """Return how a module connects to its hub: the gateway's address, its authority, and a token for each connection.

    Raises OfflineError, OutageError; OSError if the authority cannot be stored in `folder`.
    """
    workload = Workload(environment)
    bundle = folder / TRUST_BUNDLE
    write_private(bundle, workload.trust_bundle().encode())
    name = resource(environment.hub, environment.device, environment.module)
    endpoint = Endpoint(environment.gateway, port, bundle, password=passwords(name, workload.sign, wall))
    return endpoint, IotHubTopics(environment.hub, environment.device, environment.module)
