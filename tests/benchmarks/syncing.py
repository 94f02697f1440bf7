"""A first synchronisation of a large calendar beside bare requests and json, over a static replay of the same bytes.

One synchronisation against the emulated cloud is recorded; then a static server gives the recorded bytes to fresh
processes that take turns: Carlendar, and floors that send the same requests (`sync_client`). The ratios are of
processor time, wall time stands beside them. How much a refresh with one change moves is taken from the emulated
cloud itself.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlsplit

import requests

from carlendar.microsoft.clouds import READ_SCOPES, custom_cloud
from carlendar.microsoft.identity import MicrosoftIdentity
from carlendar.microsoft.keys import FileKey
from carlendar.microsoft.session import HttpSession
from carlendar.microsoft.vault import Vault
from carlendar_devtools.emulator.cloud import certificates
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.world.generator import fill
from carlendar_devtools.emulator.world.mailbox import Mailbox
from carlendar_devtools.emulator.world.person import CalendarBook, DirectoryUser
from carlendar_devtools.emulator.world.world import World
from replay_server import Exchange, ReplayServer
from sync_client import ADA, EVENTS, NOW, Run, Sent, synchronise

DAYS = 15
BODY = 4096
"""Characters of each invitation's text: what people and mail programs add is made up to that."""
FLOORS = {"json": "requests + json", "html": "requests + json + html.parser", "text": "requests + json + our reader"}
_LIBRARIES = "CARLENDAR_BENCHMARK_LIBRARIES"
"""Names a Python that has the O365 library and msgraph-sdk, to measure them in the same run."""


@dataclass(frozen=True)
class Tape:
    """What the static server plays, and where."""

    port: int
    ca_file: str
    file: Path


def serve(pipe: Connection, folder: Path) -> None:
    """The server's process: the emulated cloud until a tape comes, then that tape on the same port."""
    world = World("Bench", "contoso.example", NOW)
    person = DirectoryUser("00000000-0000-4000-8000-000000414441", "Ada Example", ADA)
    world.mailboxes[ADA] = Mailbox(
        person, lambda: NOW, {"calendar": CalendarBook("calendar", "Calendar", is_default=True)}
    )
    mailbox = world.person(ADA)
    fill(mailbox, date(2026, 11, 23), events=EVENTS, days=DAYS)
    for key, entry in list(mailbox.entries.items()):
        mailbox.change(key, body=_made_up(entry.body))
    with RunningCloud(world, folder) as cloud:
        cloud.limits.in_ten_minutes = 10_000_000
        cloud.auto_approve(ADA)
        pipe.send((cloud.authority, cloud.graph, str(cloud.ca_file), cloud.client_id))
        while (tape := pipe.recv()) is None:
            mailbox.change(next(iter(mailbox.entries)), title=f"Renamed {mailbox.revision}")
            pipe.send(True)
    context, ca_file = certificates.make(folder / "replay")
    server = ReplayServer(tape, context, cloud.port)
    pipe.send((cloud.port, str(ca_file)))
    pipe.recv()
    server.close()


