"""What the screen asks, the service does: people sign in and out, days arrive, answers go, nothing is left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from carlendar.domain.account import AccountState, Profile
from carlendar.ipc.messages import Command, DataChanged, Done, Failure, SignInStatus, SyncStatus
from carlendar.service.lock import ServiceLock
from carlendar.service.main import EXIT_BUSY, Paths, ServiceProcess
from carlendar.store.folder import begin_erasing, is_erasing
from carlendar.store.outbox import Outbox
from carlendar.store.records import OutboxItem, OutboxState, Snapshot
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


def titles(snapshot: Snapshot) -> list[str]:
    return [stored.event.title for stored in snapshot.events]


def test_a_person_signs_in_with_a_code_and_the_day_arrives(
    run: Run, screen: Screen, read: Callable[..., Snapshot]
) -> None:
    running = run()
    running.world.say("events", "Review\nLunch")
    screen.send("sign_in", profile="p1", way="device")
    wait_until(lambda: screen.sign_in.phase == "code")
    status = screen.sign_in
    assert (status.user_code, status.verification_uri) == ("ABCD-EFGH", "https://login.example/device")
    assert 0 < status.expires_in <= 900
    running.world.say("approve", "Ana")
    wait_until(lambda: screen.sign_in.phase == "done")
    wait_until(lambda: titles(read()) == ["Review", "Lunch"])
    wait_until(lambda: all(stored.event.body for stored in read().events))
    wait_until(lambda: screen.sync.as_of and not screen.sync.running)
    snapshot = read()
    assert snapshot.profile == Profile("p1", "Ana")
    assert [(a.id, a.profile_id, a.state) for a in snapshot.accounts] == [("ana", "p1", AccountState.SIGNED_IN)]
    assert DataChanged("accounts") in screen.heard
    assert DataChanged("events") in screen.heard


def test_a_screen_that_connects_later_receives_the_code_and_the_seconds_that_are_left(
    run: Run, screen: Screen, paths: Paths
) -> None:
    run()
    screen.send("sign_in", profile="p1", way="device")
    wait_until(lambda: screen.sign_in.phase == "code")
    other = type(screen)(paths.socket, service_program.Clock())
    wait_until(lambda: other.sign_in.phase)
    assert other.sign_in.user_code == "ABCD-EFGH"
    assert 800 < other.sign_in.expires_in < 900
    other.client.stop()


def test_a_large_calendar_arrives_whole_without_calling_the_screen_forevery_batch(
    run: Run, screen: Screen, read: Callable[..., Snapshot]
) -> None:
    running = run()
    running.world.say("events", "\n".join(f"Meeting {number}" for number in range(160)))
    sign_in(running, screen)
    wait_until(lambda: screen.sync.as_of and not screen.sync.running)
    last_word = len(screen.heard) - screen.heard[::-1].index(DataChanged("events"))
    assert len(read().events) == 160
    assert all(stored.event.body for stored in read().events)
    assert screen.heard.count(DataChanged("events")) <= 5
    assert any(isinstance(message, SyncStatus) for message in screen.heard[last_word:])


def test_a_new_code_on_request_ends_the_one_before(run: Run, screen: Screen) -> None:
    running = run()
    for count in (1, 2):
        screen.send("sign_in", profile="p1", way="device")
        wait_until(
            lambda: sum(isinstance(m, SignInStatus) and m.phase == "code" for m in screen.heard) == count  # noqa: B023  # called at once
        )
    running.world.say("approve", "Ana")
    wait_until(lambda: screen.sign_in.phase == "done")
    screen.send("fly")
    wait_until(lambda: Failure("fly", "usage") in screen.heard)
    assert [m.phase for m in screen.heard if isinstance(m, SignInStatus)].count("done") == 1
    assert len(running.identity.asked) == 2


def test_a_cancelled_sign_in_signs_no_one_in(run: Run, screen: Screen, read: Callable[..., Snapshot]) -> None:
    running = run()
    screen.send("sign_in", profile="p1", way="device")
    wait_until(lambda: screen.sign_in.phase == "code")
    screen.send("sign_in_cancel")
    wait_until(lambda: screen.sign_in.phase == "cancelled")
    running.world.say("approve", "Ana")
    screen.send("sign_in", profile="p2", way="browser")
    wait_until(lambda: screen.sign_in.phase == "done")
    assert [profile.id for profile in read().profiles] == ["p2"]
    assert "opened https://login.example/authorize" in running.world.says("done")


def test_a_tunnel_does_not_end_a_sign_in_and_a_refusal_is_reported_with_its_reason(run: Run, screen: Screen) -> None:
    running = run()
    screen.send("sign_in", profile="p1", way="device")
    wait_until(lambda: screen.sign_in.phase == "code")
    running.world.say("gone", "x")
    running.world.say("refuse", "x")
    running.world.say("gone", "")
    wait_until(lambda: screen.sign_in.phase == "failed")
    assert (screen.sign_in.reason, screen.sign_in.number) == ("policy", "AADSTS53003")
    running.world.say("gone", "x")
    screen.send("sign_in", profile="p1", way="device")
    wait_until(lambda: screen.sign_in.reason == "offline")


def test_renewing_as_someone_else_is_refused_and_leaves_the_account(
    run: Run, screen: Screen, read: Callable[..., Snapshot]
) -> None:
    running = run()
    sign_in(running, screen)
    sign_in(running, screen, "Ben", account="ana")
    assert screen.sign_in.reason == "wrong_account"
    wait_until(lambda: "signed out ben" in running.world.says("done"))
    assert [account.id for account in read().accounts] == ["ana"]
    sign_in(running, screen, "Ana", account="ana")
    assert screen.sign_in.phase == "done"


def test_two_accounts_of_one_person_make_one_day(run: Run, screen: Screen, read: Callable[..., Snapshot]) -> None:
    running = run()
    running.world.say("events", "Review")
    sign_in(running, screen)
    sign_in(running, screen, "Ana.Home")
    wait_until(lambda: len(read().events) == 2)
    assert [account.id for account in read("p1").accounts] == ["ana", "ana.home"]


def test_signing_out_leaves_nothing_of_the_account(
    run: Run, screen: Screen, read: Callable[..., Snapshot], paths: Paths
) -> None:
    running = run()
    running.world.say("events", "Xylophonkonzert")
    sign_in(running, screen)
    wait_until(lambda: titles(read()) == ["Xylophonkonzert"])
    screen.send("sign_out", account="ana")
    wait_until(lambda: read().accounts == () and not holders(paths.folder, b"Xylophon"))
    assert "signed out ana" in running.world.says("done")


def test_erasing_all_data_leaves_nothing_of_any_driver_and_a_running_service(
    run: Run, screen: Screen, read: Callable[..., Snapshot], paths: Paths
) -> None:
    running = run()
    running.world.say("events", "Xylophonkonzert")
    sign_in(running, screen)
    sign_in(running, screen, "Ben", "p2")
    (paths.tokens[0] / "cache").write_text("Xylophonkonzert")
    wait_until(lambda: titles(read("p2")) == ["Xylophonkonzert"])
    screen.send("erase")
    wait_until(lambda: DataChanged("erased") in screen.heard)
    assert holders(paths.folder, b"Xylophon") == holders(paths.folder, b"contoso") == []
    assert not paths.tokens[0].exists()
    assert read() == Snapshot(None)
    assert running.world.says("done").count("signed out") == 2
    later = type(screen)(paths.socket, service_program.Clock())
    sign_in(running, later)
    wait_until(lambda: titles(read()) == ["Xylophonkonzert"])
    later.client.stop()


def test_a_clearing_that_was_interrupted_is_finished_before_anything_else(
    run: Run, screen: Screen, read: Callable[..., Snapshot], paths: Paths
) -> None:
    first = run()
    first.world.say("events", "Xylophonkonzert")
    sign_in(first, screen)
    wait_until(lambda: titles(read("p1")) == ["Xylophonkonzert"])
    first.stop()
    (paths.tokens[0] / "cache").write_text("Xylophonkonzert")
    begin_erasing(paths.folder)
    assert read("p1") == Snapshot(None)
    screen.heard.clear()
    run()
    wait_until(lambda: any(isinstance(message, SyncStatus) for message in screen.heard))
    assert holders(paths.folder, b"Xylophon") == holders(paths.folder, b"contoso") == []
    assert not paths.tokens[0].exists()
    assert not is_erasing(paths.folder)


def holders(folder: Path, word: bytes) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and word in path.read_bytes()]


def test_a_guest_leaves_nothing_behind_and_who_is_none_stays(
    run: Run, screen: Screen, read: Callable[..., Snapshot], paths: Paths
) -> None:
    running = run()
    sign_in(running, screen)
    writer = UserWriter(paths.folder, boot_id=lambda: "boot 1")
    writer.create_profile(Profile("g", "Xylophon", is_guest=True))
    writer.close()
    sign_in(running, screen, "Xylo", "g")
    screen.send("end_guest", profile="p1")
    wait_until(lambda: Failure("end_guest", "usage") in screen.heard)
    screen.send("end_guest", profile="g")
    wait_until(lambda: [profile.id for profile in read().profiles] == ["p1"])
    wait_until(lambda: holders(paths.folder, b"Xylo") == holders(paths.folder, b"xylo") == [])
    assert [account.id for account in read().accounts] == ["ana"]


def test_a_guest_of_an_earlier_drive_is_gone_at_the_start(run: Run, paths: Paths, screen: Screen) -> None:
    user = UserStore(paths.folder)
    user.save_profile(Profile("g", "Xylophon", is_guest=True), "boot 0")
    user.save_profile(Profile("h", "Here", is_guest=True), "boot 1")
    user.close()
    run()
    wait_until(lambda: screen.client.connected)
    user = UserStore(paths.folder)
    assert [profile.id for profile in user.profiles()] == ["h"]
    user.close()


def test_what_the_person_did_is_sent_when_its_time_has_come(run: Run, screen: Screen, paths: Paths) -> None:
    running = run()
    sign_in(running, screen)
    now = service_program.Clock().now()
    writer = UserWriter(paths.folder, lambda what, _ok: screen.send("outbox") if what == "put" else None)
    writer.put(OutboxItem("k1", "ana", "e1", "accept", {}, now, now + timedelta(seconds=0.2)))
    writer.put(OutboxItem("k2", "ana", "e2", "late", {"to": "b@contoso.example"}, now, now + timedelta(hours=1)))
    writer.withdraw("k2")
    wait_until(lambda: "accept e1" in running.world.says("done"))
    wait_until(lambda: DataChanged("outbox") in screen.heard)
    writer.close()
    user = UserStore(paths.folder)
    assert [item.state for item in Outbox(user.database).items()] == [OutboxState.SENT, OutboxState.WITHDRAWN]
    user.close()


def test_a_failing_cloud_is_reported_and_the_day_stays(run: Run, screen: Screen, read: Callable[..., Snapshot]) -> None:
    running = run()
    running.world.say("events", "Review")
    sign_in(running, screen)
    wait_until(lambda: titles(read()) == ["Review"])
    running.world.say("gone", "x")
    screen.send("refresh")
    wait_until(lambda: screen.sync.failing == "offline")
    assert screen.sync.as_of
    assert titles(read()) == ["Review"]


def test_a_blocked_account_is_erased_after_a_day(
    run: Run, screen: Screen, read: Callable[..., Snapshot], paths: Paths
) -> None:
    running = run()
    sign_in(running, screen)
    running.stop()
    user = UserStore(paths.folder)
    user.set_account_state("ana", AccountState.BLOCKED, "disabled", running.ports.wall.now() - timedelta(hours=25))
    user.close()
    again = run()
    wait_until(lambda: read().accounts == ())
    wait_until(lambda: "signed out ana" in again.world.says("done"))


def test_an_unknown_command_is_reported_and_ends_nothing(run: Run, screen: Screen) -> None:
    run()
    screen.send("fly")
    wait_until(lambda: Failure("fly", "usage") in screen.heard)
    assert screen.client.connected


def test_a_command_is_answered_once_it_was_carried_out_and_not_by_what_else_changes(
    run: Run, screen: Screen, read: Callable[..., Snapshot]
) -> None:
    running = run()
    sign_in(running, screen)
    wait_until(lambda: DataChanged("accounts") in screen.heard)
    screen.client.send(Command("sign_out", {"account": "ana"}, "r1"))
    wait_until(lambda: Done("r1") in screen.heard)
    assert read().accounts == ()


def test_the_network_is_reported_in_the_status(run: Run, screen: Screen) -> None:
    run()
    screen.send("network", online="0")
    wait_until(lambda: not screen.sync.online)
    screen.send("network", online="1")
    wait_until(lambda: screen.sync.online)
    screen.send("network", online="0")
    wait_until(lambda: not screen.sync.online)
    screen.send("network", online="")
    wait_until(lambda: screen.sync.online)


def test_only_one_service_runs_in_a_data_folder(run: Run, paths: Paths, screen: Screen) -> None:
    running = run()
    wait_until(lambda: screen.client.connected)
    second = ServiceProcess(paths, running.ports, running.service._options.__class__("test", lock_timeout=0.05))
    assert second.run() == EXIT_BUSY
    assert running.stop() == 0
    lock = ServiceLock(paths.folder)
    assert lock.acquire()
    lock.release()


def test_a_service_without_a_screen_ends_by_itself_where_it_is_configured_to(run: Run) -> None:
    running = run(linger=0.05)
    running.service._commands.put(None)
    running.thread.join(20)
    assert running.codes == [0]
