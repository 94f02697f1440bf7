"""The identity provider if no application is configured: every call is refused with a message."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from carlendar.domain.ports import SignedIn, SignInFlow
from carlendar.errors import SignInRefusedError


class Unregistered:
    """`Identity` of an unconfigured car: sign-in is refused, and the stored calendar stays."""

    def start_device_code(self, scopes: Sequence[str], claims: str = "") -> SignInFlow:  # noqa: ARG002  # the port's
        """Always raise SignInRefusedError."""
        raise SignInRefusedError(reason="client_id")

    def sign_in_with_browser(
        self,
        scopes: Sequence[str],  # noqa: ARG002  # the port's, as the rest
        open_url: Callable[[str], None],  # noqa: ARG002
        *,
        claims: str = "",  # noqa: ARG002
        cancelled: Callable[[], bool] = lambda: False,  # noqa: ARG002
    ) -> SignedIn:
        """Always raise SignInRefusedError."""
        raise SignInRefusedError(reason="client_id")

    def token(self, account_id: str, scopes: Sequence[str], claims: str = "") -> str:  # noqa: ARG002  # the port's
        """Always raise SignInRefusedError."""
        raise SignInRefusedError(reason="client_id")

    def sign_out(self, account_id: str) -> None:
        """Do nothing: there are no tokens."""
