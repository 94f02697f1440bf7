"""`carlendar erase`: "Clear this car" from a terminal."""

from __future__ import annotations

import sys

from app.bootstrap.conversation import Conversation
from app.channel.messages import DataChanged
from app.errors import UsageError
from app.settings import load


def run(*, yes: bool) -> int:
    """Delete tokens, events, the outbox and all that is left of them; returns 0. Asks first unless `yes`."""
    settings = load()
    if not yes and not _sure():
        print("Nothing was deleted.")
        return 1
    if settings.data_folder.exists():
        with Conversation(settings) as service:
            service.ask("erase")
            while service.hear() != DataChanged("erased"):
                pass
    print("Everything is deleted.")
    return 0


def _sure() -> bool:
    if not sys.stdin.isatty():
        raise UsageError("say --yes to delete without being asked")
    return input("Delete every account, calendar and setting of this car? [y/N] ").strip().lower() in ("y", "yes")
