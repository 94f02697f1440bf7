"""`carlendar accounts`: signed-in accounts and subscriptions by driver; adds and removes them."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from carlendar.commands.service_client import ServiceClient
from carlendar.commands.sync_errors import why
from carlendar.domain.account import Account, Profile
from carlendar.domain.base import Value
from carlendar.domain.timespan import Timespan
from carlendar.errors import ChannelError, FeedError, OfflineError, ServiceError, ThrottledError, UsageError, one_line
from carlendar.icalendar.addresses import is_address
from carlendar.icalendar.reader import ConfinedReader
from carlendar.icalendar.subscription_store import show
from carlendar.presentation import reasons
from carlendar.settings import Settings, load
from carlendar.store.events import EventStore
from carlendar.store.records import SourceStatus
from carlendar.store.user import UserStore
from carlendar.wiring import calendar_sources, reader_worker
from carlendar.wiring.erasing import resume
from carlendar.wiring.network import require_certificates

_ADDRESS = re.compile(r"(?:mailto:)?[^\s@<>,;]+@[^\s@<>,;]+", re.IGNORECASE)


class Listed(Value, frozen=True):
    """A driver with their accounts and subscriptions."""

    profile: Profile
    accounts: tuple[Account, ...]


class NewFeed(Value, frozen=True):
    """A calendar to subscribe to: see the options of the command."""

    source: str
    name: str
    profile: str
    owners: tuple[str, ...]
    offline: bool


def run(
    *, sign_out: str, add_feed: str, remove_feed: str, name: str, profile: str, owner: Sequence[str], offline: bool,
    as_json: bool,
) -> int:  # fmt: skip
    """Print every driver's accounts and feeds; with one of the options, change them first. Returns 0."""
    settings = load()
    if unclear := [each for each in owner if not _ADDRESS.fullmatch(each)]:
        raise UsageError(f"{unclear[0]} is not a mail address")
    if sign_out:
        _remove(settings, sign_out, feed=False)
    if remove_feed:
        _remove(settings, remove_feed, feed=True)
    if add_feed:
        _subscribe(settings, NewFeed(add_feed, name, profile, tuple(owner), offline))
    listed = _listed(settings)
    states = _states(settings) if any(each.accounts for each in listed) else {}
    if as_json:
        print(json.dumps({"profiles": [_document(each, states) for each in listed]}))
    elif not listed:
        print("No account is signed in.")
    for each in [] if as_json else listed:
        print(one_line(each.profile.name))
        for account in each.accounts:
            mine = states.get(account.id, ())
            print(one_line(_line(account, mine[0] if mine else None)))
            for name, error in [] if account.is_feed else _failing(mine):
                print(one_line(f"    {name}: {why(account, error)}"))
    return 0


def _listed(settings: Settings) -> list[Listed]:
    if not settings.data_folder.exists():
        return []
    resume(settings)
    store = UserStore(settings.data_folder)
    try:
        return [Listed(profile, store.accounts(profile.id)) for profile in store.profiles()]
    finally:
        store.close()


class Source(Value, frozen=True):
    """One calendar: its name and synchronisation status."""

    name: str
    status: SourceStatus


def _states(settings: Settings) -> dict[str, tuple[Source, ...]]:
    """Return the calendars of each account."""
    store = EventStore(settings.data_folder)
    try:
        found: dict[str, tuple[Source, ...]] = {}
        for status in store.statuses():
            names = {calendar.id: calendar.name for calendar in store.calendars(status.account_id)}
            source = Source(names.get(status.calendar_id, ""), status)
            found[status.account_id] = (*found.get(status.account_id, ()), source)
        return found
    finally:
        store.close()


def _failing(sources: Iterable[Source]) -> list[tuple[str, str]]:
    """Return the names of calendars that cannot be read, each with the error's key."""
    return [(each.name or "a calendar", each.status.error) for each in sources if each.status.error]


def _remove(settings: Settings, name: str, *, feed: bool) -> None:
    held = [account for each in _listed(settings) for account in each.accounts if account.is_feed == feed]
    found = [account for account in held if name in ((account.name, account.id) if feed else (account.address,))]
    if not found:
        raise UsageError(f"no subscription is named {name}" if feed else f"no account {name} is signed in")
    if len(found) > 1 and feed:
        raise UsageError("several subscriptions have that name: use the id that --json shows")
    with ServiceClient(settings) as service:
        service.carry_out("sign_out", account=found[0].id)


