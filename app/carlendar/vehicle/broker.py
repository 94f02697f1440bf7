"""Access to a databroker with the `kuksa.val.v2` API: channel, credentials, values.

Uses the generated stubs only, because the client of the kuksa-client package does not reconnect and uses v1.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

import grpc
from grpc.experimental import ChannelOptions
from kuksa.val.v2 import types_pb2, val_pb2, val_pb2_grpc

from carlendar.domain.base import Value
from carlendar.errors import SettingsError
from carlendar.vehicle.signals import Scalar

Metadata = tuple[tuple[str, str], ...]

_OPTIONS = (
    (ChannelOptions.SingleThreadedUnaryStream, 1),  # avoids a second thread and a context switch per message
    ("grpc.use_local_subchannel_pool", 1),  # a new channel is a new attempt, not the back-off of the last
    ("grpc.enable_http_proxy", 0),
    ("grpc.enable_retries", 0),
    ("grpc.http2.bdp_probe", 0),  # a ping for each message would double the traffic
    ("grpc.max_receive_message_length", 16 * 1024 * 1024),
)


def _unguarded() -> None:
    """Allow every connection."""


class Broker(Value, frozen=True):
    """Address and credentials of the databroker.

    `ca` is the certificate authority (PEM), None for no TLS, which raises SettingsError unless `address` is on this
    computer. `carlendar.wiring.databroker` decides which databroker a car trusts. `server_name` is the name in the
    certificate if it differs from the address. `token_file` contains a JWT, read for every call because tokens are
    replaced before they expire. `guard` is called before each connection and raises CarlendarError to reject it.
    """

    address: str
    ca: bytes | None = None
    token_file: Path | None = None
    server_name: str = ""
    guard: Callable[[], None] = _unguarded

    def __post_init__(self) -> None:
        if self.ca is None and not _is_loopback(self.address):
            raise SettingsError(f"the databroker at {self.address} needs its certificate authority (ca_file)")

    def channel(self) -> grpc.Channel:
        """Return a new channel, to be closed by the caller. Raises the errors of `guard`."""
        self.guard()
        if self.ca is None:
            return grpc.insecure_channel(self.address, options=_OPTIONS)
        named = (("grpc.ssl_target_name_override", self.server_name),) if self.server_name else ()
        return grpc.secure_channel(self.address, grpc.ssl_channel_credentials(self.ca), options=_OPTIONS + named)

    @property
    def metadata(self) -> Metadata:
        """The metadata of a call: the current token; empty while its file cannot be read."""
        if self.token_file is None:
            return ()
        try:
            token = self.token_file.read_text("ascii").strip()
        except (OSError, UnicodeError):
            return ()
        return (("authorization", f"Bearer {token}"),) if token.isprintable() and token else ()


class Stub(val_pb2_grpc.VALStub):  # type: ignore[misc]  # the generated code is untyped
    """The generated stub, except that `Subscribe` yields encoded `SubscribeResponse`s: most need no decoding."""

    def __init__(self, channel: grpc.Channel) -> None:
        super().__init__(channel)
        self.Subscribe = channel.unary_stream(
            "/kuksa.val.v2.VAL/Subscribe",
            request_serializer=val_pb2.SubscribeRequest.SerializeToString,
            response_deserializer=None,
        )


def scalar(datapoint: types_pb2.Datapoint) -> Scalar:
    """Return the value of a datapoint; None if it was never set; a description of an array, which is not supported."""
    kind = datapoint.value.WhichOneof("typed_value")
    if kind is None:
        return None
    value = getattr(datapoint.value, kind)
    return value if isinstance(value, (bool, int, float, str)) else f"{kind} of {len(value.values)}"


def reason(error: grpc.RpcError) -> str:
    """Return a user-facing message for a failed call."""
    code = error.code() if isinstance(error, grpc.Call) else grpc.StatusCode.UNKNOWN
    return _REASONS.get(code, "it does not answer as kuksa.val.v2")


_REASONS = {
    grpc.StatusCode.UNAUTHENTICATED: "it requires a valid token (vehicle.token_file)",
    grpc.StatusCode.PERMISSION_DENIED: "the token has insufficient permissions",
    grpc.StatusCode.UNAVAILABLE: "it cannot be reached, or not with this certificate (vehicle.ca_file)",
    grpc.StatusCode.DEADLINE_EXCEEDED: "it does not answer in time",
    grpc.StatusCode.NOT_FOUND: "it has no vehicle data",
    grpc.StatusCode.CANCELLED: "it stopped responding",  # cancelled by us
}


def _is_loopback(address: str) -> bool:
    """Whether `host:port` or `[host]:port` is a loopback address (RFC 6761, 6.3)."""
    host = address.removeprefix("ipv4:").removeprefix("ipv6:").rpartition(":")[0].strip("[]")
    if host == "localhost" or address.startswith(("unix:", "unix-abstract:")):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
