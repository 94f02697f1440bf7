"""The part of a gRPC call that the emulated databroker uses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn, Protocol

import grpc


class Context(Protocol):
    """The methods used of gRPC's servicer context."""

    async def abort(self, code: grpc.StatusCode, details: str) -> NoReturn:
        """End the call with that status, by raising."""

    def invocation_metadata(self) -> Iterable[tuple[str, str]] | None:
        """Return the metadata of the call."""


async def refuse(context: Context, code: grpc.StatusCode, text: str) -> NoReturn:
    """End the call with that status, by raising."""
    await context.abort(code, text)
