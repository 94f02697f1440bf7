"""The profile photo, over real TLS from the emulated cloud and from a server that does what no cloud should."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from carlendar.domain.avatar import SIZE, AvatarImage
from carlendar.domain.ports import SignedIn
from carlendar.errors import OutageError, SignInNeededError
from carlendar.microsoft.clouds import READ_SCOPES, Cloud, custom_cloud
from carlendar.microsoft.graph import GraphClient
from carlendar.microsoft.identity import MicrosoftIdentity
from carlendar.microsoft.photo import BYTES, read_photo
from carlendar.microsoft.session import HttpSession
from carlendar.platform.picture import decoded
from carlendar_devtools.emulator.cloud.faults import Fault
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.world.world import World

PATH = "/me/photo/"


@pytest.fixture
def graph(
    cloud: Cloud, http: HttpSession, identity: MicrosoftIdentity, signed_in: Callable[..., SignedIn]
) -> GraphClient:
    person = signed_in(identity)
    return GraphClient(cloud, http, lambda claims: identity.token(person.account_id, READ_SCOPES, claims))


def test_the_photo_is_fetched_once_and_then_asked_for_by_its_tag(
    graph: GraphClient, running: RunningCloud, asked: list[tuple[str, dict[str, str]]]
) -> None:
    first = read_photo(graph, "", decoded)
    assert first is not None
    assert (len(first.pixels), bool(first.tag)) == (SIZE, True)
    assert read_photo(graph, first.tag, decoded) is None
    assert read_photo(graph, '"another"', decoded) == first
    assert [path for path, _ in asked if "photo" in path] == ["/v1.0/me/photo/$value"] * 3


def test_not_everyone_has_a_photo(graph: GraphClient, running: RunningCloud, world: World) -> None:
    box = world.mailboxes["ada@contoso.example"]
    box.person = replace(box.person, photo=False)
    assert read_photo(graph, "", decoded) == AvatarImage()
    running.inject(Fault("status", path=PATH, status=403, code="ErrorAccessDenied", count=1))
    assert read_photo(graph, "", decoded) == AvatarImage()


def test_garbage_in_place_of_a_photo_is_none(graph: GraphClient, running: RunningCloud) -> None:
    for kind in ("html", "truncated", "empty"):
        running.inject(Fault("garbage", path=PATH, garbage=kind, count=1))
        found = read_photo(graph, "", decoded)
        assert found is not None
        assert found.pixels == b""


@pytest.mark.parametrize(("status", "error"), [(500, OutageError), (401, SignInNeededError)])
def test_a_failure_is_reported_to_its_sender(
    graph: GraphClient, running: RunningCloud, status: int, error: type[Exception]
) -> None:
    running.inject(Fault("status", path=PATH, status=status, count=2))
    with pytest.raises(error):
        read_photo(graph, "", decoded)


def test_a_photo_beyond_all_measure_is_not_read_to_its_end(serve: Callable[..., str], ca_file: str) -> None:
    seen = threading.Event()

    def script(*_: object) -> tuple[int, dict[str, str], bytes]:
        seen.set()
        return 200, {"Content-Type": "image/jpeg", "ETag": 'W/"x"' * 100}, b"\xff" * (BYTES + 1)

    with HttpSession(ca_file=ca_file, size_limit=BYTES) as http:
        graph = GraphClient(custom_cloud("https://localhost:1", serve(script)), http, lambda _: "token")
        with pytest.raises(OutageError, match="far too much"):
            read_photo(graph, "", lambda _: pytest.fail("it must not be decoded"))
    assert seen.is_set()


def test_a_tag_that_no_header_should_bear_is_not_kept(serve: Callable[..., str], ca_file: str) -> None:
    def script(*_: object) -> tuple[int, dict[str, str], bytes]:
        return 200, {"ETag": "x" * 5000}, b"picture"

    with HttpSession(ca_file=ca_file) as http:
        graph = GraphClient(custom_cloud("https://localhost:1", serve(script)), http, lambda _: "token")
        assert read_photo(graph, "", lambda picture: picture) == AvatarImage("", b"picture")
