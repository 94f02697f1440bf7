"""One measurement of a synchronisation in a fresh process: `sync_client.py WHAT PORT CA_FILE TAPE FOLDER`.

WHAT is `carlendar`, or a floor over the same exchanges: `json` (requests and json), `html` (and one HTML-to-text
pass over the bodies by `html.parser`), `text` (the same by Carlendar's own reader). Prints one JSON object:
processor and wall seconds until the events were stored and until all was done, and the requests.
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import requests

sys.path.insert(0, str(Path(__file__).parents[2]))  # of the tests' clock

from carlendar.domain.account import Account, AccountState
from carlendar.meetings.extract import find_join_details
from carlendar.meetings.html import linked_text, text_of
from carlendar.microsoft.calendar import MicrosoftCalendar
from carlendar.microsoft.clouds import custom_cloud
from carlendar.microsoft.graph import GraphClient
from carlendar.microsoft.session import HttpReply, HttpSession
from carlendar.store.snapshot import StoreReader
from carlendar.sync.body_reader import SyncDependencies
from carlendar.sync.engine import SyncEngine
from replay_server import Exchange
from service_parts import stores_of
from tests.fakes.clocks import ManualClocks

ADA = "ada@contoso.example"
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
EVENTS = 2000


@dataclass
class Sent:
    """One request as it went out."""

    method: str
    url: str
    headers: dict[str, str]
    data: bytes


class Recording(HttpSession):
    """A real session that keeps what was asked."""

    def __init__(self, ca_file: str, sent: list[Sent]) -> None:
        super().__init__(ca_file=ca_file)
        self._sent = sent

    def request(self, method: str, url: str, **more: Any) -> HttpReply:
        self._sent.append(Sent(method, url, dict(more.get("headers") or {}), more.get("data") or b""))
        return super().request(method, url, **more)


class Stopwatch:
    """Processor seconds of the whole process and wall seconds, since it was made."""

    def __init__(self) -> None:
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def read(self) -> tuple[float, float]:
        return time.process_time() - self._cpu, time.perf_counter() - self._wall


@dataclass
class Run:
    """(processor, wall) seconds until the events were stored and until all was done, and the requests until then."""

    stored: tuple[float, float]
    done: tuple[float, float]
    requests: tuple[int, int]


def synchronise(folder: Path, graph: str, ca_file: str, token: str, sent: list[Sent]) -> Run:
    """Carlendar's own: list, store, read all texts, follow changes; the next six are read as a screen reads them."""
    account = Account("a1", "ada", ADA, "Ada", "global", AccountState.SIGNED_IN, NOW, locale="en-US")
    user, events = stores_of(folder, account)
    clock = ManualClocks(NOW)
    stored: list[tuple[tuple[float, float], int]] = []
    with Recording(ca_file, sent) as http:
        at = custom_cloud(graph.rpartition("/")[0], graph, ca_file)
        source = MicrosoftCalendar(GraphClient(at, http, lambda _: token), "a1")

        def listed(*_: object) -> None:
            reader = StoreReader(folder)
            assert len(reader.upcoming(NOW, 6)) == 6
            stored.append((watch.read(), len(sent)))
            reader.close()

        tools = SyncDependencies(
            lambda _: source,
            lambda e, text: find_join_details(e, text, "DE"),
            text_of,
            clock,
            clock,
            progress=listed,
        )
        watch = Stopwatch()
        outcome = SyncEngine(events, user, tools).sync(account)
        done = watch.read()
    assert outcome.error == "", outcome.error
    calendar = events.calendars("a1")[0]
    assert events.count(calendar) == EVENTS
    assert not events.unread(calendar)
    events.close()
    user.close()
    return Run(stored[0][0], done, (stored[0][1], len(sent)))


class _Text(HTMLParser):
    """The text of a page, as little as an HTML-to-text pass can be."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _parsed(body: str) -> str:
    parser = _Text()
    parser.feed(body)
    parser.close()
    return "".join(parser.parts)


PASSES: dict[str, Callable[[str], str]] = {"json": str, "html": _parsed, "text": linked_text}


def replay(tape: list[Exchange], origin: str, ca_file: str, until_stored: int, read: Callable[[str], str]) -> Run:
    """The floor: the same exchanges by plain `requests`, each body parsed by `json`, each HTML text read once."""
    stored = (0.0, 0.0)
    seen: set[str] = set()
    with requests.Session() as session:
        session.trust_env = False
        session.verify = ca_file
        session.headers.update({"User-Agent": "Carlendar", "Accept-Encoding": "gzip"})
        watch = Stopwatch()
        for number, each in enumerate(tape, 1):
            url = origin + each.target
            answer = session.request(each.method, url, headers=each.headers, data=each.data, timeout=60)
            for item in _items(json.loads(answer.content)):
                body = item.get("body")
                if isinstance(body, dict) and body.get("contentType") == "html" and item["id"] not in seen:
                    seen.add(item["id"])
                    read(body["content"])
            if number == until_stored:
                stored = watch.read()
        return Run(stored, watch.read(), (until_stored, len(tape)))


def _items(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The items of a page, or those of a batch's answers."""
    return [*data.get("value", ()), *(answer.get("body", {}) for answer in data.get("responses", ()))]


def main() -> None:
    """Measure once."""
    what, port, ca_file, tape_file, folder = sys.argv[1:]
    tape, until_stored = pickle.loads(Path(tape_file).read_bytes())  # noqa: S301 - the runner wrote it
    origin = f"https://localhost:{port}"
    if what == "carlendar":
        run = synchronise(Path(folder), f"{origin}/v1.0", ca_file, "token", [])
    else:
        run = replay(tape, origin, ca_file, until_stored, PASSES[what])
    print(json.dumps([*run.stored, *run.done, *run.requests]))


if __name__ == "__main__":
    main()
