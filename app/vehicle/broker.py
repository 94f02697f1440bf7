"""The way to a databroker that speaks `kuksa.val.v2`: channel, credentials, values.

Uses the generated stubs alone; the kuksa-client package's own client reconnects never and asks v1.
"""

from __future__ import annotations

from dataclasses import dataclass

import grpc
from grpc.experimental import ChannelOptions
from kuksa.val.v2 import types_pb2

from app.vehicle.signals import Value

Metadata = tuple[tuple[str, str], ...]

_OPTIONS = (
    (ChannelOptions.SingleThreadedUnaryStream, 1),  # no second thread, and no hand-over for each message
    ("grpc.use_local_subchannel_pool", 1),  # a new channel is a new attempt, not the back-off of the last
    ("grpc.enable_http_proxy", 0),
    ("grpc.enable_retries", 0),
    ("grpc.http2.bdp_probe", 0),  # a ping for each message would double the traffic
    ("grpc.max_receive_message_length", 16 * 1024 * 1024),
)


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the databroker is. `ca` is PEM of its certificate authority, None for no TLS; `token` a JWT or empty."""

    address: str
    ca: bytes | None = None
    token: str = ""

    def channel(self) -> grpc.Channel:
        """A new channel; whoever asked closes it."""
        if self.ca is None:
            return grpc.insecure_channel(self.address, options=_OPTIONS)
        return grpc.secure_channel(self.address, grpc.ssl_channel_credentials(self.ca), options=_OPTIONS)

    @property
    def metadata(self) -> Metadata:
        """What each call carries."""
        return (("authorization", f"Bearer {self.token}"),) if self.token else ()


def scalar(datapoint: types_pb2.Datapoint) -> Value:
    """The value of a datapoint; None where it was never set; arrays, which no signal of ours has, as text."""
    kind = datapoint.value.WhichOneof("typed_value")
    if kind is None:
        return None
    value = getattr(datapoint.value, kind)
    return value if isinstance(value, (bool, int, float, str)) else f"{kind} of {len(value.values)}"
