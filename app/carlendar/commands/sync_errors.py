"""Messages for the keys of synchronisation errors, from the catalogue of reasons; `--json` prints the keys."""

from __future__ import annotations

from carlendar.domain.account import Account
from carlendar.presentation import reasons
from carlendar.sync.outcome import Origin

_NOWHERE = Origin()


def why(account: Account, key: str, origin: Origin = _NOWHERE) -> str:
    """Return the message for an error's key, of an account or a subscription; empty for no error."""
    if not key:
        return ""
    host = origin.host or (account.address if account.is_feed else "Microsoft")
    text = reasons.terminal(key, host=host)
    details = [part for part in (origin.at, origin.reference and f"ID {origin.reference}") if part]
    return f"{text} ({', '.join(details)})" if details else text
