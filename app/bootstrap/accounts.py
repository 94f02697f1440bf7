"""`carlendar accounts`: who is signed in, by driver; and signing out."""

from __future__ import annotations

import json
from collections.abc import Iterable

from app.bootstrap.conversation import Conversation
from app.channel.messages import DataChanged
from app.domain.account import Account, Profile
from app.errors import UsageError
from app.settings import Settings, load
from app.store.user import UserStore

Listed = list[tuple[Profile, tuple[Account, ...]]]


def run(*, sign_out: str, as_json: bool) -> int:
    """Print every driver's accounts; with `sign_out`, forget one first. Returns 0."""
    settings = load()
    if sign_out:
        _sign_out(settings, sign_out)
    listed = _listed(settings)
    if as_json:
        print(json.dumps({"profiles": [_document(profile, accounts) for profile, accounts in listed]}))
    elif not listed:
        print("Nobody is signed in.")
    for profile, accounts in [] if as_json else listed:
        print(profile.name)
        for account in accounts:
            print(f"  {account.address}  {account.state.value}  since {account.since:%Y-%m-%d %H:%M} UTC")
    return 0


def _listed(settings: Settings) -> Listed:
    if not settings.data_folder.exists():
        return []
    store = UserStore(settings.data_folder)
    try:
        return [(profile, store.accounts(profile.id)) for profile in store.profiles()]
    finally:
        store.close()


def _sign_out(settings: Settings, address: str) -> None:
    found = [account for _, accounts in _listed(settings) for account in accounts if account.address == address]
    if not found:
        raise UsageError("nobody of that address is signed in")
    with Conversation(settings) as service:
        service.ask("sign_out", account=found[0].id)
        while service.hear() != DataChanged("accounts"):
            pass


def _document(profile: Profile, accounts: Iterable[Account]) -> dict[str, object]:
    return {
        "name": profile.name,
        "accounts": [
            {
                "address": account.address,
                "cloud": account.cloud,
                "state": account.state.value,
                "since": account.since.isoformat(timespec="seconds"),
            }
            for account in accounts
        ],
    }
