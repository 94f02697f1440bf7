"""Who may sign in, with which permissions, and under whose name the profile goes then."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from carlendar.domain.account import Profile
from carlendar.domain.ports import DeviceCode, SignedIn
from carlendar.errors import OutageError
from carlendar.ipc.messages import SignInStatus
from carlendar.service.main import Paths
from carlendar.service.sign_in import SignInCoordinator, SignInRequest
from carlendar.store.records import Snapshot
from carlendar.store.user import UserStore
from carlendar.store.user_writer import UserWriter
from tests.fakes.waiting import wait_until
from tests.service import service_program
from tests.service.conftest import Running, Screen

Run = Callable[..., Running]


def sign_in(running: Running, screen: Screen, name: str = "Ana", profile: str = "p1", account: str = "") -> None:
    running.world.say("approve", name)
    before = len(screen.heard)
    screen.send("sign_in", profile=profile, way="device", account=account)
    over = ("done", "failed")
    wait_until(lambda: any(isinstance(m, SignInStatus) and m.phase in over for m in screen.heard[before:]))


def test_more_is_asked_for_only_when_it_is_allowed_and_then_kept(
    run: Run, screen: Screen, read: Callable[..., Snapshot]
) -> None:
    running = run(more_scopes=("Mail.Send", "Calendars.ReadWrite"))
    sign_in(running, screen)
    assert read().accounts[0].scopes == ("Calendars.Read",)
    more = ("Calendars.Read", "Mail.Send", "Calendars.ReadWrite")
    for way, wanted in (("device", {"more": "1"}), ("browser", {"more": "1"}), ("device", {})):
        before = len(screen.heard)
        screen.send("sign_in", profile="p1", way=way, account="ana", **wanted)
        wait_until(lambda: any(isinstance(m, SignInStatus) and m.phase == "done" for m in screen.heard[before:]))  # noqa: B023  # asked at once
        assert read().accounts[0].scopes == more, "a renewal asks again for what the account had"
    sign_in(running, screen, "Ben", "p2")
    assert read("p2").accounts[0].scopes == ("Calendars.Read",)


def test_allowing_more_as_someone_else_changes_nothing(run: Run, screen: Screen, read: Callable[..., Snapshot]) -> None:
    running = run(more_scopes=("Mail.Send",))
    sign_in(running, screen)
    running.world.say("approve", "Ben")
    screen.send("sign_in", profile="p1", way="device", account="ana", more="1")
    wait_until(lambda: screen.sign_in.reason == "wrong_account")
    assert [(account.id, account.scopes) for account in read().accounts] == [("ana", ("Calendars.Read",))]


@pytest.mark.parametrize("by", ["id", "ID", "domain"])
def test_only_people_of_allowed_tenants_may_sign_in_whatever_their_address(
    run: Run, screen: Screen, read: Callable[..., Snapshot], paths: Paths, by: str
) -> None:
    (paths.folder.parent / "world" / "tenants").write_text(f"contoso.example {service_program.CONTOSO}")
    entry = {"id": service_program.CONTOSO, "ID": service_program.CONTOSO.upper(), "domain": "@Contoso.example"}[by]
    running = run(tenants_allowed=(entry,))
    for stranger in ("Eve@fabrikam.example", "Eve@evilcontoso.example", "Eve@x.contoso.example"):
        sign_in(running, screen, stranger)
        assert (screen.sign_in.phase, screen.sign_in.reason) == ("failed", "wrong_tenant")
    wait_until(lambda: "signed out eve" in running.world.says("done"))
    assert (read().accounts, read().profiles) == ((), ())
    sign_in(running, screen, "Ana@CONTOSO.example")
    assert screen.sign_in.phase == "done"
    assert [(account.id, account.tenant) for account in read().accounts] == [("ana", service_program.CONTOSO)]


def test_an_address_of_an_allowed_domain_is_no_proof_of_its_tenant(
    run: Run, screen: Screen, read: Callable[..., Snapshot]
) -> None:
    running = run(tenants_allowed=(service_program.FABRIKAM,))
    sign_in(running, screen, "Ana@contoso.example")
    assert screen.sign_in.reason == "wrong_tenant"
    assert read().accounts == ()


def test_a_domain_that_cannot_be_looked_up_allows_no_one_and_takes_no_one_away(
    run: Run, screen: Screen, read: Callable[..., Snapshot]
) -> None:
    running = run()
    sign_in(running, screen)
    running.stop()
    again = run(tenants_allowed=("contoso.example",))
    sign_in(again, screen, "Ben", "p2")
    assert (screen.sign_in.phase, screen.sign_in.reason) == ("failed", "service")
    assert [account.id for account in read("p1").accounts] == ["ana"]


def test_an_account_that_is_no_longer_allowed_goes_at_the_start(
    run: Run, screen: Screen, read: Callable[..., Snapshot]
) -> None:
    running = run()
    sign_in(running, screen)
    running.stop()
    again = run(tenants_allowed=(service_program.FABRIKAM,))
    wait_until(lambda: read().accounts == ())
    wait_until(lambda: "signed out ana" in again.world.says("done"))


def test_tokens_of_an_account_that_is_not_there_any_more_go_at_the_start(
    run: Run, screen: Screen, read: Callable[..., Snapshot]
) -> None:
    """It was signed out while the keyring was locked."""
    running = run()
    sign_in(running, screen)
    running.stop()
    running.world.say("tokens of", "ana ben")
    again = run()
    wait_until(lambda: "signed out ben" in again.world.says("done"))
    assert "signed out ana" not in again.world.says("done")
    assert [account.id for account in read().accounts] == ["ana"]


def test_an_account_without_a_stored_tenant_is_judged_by_its_tokens(
    run: Run, screen: Screen, read: Callable[..., Snapshot], paths: Paths
) -> None:
    running = run()
    sign_in(running, screen)
    running.stop()
    store = UserStore(paths.folder)
    store.save_account(replace(store.accounts()[0], tenant=""))
    store.close()
    kept = run(tenants_allowed=(service_program.CONTOSO,))
    wait_until(lambda: screen.client.connected)
    kept.stop()
    assert [account.id for account in read().accounts] == ["ana"], "not known yet"
    kept.world.say("tenant of ana", service_program.FABRIKAM)
    run(tenants_allowed=(service_program.CONTOSO,))
    wait_until(lambda: read().accounts == ())


def test_a_profile_without_a_name_of_its_own_takes_that_of_its_first_account(
    run: Run, screen: Screen, read: Callable[..., Snapshot], paths: Paths
) -> None:
    running = run()
    wait_until(lambda: screen.client.connected)
    writer = UserWriter(paths.folder)
    writer.create_profile(Profile("p1", "Driver 1", "key card 7", provisional=True))
    writer.create_profile(Profile("p2", "Our name"))
    writer.close()
    sign_in(running, screen, "Ana", "p1")
    assert read("p1").profile == Profile("p1", "Ana", "key card 7")
    sign_in(running, screen, "Ana.Home", "p1")
    sign_in(running, screen, "Ben", "p2")
    assert [profile.name for profile in read("p1").profiles] == ["Ana", "Our name"]


def test_an_account_of_another_driver_stays_with_that_driver_and_that_is_reported(
    run: Run, screen: Screen, read: Callable[..., Snapshot]
) -> None:
    running = run()
    sign_in(running, screen, "Ana", "p1")
    sign_in(running, screen, "Ana", "p2")
    assert (screen.sign_in.phase, screen.sign_in.reason) == ("failed", "other_driver")
    assert [account.id for account in read("p1").accounts] == ["ana"]
    assert "signed out ana" not in running.world.says("done")
    sign_in(running, screen, "Ana", "p1")
    assert screen.sign_in.phase == "done"


def test_a_pending_code_is_never_polled_sooner_than_the_service_allows() -> None:
    """Pain point 13 of the facts: polling under the interval trips the service's own breaker."""
    asked: list[float] = []

    class Flow:
        code = DeviceCode("ABCD-EFGH", "https://login.example/device", 900, 0.05)

        def poll(self) -> SignedIn | None:
            asked.append(time.monotonic())
            raise OutageError("the service is down")

    class Identity:
        def start_device_code(self, *_: object) -> Flow:
            return Flow()

    class Clock:
        def seconds(self) -> float:
            return time.monotonic()

    coordinator = SignInCoordinator(Identity(), (), Clock(), lambda *_: "", lambda _: None, lambda _: None, None, ())  # type: ignore[arg-type]  # a part of it
    begun = time.monotonic()
    coordinator.begin(SignInRequest("p1", "device", "", "", more=False))
    wait_until(lambda: len(asked) >= 4)
    coordinator.cancel()
    assert all(later - earlier >= 0.05 for earlier, later in zip((begun, *asked), asked, strict=False))
