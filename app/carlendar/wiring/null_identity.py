"""What stands for Microsoft's identity while no application is set: everything is refused, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from carlendar.domain.ports import SignedIn, SignInFlow
from carlendar.errors import SignInRefusedError

TEXT = "no application is set: register one (docs/administrators.md) and set identity.client_id"


class Unregistered:
    """`Identity` of a car that was not set up: the calendar that is there stays, nobody can sign in."""

    def start_device_code(self, scopes: Sequence[str], claims: str = "") -> SignInFlow:  # noqa: ARG002  # the port's
        """Always refused."""
        raise SignInRefusedError(TEXT, reason="application")

    def sign_in_with_browser(
        self,
        scopes: Sequence[str],  # noqa: ARG002  # the port's, as the rest
        open_url: Callable[[str], None],  # noqa: ARG002
        *,
        claims: str = "",  # noqa: ARG002
        cancelled: Callable[[], bool] = lambda: False,  # noqa: ARG002
    ) -> SignedIn:
        """Always refused."""
        raise SignInRefusedError(TEXT, reason="application")

    def token(self, account_id: str, scopes: Sequence[str], claims: str = "") -> str:  # noqa: ARG002  # the port's
        """Always refused."""
        raise SignInRefusedError(TEXT, reason="application")

    def sign_out(self, account_id: str) -> None:
        """There is nothing to forget."""
