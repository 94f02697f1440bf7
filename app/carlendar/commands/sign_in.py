"""`carlendar sign-in`: signs in from a terminal, by a code on another device or with this machine's browser."""

from __future__ import annotations

from rich.console import Console

from carlendar.commands.service_client import ServiceClient
from carlendar.domain.account import Profile
from carlendar.errors import IdentityError, one_line
from carlendar.ipc.messages import SignInStatus
from carlendar.presentation import reasons
from carlendar.settings import Settings, load
from carlendar.store.user import UserStore
from carlendar.wiring.network import require_certificates

CODE_LIVES = 1_000.0
"""Seconds; longer than any code is valid."""


def run(*, browser: bool, profile: str) -> int:
    """Sign in and wait for the outcome; returns 0, or raises IdentityError with the reason."""
    settings = load()
    require_certificates(settings)
    console = Console()
    with ServiceClient(settings) as service:
        service.ask("sign_in", profile=_profile(settings, profile), way="browser" if browser else "device", account="")
        with console.status("Asking Microsoft …") as status:
            while True:
                message = service.hear(CODE_LIVES)
                if isinstance(message, SignInStatus) and _finished(message, console, status.update):
                    return 0


def _finished(status: SignInStatus, console: Console, update: object) -> bool:
    if status.phase == "code":
        instruction = one_line(f"Open {status.verification_uri} on any device and enter the code {status.user_code}")
        console.print(instruction, soft_wrap=True, markup=False)
        console.print("Enter it only if you started this sign-in yourself.")
        if callable(update):
            update(f"Waiting; the code is valid for {status.expires_in / 60:.0f} minutes")
    if status.phase == "browser" and callable(update):
        update("Waiting for the browser")
    if status.phase == "done":
        console.print("Signed in.")
        return True
    if status.phase in ("failed", "expired", "cancelled"):
        raise IdentityError(_explained(status))
    return False


def _explained(status: SignInStatus) -> str:
    """Return why the sign-in ended, with the fix and the reference for an administrator."""
    text = reasons.terminal(status.reason or status.phase, host=status.host or "Microsoft", number=status.number)
    number = "" if status.number in text else status.number
    details = [part for part in (number, status.at, status.reference and f"ID {status.reference}") if part]
    return f"{text} ({', '.join(details)})" if details else text


def _profile(settings: Settings, name: str) -> str:
    """Return the id of the driver of that name, created if necessary; empty to use the account's name."""
    if not name:
        return ""
    store = UserStore(settings.data_folder)
    try:
        for profile in store.profiles():
            if profile.name == name:
                return profile.id
        made = Profile(name.casefold().replace(" ", "-"), name)
        store.save_profile(made)
        return made.id
    finally:
        store.close()
