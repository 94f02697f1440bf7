"""Asks whether Teams has a driver in a call: when the screen wants to know, and at no other time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from carlendar.domain.account import PRESENCE_SCOPE, Account, AccountState
from carlendar.errors import CarlendarError
from carlendar.ipc.messages import Message, PresenceStatus

_log = logging.getLogger(__name__)


class PresenceService:
    """Carries out the command `presence`. Each request has a thread of its own, one at a time for an account.

    The answer is sent to the screens and is neither stored nor logged. A failure has no answer.
    """

    def __init__(
        self, in_call: Callable[[Account], bool] | None, account: Callable[[str], Account | None],
        notify: Callable[[Message], None],
    ) -> None:  # fmt: skip
        self._in_call, self._account, self._notify = in_call, account, notify
        self._lock = threading.Lock()
        self._asking: set[str] = set()

    def ask(self, account_id: str) -> None:
        """Ask for an account that has granted it; returns at once."""
        account = self._account(account_id)
        if self._in_call is None or account is None or account.state is not AccountState.SIGNED_IN:
            return
        if not account.grants(PRESENCE_SCOPE):
            return
        with self._lock:
            if account_id in self._asking:
                return
            self._asking.add(account_id)
        threading.Thread(target=self._ask, args=(self._in_call, account), name="presence", daemon=True).start()

    def _ask(self, in_call: Callable[[Account], bool], account: Account) -> None:
        try:
            self._notify(PresenceStatus(account.id, in_call(account)))
        except CarlendarError as error:
            _log.info("the presence is not known: %s", error.key)
        except Exception as error:  # noqa: BLE001 - the thread ends anyway; joining does not depend on it
            _log.error("asking for the presence failed: %s", type(error).__name__)
        finally:
            with self._lock:
                self._asking.discard(account.id)