def _subscribe(settings: Settings, wanted: NewFeed) -> None:
    """Subscribe after reading the calendar once; a calendar that cannot be read is refused with the reason."""
    source = _address_from_input() if wanted.source == "-" else wanted.source
    if not settings.switch("feeds.allowed"):
        raise FeedError(reasons.terminal("feed_off"), key="feed_off")
    if not is_address(source):
        source = str(Path(source).expanduser().absolute())
        if not wanted.offline and not Path(source).exists():
            raise UsageError(f"{Path(source).name} does not exist")
        if Path(source).exists() and not Path(source).is_file() and not Path(source).is_dir():
            raise UsageError(f"{Path(source).name} is neither a file nor a folder")
    require_certificates(settings)
    show(source, private=settings.switch("feeds.private_addresses"))
    if not wanted.profile and len(_listed(settings)) > 1:
        raise UsageError(reasons.terminal("feed_driver"))
    _try(settings, source, offline=wanted.offline)
    before = _ids(settings)
    with ServiceClient(settings) as service:
        service.carry_out(
            "add_feed", source=source, title=wanted.name, profile=wanted.profile, owners=" ".join(wanted.owners)
        )
        new = _ids(settings) - before
        with suppress(ChannelError):  # the subscription exists; it is read later
            while not _is_read(settings, new):
                service.hear()


def _ids(settings: Settings) -> frozenset[str]:
    return frozenset(account.id for each in _listed(settings) for account in each.accounts)


def _is_read(settings: Settings, ids: frozenset[str]) -> bool:
    """Whether all of these have been read once, successfully or not: others may be synchronised at the same time."""
    states = _states(settings)
    return all(any(each.status.as_of or each.status.error for each in states.get(feed_id, ())) for feed_id in ids)


def _try(settings: Settings, source: str, *, offline: bool) -> None:
    """Read the calendar once. Raises FeedError or ServiceError if that fails, unless `offline` is set."""
    process = reader_worker.process()
    process.warm()
    now = datetime.now(UTC)
    try:
        texts = calendar_sources.texts(settings, source)
        ConfinedReader(process).read(texts, "new", Timespan(now, now + timedelta(days=1)), UTC)
    except (OfflineError, ThrottledError) as error:
        if not offline:
            text = reasons.terminal(error.key, host=error.host)
            raise ServiceError(f"{text}; add --offline to subscribe all the same") from error
    except FeedError as error:
        if not offline or error.key != "feed_file":
            raise
    finally:
        process.stop()


def _address_from_input() -> str:
    """Read the address from standard input. Raises UsageError if empty: that would mean the working directory."""
    if source := sys.stdin.readline().strip() if sys.stdin is not None else "":
        return source
    raise UsageError("standard input is empty: it must contain the address of the calendar")


def _line(account: Account, source: Source | None) -> str:
    state = source.status if source else None
    if not account.is_feed:
        why_not = f"  {reasons.terminal(account.reason)}" if account.reason else ""
        since = f"since {account.since:%Y-%m-%d %H:%M} UTC"
        return f"  {account.address}  {account.state.value.replace('_', ' ')}  {since}{why_not}"
    age = f"as of {state.as_of:%Y-%m-%d %H:%M} UTC" if state and state.as_of else "not loaded yet"
    trouble = f"  {why(account, state.error)}" if state and state.error else ""
    return f"  {account.name}  {account.address}  {age}{trouble}"


def _document(each: Listed, states: dict[str, tuple[Source, ...]]) -> dict[str, object]:
    return {
        "name": each.profile.name,
        "accounts": [_person(account) for account in each.accounts if not account.is_feed],
        "feeds": [_feed(account, states.get(account.id, ())) for account in each.accounts if account.is_feed],
    }


def _person(account: Account) -> dict[str, object]:
    return {
        "address": account.address,
        "cloud": account.cloud,
        "state": account.state.value,
        "since": account.since.isoformat(timespec="seconds"),
    }


def _feed(account: Account, sources: tuple[Source, ...]) -> dict[str, object]:
    state = sources[0].status if sources else None
    return {
        "id": account.id,
        "name": account.name,
        "kind": account.cloud,
        "shown": account.address,
        "since": account.since.isoformat(timespec="seconds"),
        "as_of": state.as_of.isoformat(timespec="seconds") if state and state.as_of else None,
        "error": (state.error or None) if state else None,
    }
