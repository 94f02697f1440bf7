"""The identity provider if no application is configured: every call is refused with a message."""

from __future__ import annotations

from typing import NoReturn

from carlendar.errors import SignInRefusedError


class Unregistered:
    """`Identity` of an unconfigured car: sign-in is refused, and the stored calendar stays."""

    def start_device_code(self, *_: object, **__: object) -> NoReturn:
        """Always raise SignInRefusedError."""
        raise SignInRefusedError(reason="client_id")

    sign_in_with_browser = token = start_device_code

    def sign_out(self, account_id: str) -> None:
        """Do nothing: there are no tokens."""