def run(scratch: Path, rounds: int, say: Callable[[str], None]) -> None:
    """Measure and report."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=serve, args=(theirs, scratch / "cloud"), daemon=True)
    server.start()
    try:
        tape, moved = _record(scratch, ours)
        names = ["carlendar", *FLOORS]
        runs: dict[str, list[Run]] = {name: [] for name in names}
        others: dict[str, list[tuple[float, float]]] = {}
        for number in range(rounds):
            for name in names:
                runs[name].append(_client(name, tape, scratch / f"data{number}"))
            for name in ("o365", "msgraph") if os.environ.get(_LIBRARIES) else ():
                others.setdefault(name, []).append(_library(name, tape))
        _report(say, runs, moved)
        for name, found in others.items():
            cpu, wall = (statistics.median(each) for each in zip(*found, strict=True))
            own = statistics.median(each.stored[0] for each in runs["carlendar"])
            say(f"{name}, {EVENTS} events listed: {_ms(cpu)} of processor, {_ms(wall)}; {cpu / own:.1f} times ours")
    finally:
        ours.send(False)
        server.join(10)


def _made_up(body: str) -> str:
    line = (
        "<div><span style='color:#252424'>The agenda and the figures are in the folder of the project.</span></div>\n"
    )
    return body + line * max(0, (BODY - len(body)) // len(line))


def _record(scratch: Path, pipe: Connection) -> tuple[Tape, str]:
    """A tape of one first synchronisation, and what a refresh after it moved."""
    authority, graph, ca_file, client_id = pipe.recv()
    at = custom_cloud(authority, graph, ca_file)
    with HttpSession(ca_file=ca_file) as http:
        vault = Vault(scratch / "vault", sources=(FileKey(scratch / "vault"),))
        identity = MicrosoftIdentity(at, client_id, vault, http)
        signed = identity.start_device_code(READ_SCOPES).poll()
        assert signed is not None
        token = identity.token(signed.account_id, READ_SCOPES)
    sent: list[Sent] = []
    first = synchronise(scratch / "recorded", graph, ca_file, token, sent)
    exchanges = _exchanges(sent, ca_file)
    pipe.send(None)
    pipe.recv()
    again: list[Sent] = []
    synchronise(scratch / "recorded", graph, ca_file, token, again)
    refresh = _bytes(_exchanges(again, ca_file))
    listing = _bytes(exchanges[: first.requests[0]])
    pipe.send(exchanges)
    port, replay_ca = pipe.recv()
    file = scratch / "tape"
    file.write_bytes(pickle.dumps((exchanges, first.requests[0])))
    moved = (
        f"bytes: listing {listing:,} in {first.requests[0]} requests, all {_bytes(exchanges):,} in {len(exchanges)}; "
        f"a refresh with one change moves {100 * refresh / listing:.2f} % of the listing's"
    )
    return Tape(port, replay_ca, file), moved


def _exchanges(sent: list[Sent], ca_file: str) -> list[Exchange]:
    """The requests with the bytes of their responses, each asked once more."""
    found = []
    with requests.Session() as session:
        session.trust_env = False
        session.verify = ca_file
        session.headers.update({"User-Agent": "Carlendar", "Accept-Encoding": "gzip"})
        for each in sent:
            answer = session.request(
                each.method, each.url, headers=each.headers, data=each.data, stream=True, timeout=60
            )
            body = answer.raw.read(decode_content=False)
            lines = [f"HTTP/1.1 {answer.status_code} {answer.reason}", f"Content-Length: {len(body)}"]
            names = ("Content-Type", "Content-Encoding", "Preference-Applied")
            lines += [f"{name}: {answer.headers[name]}" for name in names if name in answer.headers]
            response = "\r\n".join((*lines, "", "")).encode() + body
            parts = urlsplit(each.url)
            target = f"{parts.path}?{parts.query}" if parts.query else parts.path
            found.append(Exchange(each.method, target, each.headers, each.data, response))
    return found


def _client(name: str, tape: Tape, folder: Path) -> Run:
    command = [sys.executable, str(Path(__file__).with_name("sync_client.py")), name]
    command += [str(tape.port), tape.ca_file, str(tape.file), str(folder)]
    found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=300).stdout)
    return Run((found[0], found[1]), (found[2], found[3]), (found[4], found[5]))


def _library(name: str, tape: Tape) -> tuple[float, float]:
    script = Path(__file__).with_name("sync_libraries.py")
    command = [os.environ[_LIBRARIES], str(script), name, str(tape.port), tape.ca_file]
    found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=300).stdout)
    return found[0], found[1]


def _bytes(exchanges: list[Exchange]) -> int:
    return sum(len(each.response.partition(b"\r\n\r\n")[2]) for each in exchanges)


def _report(say: Callable[[str], None], runs: dict[str, list[Run]], moved: str) -> None:
    ours = runs["carlendar"]
    _compared(say, "events stored and shown", ours, runs["json"], "json", lambda each: each.stored)
    for name in FLOORS:
        _compared(say, "all texts read, changes followed", ours, runs[name], name, lambda each: each.done)
    say(moved)


def _compared(
    say: Callable[[str], None],
    what: str,
    ours: list[Run],
    floor: list[Run],
    name: str,
    of: Callable[[Run], tuple[float, float]],
) -> None:
    cpu, wall = [[of(each)[part] for each in ours] for part in (0, 1)]
    cpu_floor, wall_floor = [[of(each)[part] for each in floor] for part in (0, 1)]
    ratios = [one / other for one, other in zip(cpu, cpu_floor, strict=True)]
    say(
        f"{EVENTS} events, {what}: {_ms(statistics.median(cpu))} of processor, {FLOORS[name]} "
        f"{_ms(statistics.median(cpu_floor))}, ratio {statistics.median(ratios):.2f} (by pair {min(ratios):.2f} to "
        f"{max(ratios):.2f}); wall {_ms(statistics.median(wall))} and {_ms(statistics.median(wall_floor))}"
    )


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms"
