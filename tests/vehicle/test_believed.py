"""The databroker that a car believes: named by root, and proven by its certificate or by root's socket."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from carlendar.domain.vss import SELECTOR, SPEED
from carlendar.errors import SettingsError
from carlendar.platform.clock import BoottimeClock
from carlendar.root_file import NotRootsError, RootFile
from carlendar.settings import Settings, load
from carlendar.vehicle.broker import Broker
from carlendar.vehicle.kuksa import KuksaSignals
from carlendar.wiring import databroker
from tests.fakes.databroker import Ears, Garage

Named = Callable[..., Settings]


@pytest.fixture
def root_file(tmp_path: Path) -> Callable[[Path], RootFile]:
    """What counts as root's here: what belongs to the user of the tests, below the test's folder."""
    return lambda path: RootFile(path, os.getuid(), tmp_path)


@pytest.fixture
def named(root_file: Callable[[Path], RootFile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Named:
    """Settings of a platform file that says this of the vehicle."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    def settings(**vehicle: str) -> Settings:
        lines = [f'{name} = "{value}"' for name, value in vehicle.items()]
        (tmp_path / "platform.toml").write_text("\n".join(["[vehicle]", *lines]))
        return load(environ={}, managed=None, platform=root_file(tmp_path / "platform.toml"))

    return settings


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "ca.pem")
    return made


def opened(garage: Garage, authority: trustme.CA) -> None:
    """A broker with a certificate of that authority takes the port."""
    certificate = authority.issue_cert("localhost")
    chain = b"".join(pem.bytes() for pem in certificate.cert_chain_pems)
    garage.shut()
    garage.open(certificate=(certificate.private_key_pem.bytes(), chain))


ADDRESSES = (
    "127.0.0.1:55555", "localhost:55555", "[::1]:55555", "10.0.0.1:55555", "dns:///localhost:55555",
    "ipv4:127.0.0.1:55555", "unix-abstract:broker",
)  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_databroker_is_believed_without_a_certificate_even_on_the_loopback(named: Named, address: str) -> None:
    with pytest.raises(SettingsError, match=r"needs TLS: set vehicle\.ca_file to its certificate authority"):
        databroker.broker(named(databroker=address))


def test_without_a_name_there_is_no_databroker(named: Named) -> None:
    with pytest.raises(SettingsError, match=r"no databroker is configured: set vehicle\.databroker in /etc/carlendar"):
        databroker.broker(named())


def test_an_impostor_that_has_the_port_first_is_not_believed_and_the_cars_broker_is(
    garage: Garage,
    clock: BoottimeClock,
    ears: Ears,
    named: Named,
    authority: trustme.CA,
    root_file: Callable[[Path], RootFile],
    tmp_path: Path,
) -> None:
    settings = named(databroker=garage.address, ca_file=str(tmp_path / "ca.pem"))
    signals = KuksaSignals(databroker.broker(settings, root_file), clock)
    garage.set(SPEED, 0.0)
    garage.set(SELECTOR, 126)
    signals.start(ears)  # at a broker without TLS, then at one of a stranger's authority
    try:
        opened(garage, trustme.CA())
        garage.set(SPEED, 0.0)
        opened(garage, authority)
        with garage.publishing(SPEED, 22.5):
            ears.wait(SPEED, 22.5, 20.0)
    finally:
        signals.stop()
    assert {each.value for each in ears.readings if each.signal == SPEED} <= {None, 22.5}
    assert {each.value for each in ears.readings if each.signal == SELECTOR} <= {None}


def test_an_authority_that_others_can_write_is_refused(
    named: Named, authority: trustme.CA, root_file: Callable[[Path], RootFile], tmp_path: Path
) -> None:
    file = tmp_path / "ca.pem"
    settings = named(databroker="broker.car.example:55555", ca_file=str(file))
    assert databroker.broker(settings, root_file).ca == authority.cert_pem.bytes()
    file.chmod(0o666)
    with pytest.raises(NotRootsError, match="must be owned by root"):
        databroker.broker(settings, root_file)
    file.unlink()
    file.symlink_to("/dev/null")
    with pytest.raises(NotRootsError):
        databroker.broker(settings, root_file)


@pytest.mark.parametrize("text", ["", "no certificate", "-----BEGIN PRIVATE KEY-----"])
def test_an_authority_without_a_certificate_is_refused(
    named: Named, root_file: Callable[[Path], RootFile], tmp_path: Path, text: str
) -> None:
    (tmp_path / "ca.pem").write_text(text)
    settings = named(databroker="broker.car.example:55555", ca_file=str(tmp_path / "ca.pem"))
    with pytest.raises(SettingsError, match="contains no certificate"):
        databroker.broker(settings, root_file)


@pytest.fixture
def bound(tmp_path: Path) -> Iterator[Path]:
    """A Unix socket in a folder of its own."""
    folder = tmp_path / "run"
    folder.mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "b.sock"))
        yield folder / "b.sock"


@pytest.mark.parametrize("beginning", ["unix:", "unix://"])
def test_a_socket_of_roots_is_trusted_regardless_of_who_may_connect_to_it(
    named: Named, root_file: Callable[[Path], RootFile], bound: Path, beginning: str
) -> None:
    bound.chmod(0o666)
    databroker.broker(named(databroker=f"{beginning}{bound}"), root_file).channel().close()


def test_a_socket_that_another_could_have_bound_is_not(
    named: Named, root_file: Callable[[Path], RootFile], bound: Path
) -> None:
    settings = named(databroker=f"unix:{bound}")
    broker = databroker.broker(settings, root_file)
    bound.parent.chmod(0o777)
    with pytest.raises(NotRootsError, match="must be owned by root"):
        broker.channel()
    with pytest.raises(NotRootsError, match="must be owned by root"):
        databroker.broker(settings, root_file)


def test_a_socket_of_another_user_is_not_believed(named: Named, bound: Path, tmp_path: Path) -> None:
    settings = named(databroker=f"unix:{bound}")
    with pytest.raises(NotRootsError, match="must be owned by root"):
        databroker.broker(settings, lambda path: RootFile(path, os.getuid() + 1, tmp_path))


def test_a_socket_that_comes_later_is_looked_at_then(
    named: Named, root_file: Callable[[Path], RootFile], tmp_path: Path
) -> None:
    path = tmp_path / "b.sock"
    broker = databroker.broker(named(databroker=f"unix:{path}"), root_file)
    with pytest.raises(NotRootsError, match="No such file"):
        broker.channel()
    path.write_text("")
    with pytest.raises(NotRootsError, match="is not a socket"):
        broker.channel()
    path.unlink()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        broker.channel().close()


def test_a_refused_socket_is_asked_for_again_and_believed_once_it_is_roots(
    garage: Garage, clock: BoottimeClock, ears: Ears
) -> None:
    refusals = [NotRootsError("not root's"), NotRootsError("not root's")]

    def guard() -> None:
        if refusals:
            raise refusals.pop()

    signals = KuksaSignals(Broker(garage.address, guard=guard), clock)
    signals.start(ears)
    try:
        with garage.publishing(SPEED, 3.0):
            ears.wait(SPEED, 3.0)
    finally:
        signals.stop()
    assert refusals == []


def test_doctor_says_why_no_databroker_is_believed(named: Named) -> None:
    found = databroker.check(named(databroker="127.0.0.1:55555"))
    assert not found.ok
    assert "needs TLS" in found.detail
    assert "the screen stays as if moving" in found.detail
    assert found.fix == "as root, correct [vehicle] in /etc/carlendar/platform.toml"
