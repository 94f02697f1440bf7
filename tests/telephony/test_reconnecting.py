"""The bus, the daemon and the phone may hang, go and come back: the telephone follows, with a growing wait."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from carlendar.domain.call import CallPhase, EndedBy
from carlendar.platform.back_off import RETRY_SECONDS, wait_before
from carlendar.platform.clock import BoottimeClock
from carlendar.telephony.ofono import OfonoTelephony
from tests.fakes.telephone import OfonoBench, Watch

NUMBER = "+496912345678"


@pytest.fixture
def mute_socket(tmp_path: Path) -> Iterator[Path]:
    """A bus that accepts connections and never answers."""
    path = tmp_path / "bus"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen(8)
        yield path


def test_a_bus_that_never_answers_does_not_keep_the_telephone_from_stopping(
    mute_socket: Path, elapsed: BoottimeClock, new_watch: type[Watch]
) -> None:
    telephony = OfonoTelephony(elapsed, f"unix:path={mute_socket}")
    watch = new_watch(telephony)
    telephony.dial(NUMBER, "")
    assert watch.ended().ended_by is EndedBy.NO_PHONE
    telephony.stop()
    assert not any(thread.name == "telephony" for thread in threading.enumerate())


@pytest.mark.parametrize("address", ["nonsense", "unix:", "tcp:host=127.0.0.1,port=1", "unix:path=/nonexistent/bus"])
def test_an_unusable_address_of_a_bus_is_survived(address: str, elapsed: BoottimeClock, new_watch: type[Watch]) -> None:
    telephony = OfonoTelephony(elapsed, address)
    watch = new_watch(telephony)
    telephony.dial(NUMBER, "")
    assert watch.ended().ended_by is EndedBy.NO_PHONE
    telephony.stop()


def test_the_bus_is_restarted(ofono: OfonoBench, new_watch: type[Watch]) -> None:
    watch = new_watch(ofono.telephony)
    watch.until(lambda state: state.connected)
    ofono.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)
    ofono.run(ofono.line.kill_bus())
    assert watch.ended().ended_by is EndedBy.NO_PHONE
    ofono.run(ofono.line.start_bus())
    watch.until(lambda state: state.connected)
    ofono.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)


def test_a_listener_that_fails_does_not_keep_others_from_being_notified(
    ofono: OfonoBench, new_watch: type[Watch]
) -> None:
    def fails(_state: object) -> None:
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError

    ofono.telephony.subscribe(fails)
    watch = new_watch(ofono.telephony)
    watch.until(lambda state: state.connected)
    ofono.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)


def test_waits_grow_to_a_limit() -> None:
    assert [wait_before(attempt) for attempt in range(7)] == [*RETRY_SECONDS, RETRY_SECONDS[-1], RETRY_SECONDS[-1]]


def test_stopping_twice_and_commands_after_it_do_nothing(ofono: OfonoBench, elapsed: BoottimeClock) -> None:
    telephony = OfonoTelephony(elapsed, ofono.line.address)
    telephony.stop()
    telephony.stop()
    telephony.dial(NUMBER, "")
    assert ofono.line.calls == ()
