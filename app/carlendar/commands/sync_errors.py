"""Messages for the keys of synchronisation errors, with what to do; `--json` prints the keys."""

from __future__ import annotations

from carlendar.domain.account import Account
from carlendar.presentation.settings.subscriptions import TROUBLE as FEEDS

ACCOUNTS: dict[str, str] = {
    "sign_in_needed": "sign in again (carlendar sign-in)",
    "sign_in_refused": "Microsoft refuses this application or account (carlendar sign-in says why)",
    "vault_locked": "the keyring is locked, unlock it",
    "vault": "the stored sign-in cannot be read, sign in again (carlendar sign-in)",
    "offline": "no connection",
    "throttled": "Microsoft asks to wait, try again later",
    "outage": "Microsoft does not answer properly, try again later",
    "service": "Microsoft cannot be reached, try again later",
    "refused": "permission is missing, ask the administrator",
    "gone": "not there any more",
    "store": "the calendar cannot be stored (carlendar doctor says why)",
    "store_full": "no room to store it: the disk is full, or what Carlendar may use of it",
    "store_damaged": "the stored calendar is damaged, it is repaired at the next start",
}
"""By the error's key."""
OTHER = "could not be read"


def why(account: Account, key: str) -> str:
    """The message for an error's key, of a person's account or a subscription; empty where there is no error."""
    if not key:
        return ""
    said = (FEEDS if account.is_feed else ACCOUNTS).get(key, OTHER)
    return said[:1].lower() + said[1:] if account.is_feed else said
