"""The way to a databroker that speaks `kuksa.val.v2`: channel, credentials, values.

Uses the generated stubs alone; the kuksa-client package's own client reconnects never and asks v1.
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
    (ChannelOptions.SingleThreadedUnaryStream, 1),  # no second thread, and no hand-over for each message
    ("grpc.use_local_subchannel_pool", 1),  # a new channel is a new attempt, not the back-off of the last
    ("grpc.enable_http_proxy", 0),
    ("grpc.enable_retries", 0),
    ("grpc.http2.bdp_probe", 0),  # a ping for each message would double the traffic
    ("grpc.max_receive_message_length", 16 * 1024 * 1024),
)


def _unguarded() -> None:
    """Any connection may be made."""


class Broker(Value, frozen=True):
    """Where the databroker is, and how it is spoken to.

    `ca` is PEM of its certificate authority, None for no TLS, which only an `address` on this computer may have: else
    SettingsError. Which of these a car believes is decided by `carlendar.wiring.databroker`. `server_name` is the name
    in its certificate where that is not the address's. `token_file` holds a JWT, read at every call because tokens
    are replaced before they expire. `guard` is called before each connection and raises CarlendarError to refuse it.
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
        """A new channel, which the caller closes. Raises what `guard` raises."""
        self.guard()
        if self.ca is None:
            return grpc.insecure_channel(self.address, options=_OPTIONS)
        named = (("grpc.ssl_target_name_override", self.server_name),) if self.server_name else ()
        return grpc.secure_channel(self.address, grpc.ssl_channel_credentials(self.ca), options=_OPTIONS + named)

    @property
    def metadata(self) -> Metadata:
        """What each call carries: the token of now; nothing while its file cannot be read."""
        if self.token_file is None:
            return ()
        try:
            token = self.token_file.read_text("ascii").strip()
        except (OSError, UnicodeError):
            return ()
        return (("authorization", f"Bearer {token}"),) if token.isprintable() and token else ()


class Stub(val_pb2_grpc.VALStub):  # type: ignore[misc]  # the generated code bears no types
    """The generated stub, but `Subscribe` yields each `SubscribeResponse` encoded: most need no decoding."""

    def __init__(self, channel: grpc.Channel) -> None:
        super().__init__(channel)
        self.Subscribe = channel.unary_stream(
            "/kuksa.val.v2.VAL/Subscribe",
            request_serializer=val_pb2.SubscribeRequest.SerializeToString,
            response_deserializer=None,
        )


def scalar(datapoint: types_pb2.Datapoint) -> Scalar:
    """The value of a datapoint; None where it was never set; arrays, which no signal of ours has, as text."""
    kind = datapoint.value.WhichOneof("typed_value")
    if kind is None:
        return None
    value = getattr(datapoint.value, kind)
    return value if isinstance(value, (bool, int, float, str)) else f"{kind} of {len(value.values)}"


def reason(error: grpc.RpcError) -> str:
    """Why a call failed, as a message for people."""
    code = error.code() if isinstance(error, grpc.Call) else grpc.StatusCode.UNKNOWN
    return _REASONS.get(code, "it does not answer as kuksa.val.v2")


_REASONS = {
    grpc.StatusCode.UNAUTHENTICATED: "it wants a valid token (vehicle.token_file)",
    grpc.StatusCode.PERMISSION_DENIED: "the token allows too little",
    grpc.StatusCode.UNAVAILABLE: "it cannot be reached, or not with this certificate (vehicle.ca_file)",
    grpc.StatusCode.DEADLINE_EXCEEDED: "it does not answer in time",
    grpc.StatusCode.NOT_FOUND: "it knows no vehicle",
    grpc.StatusCode.CANCELLED: "it has fallen silent",  # we hung up
}


def _is_loopback(address: str) -> bool:
    """Whether `host:port` or `[host]:port` names this computer by a loopback address (RFC 6761, 6.3)."""
    host = address.removeprefix("ipv4:").removeprefix("ipv6:").rpartition(":")[0].strip("[]")
    if host == "localhost" or address.startswith(("unix:", "unix-abstract:")):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
