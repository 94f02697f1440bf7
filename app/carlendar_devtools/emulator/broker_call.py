"""What an emulated databroker uses of a call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn, Protocol

import grpc


class Context(Protocol):
    """What is used of gRPC's servicer context."""

    async def abort(self, code: grpc.StatusCode, details: str) -> NoReturn:
        """End the call with that status, by raising."""

    def invocation_metadata(self) -> Iterable[tuple[str, str]] | None:
        """What came with the call."""


async def refuse(context: Context, code: grpc.StatusCode, text: str) -> NoReturn:
    """End the call with that status, by raising."""
    await context.abort(code, text)
