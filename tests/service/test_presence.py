"""The permissions of the Settings, each in a sign-in of its own, and asking Teams for the presence."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from carlendar.domain.account import Account, AccountState
from carlendar.errors import OfflineError
from carlendar.ipc.messages import Message, PresenceStatus, SignInStatus
from carlendar.service.presence_service import PresenceService
from carlendar.store.records import Snapshot
from tests.fakes.stores import ana_account
from tests.fakes.waiting import wait_until
from tests.service.conftest import Running, Screen
from tests.service.test_people import sign_in

CALLS = ("https://auth.msft.communication.azure.com/Teams.ManageCalls",)


def test_each_permission_is_requested_in_a_sign_in_of_its_own_and_kept_by_the_others(
    run: Callable[..., Running], screen: Screen, read: Callable[..., Snapshot]
) -> None:
    running = run(more_scopes=("Mail.Send",), optional_scopes=("Presence.Read",), calling_scopes=CALLS)
    sign_in(running, screen)
    expected = {
        "calls": {"Calendars.Read", *CALLS},
        "presence": {"Calendars.Read", "Presence.Read", *CALLS},
        "1": {"Calendars.Read", "Presence.Read", "Mail.Send", *CALLS},
        "": {"Calendars.Read", "Presence.Read", "Mail.Send", *CALLS},
    }
    for more, scopes in expected.items():
        before = len(screen.heard)
        screen.send("sign_in", profile="p1", way="device", account="ana", **({"more": more} if more else {}))
        wait_until(lambda: any(isinstance(m, SignInStatus) and m.phase == "done" for m in screen.heard[before:]))  # noqa: B023  # asked at once
        assert set(read().accounts[0].scopes) == scopes, more


def test_a_car_that_does_not_join_over_data_never_requests_its_permission(
    run: Callable[..., Running], screen: Screen, read: Callable[..., Snapshot]
) -> None:
    running = run()
    sign_in(running, screen)
    before = len(screen.heard)
    screen.send("sign_in", profile="p1", way="device", account="ana", more="calls")
    wait_until(lambda: any(isinstance(m, SignInStatus) and m.phase == "done" for m in screen.heard[before:]))
    assert read().accounts[0].scopes == ("Calendars.Read",)


class ServiceRig:
    """A presence service with one account; `answer` is what Teams says."""

    def __init__(self, account: Account | None) -> None:
        self.answer: bool | Exception = True
        self.asked = 0
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.heard: list[Message] = []
        self.service = PresenceService(self._in_call, lambda _id: account, self.heard.append)

    def _in_call(self, _account: Account) -> bool:
        self.asked += 1
        assert self.may_answer.wait(10)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def idle(self) -> bool:
        return not self.service._asking


@pytest.fixture
def granted() -> Account:
    return replace(ana_account(datetime(2026, 11, 23, 8, tzinfo=UTC)), scopes=("Presence.Read",))


def test_the_answer_goes_to_the_screens_and_one_request_is_made_at_a_time(granted: Account) -> None:
    rig = ServiceRig(granted)
    rig.may_answer.clear()
    for _ in range(3):
        rig.service.ask(granted.id)
    rig.may_answer.set()
    wait_until(rig.idle)
    assert (rig.asked, rig.heard) == (1, [PresenceStatus(granted.id, in_call=True)])
    rig.service.ask(granted.id)
    wait_until(lambda: len(rig.heard) == 2)


@pytest.mark.parametrize("error", [OfflineError("no"), RuntimeError("ana@contoso.example")])
def test_a_failure_has_no_answer_and_logs_nothing_of_it(
    granted: Account, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    rig = ServiceRig(granted)
    rig.answer = error
    rig.service.ask(granted.id)
    wait_until(rig.idle)
    assert (rig.asked, rig.heard) == (1, [])
    assert "contoso" not in caplog.text


def test_without_permission_account_or_sign_in_no_request_is_sent(granted: Account) -> None:
    for account in (None, replace(granted, scopes=()), replace(granted, state=AccountState.SIGN_IN_NEEDED)):
        rig = ServiceRig(account)
        rig.service.ask(granted.id)
        assert rig.asked == 0
