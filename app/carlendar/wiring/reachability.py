"""Which of Microsoft's hosts the car reaches, and how its clock differs from theirs, for `carlendar doctor`.

Nothing that identifies a person is sent: the sign-in host is asked for its public metadata, Graph without a token.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from queue import Empty, SimpleQueue

from carlendar.domain.base import Value
from carlendar.domain.ports import NetworkState
from carlendar.errors import CarlendarError, ServiceError
from carlendar.microsoft.clouds import Cloud
from carlendar.microsoft.faults import fault
from carlendar.microsoft.session import HttpReply, HttpSession, is_page
from carlendar.platform.probes import Check
from carlendar.platform.transport import host_of, unverified_date
from carlendar.presentation import reasons

CLOCK_TOLERANCE = timedelta(minutes=1)
WAIT = 12.0
"""Seconds for all hosts together; a name that cannot be resolved may take a resolver's time-outs."""
PORTAL_PROBE = "http://www.msftconnecttest.com/connecttest.txt"
PORTAL_ANSWER = b"Microsoft Connect Test"
"""The probe that Windows uses: any other answer is that of a captive portal."""

_INVALID = frozenset({"certificate_authority", "certificate_host", "certificate", "tls"})
_UNTIMELY = frozenset({"certificate_expired", "certificate_early"})


class Reached(Value, frozen=True):
    """What became of asking one host: the key of a reason, empty where it answered; and its time."""

    host: str
    reason: str = ""
    clock_offset: timedelta | None = None
    """How far this computer's clock is ahead of the host's; None if the host sent no time."""


def reach(
    http: HttpSession, cloud: Cloud, tenant: str, now: Callable[[], datetime], probe: str = PORTAL_PROBE
) -> tuple[Reached, ...]:
    """Ask the sign-in host and Graph, at the same time. Never raises; returns after `WAIT` seconds at most."""
    metadata = f"{cloud.authority(tenant)}/v2.0/.well-known/openid-configuration"
    addresses = (metadata, f"{cloud.graph}/v1.0/me")
    found: SimpleQueue[tuple[str, Reached]] = SimpleQueue()
    for address in addresses:
        arguments = (http, address, now, probe, found)
        threading.Thread(target=_reach_into, args=arguments, name="reach", daemon=True).start()
    answers = {address: Reached(host_of(address), "timeout") for address in addresses}
    deadline = time.monotonic() + WAIT
    for _ in addresses:
        try:
            address, answer = found.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty:
            break
        answers[address] = answer
    return tuple(answers.values())


def check_clock(clock: Check, reached: Sequence[Reached]) -> Check:
    """`clock`, the check of this computer's own, compared with the times of the hosts."""
    dated = next((each for each in reached if each.clock_offset is not None), None)
    if dated is None or dated.clock_offset is None or abs(dated.clock_offset) <= CLOCK_TOLERANCE:
        return clock
    direction = "ahead of" if dated.clock_offset > timedelta(0) else "behind"
    detail = f"{clock.detail}; {_span(abs(dated.clock_offset))} {direction} {dated.host}"
    fix = (
        "set the clock, or start systemd-timesyncd or another source of time; a wrong clock makes certificates invalid"
    )
    return Check("clock", ok=False, detail=detail, fix=fix)


def check_network(network: NetworkState, reached: Sequence[Reached], *, proxy: str = "") -> Check:
    """Which hosts answered, and why the others did not."""
    failed = [each for each in reached if each.reason]
    through = f" through the proxy {host_of(proxy)}" if proxy else ""
    if not failed:
        return Check("network", ok=True, detail=f"{' and '.join(_names(reached))} answered{through}")
    well = [each for each in reached if not each.reason]
    if not well and not network.online():
        fix = "connect the car; stored calendars remain visible"
        return Check("network", ok=False, detail="no data connection: there is no route to the internet", fix=fix)
    parts = [f"{' and '.join(_names(well))} answered{through}"] if well else []
    fixes = []
    for each in failed:
        text, fix = reasons.explained(_reason(each), host=each.host)
        parts.append(text)
        fixes.append(fix)
    return Check("network", ok=False, detail="; ".join(dict.fromkeys(parts)), fix="; ".join(dict.fromkeys(fixes)))


def _names(reached: Sequence[Reached]) -> list[str]:
    return list(dict.fromkeys(each.host for each in reached))


def _reason(each: Reached) -> str:
    """A certificate that is out of its time because of the clock is the clock's fault."""
    off = each.clock_offset is not None and abs(each.clock_offset) > CLOCK_TOLERANCE
    return "clock" if off and each.reason in _UNTIMELY else each.reason


def _reach_into(
    http: HttpSession,
    address: str,
    now: Callable[[], datetime],
    probe: str,
    into: SimpleQueue[tuple[str, Reached]],
) -> None:
    into.put((address, _reach(http, address, now, probe)))


def _reach(http: HttpSession, address: str, now: Callable[[], datetime], probe: str) -> Reached:
    host = host_of(address)
    try:
        reply = http.request("GET", address, headers={"Accept": "application/json"})
        return Reached(host, _answered(reply), _offset(reply.headers.get("date", ""), now))
    except CarlendarError as error:
        offset = _offset(unverified_date(address), now) if error.key in _UNTIMELY else None
        portal = error.key in _INVALID and _is_portal(http, probe)
        return Reached(host, "portal" if portal else error.key, offset)


def _answered(reply: HttpReply) -> str:
    """The key of the reason why an answer is not Microsoft's; empty where it is."""
    if is_page(reply.headers, reply.body) or reply.status == 407 or 300 <= reply.status < 400 or reply.status >= 500:
        error = fault(reply.status, reply.headers, reply.body, host=reply.host)
        return "filtered" if error.key in ("gone", "refused") else error.key
    try:
        reply.json()
    except ServiceError as error:
        return error.key
    return ""


def _is_portal(http: HttpSession, probe: str) -> bool:
    """Whether a page without TLS is replaced by another one on its way."""
    if not probe:
        return False
    try:
        reply = http.request("GET", probe)
    except CarlendarError:
        return False
    return reply.status == 511 or 300 <= reply.status < 400 or (reply.ok and PORTAL_ANSWER not in reply.body)


def _offset(date: str, now: Callable[[], datetime]) -> timedelta | None:
    """This computer's time less that of an HTTP date (RFC 9110 5.6.7); None for what is none."""
    try:
        dated = parsedate_to_datetime(date)
    except ValueError:
        return None
    return now() - (dated if dated.tzinfo else dated.replace(tzinfo=UTC))


def _span(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes / 60:.0f} h" if minutes < 47 * 60 else f"{minutes / 60 / 24:.0f} days"
