"""calendarView/delta: the changes in a window since a token was issued.

As the real service does: regular occurrences are stubs; the series master is listed with the times of its first
occurrence; exceptions are complete; a deleted occurrence is not reported as a removal, but its series is listed again
on one page; items outside the window are reported as removed; a deleted series is reported as one removal, of its
master. The window is fixed in the token.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from carlendar_devtools.emulator.cloud import wire
from carlendar_devtools.emulator.cloud.call import GraphCall, GraphError, Reply
from carlendar_devtools.emulator.cloud.moments import read_window
from carlendar_devtools.emulator.cloud.odata import PAGE_SIZE
from carlendar_devtools.emulator.cloud.state import GraphState, SyncState
from carlendar_devtools.emulator.cloud.views import calendar_of
from carlendar_devtools.emulator.world import identifiers, series
from carlendar_devtools.emulator.world.entry import EntryOccurrence
from carlendar_devtools.emulator.world.zones import zone

_TYPE = "#microsoft.graph.event"
Item = dict[str, Any]


def delta(call: GraphCall, state: GraphState) -> Reply:
    """Return one page of a round: the first, a next one, or the first of a later round."""
    token = call.option("deltatoken") or call.option("skiptoken")
    position = _known(call, state, token) if token else _begin(call)
    if position.finished:
        position = _next_round(call, position)
    endless = state.faults.of_kind("endless_paging", call.path) is not None
    page, rest = _page(call, position)
    body: dict[str, Any] = {"@odata.context": f"{call.root}/$metadata#Collection(event)", "value": page}
    left = position.pending if endless else rest
    follower = state.keep(replace(position, pending=left, finished=not left))
    name = "nextLink" if left else "deltaLink"
    body[f"@odata.{name}"] = _link(call, "$skiptoken" if left else "$deltatoken", follower)
    return Reply(body=body)


def _begin(call: GraphCall) -> SyncState:
    """Begin a first round: everything that overlaps the window."""
    window, calendar, mailbox = read_window(call), calendar_of(call), call.mailbox
    home = zone(mailbox.person.zone)
    with mailbox.lock:
        entries = [entry for entry in mailbox.entries.values() if entry.calendar == calendar]
        revision = mailbox.revision
    pending = tuple(entry.key for entry in entries if any(True for _ in series.shown(entry, window, home)))
    return SyncState(mailbox.person.address, calendar, window, pending, 0, revision, finished=False)


def _next_round(call: GraphCall, last: SyncState) -> SyncState:
    """Begin a later round: all changes since the last one began, inside the window or not."""
    with call.mailbox.lock:
        changed = [
            entry
            for entry in call.mailbox.entries.values()
            if entry.calendar == last.calendar and entry.revision > last.revision
        ]
        gone = [
            each for each in call.mailbox.tombstones if each.calendar == last.calendar and each.revision > last.revision
        ]
        revision = call.mailbox.revision
    ordered = sorted([*((e.revision, e.key) for e in changed), *((g.revision, g.key) for g in gone)])
    pending = tuple(dict.fromkeys(key for _, key in ordered))
    return replace(last, pending=pending, since=last.revision, revision=revision, finished=False)


def _known(call: GraphCall, state: GraphState, token: str) -> SyncState:
    fault = state.faults.of_kind("lost_token", call.path)
    found = state.tokens.get(token)
    here = found is not None and found.address == call.mailbox.person.address and found.calendar == calendar_of(call)
    if found is not None and here and fault is None:
        return found
    status = fault.status if fault is not None and fault.status in (400, 404, 410) else 410
    code = (fault.code if fault is not None else "") or "SyncStateNotFound"
    message = f"The sync state generation is not found; generation={abs(hash(token)) % 1000}."
    raise GraphError(status, code, message, {"Location": _fresh(call, found)} if status == 410 and found else None)


def _page(call: GraphCall, position: SyncState) -> tuple[list[Item], tuple[str, ...]]:
    """Return blocks until the page is full; a series is not divided, so a page can be longer."""
    size = call.preferences.page_size or PAGE_SIZE
    items: list[Item] = []
    pending = list(position.pending)
    while pending and len(items) < size:
        items += _block(call, position, pending.pop(0))
    return items, tuple(pending)


def _block(call: GraphCall, position: SyncState, key: str) -> list[Item]:
    """Return all items of an entry: itself, or its series; as removed if outside the window."""
    with call.mailbox.lock:
        entry = call.mailbox.entries.get(key)
    if entry is None or entry.calendar != position.calendar:
        return [_removed(call, key, position.calendar)]
    shown = list(series.shown(entry, position.window, zone(call.mailbox.person.zone)))
    if not shown:
        return [_removed(call, key, position.calendar)]
    if entry.recurrence is None:
        return [_full(call, shown[0])]
    master = _full(call, EntryOccurrence(entry, "seriesMaster"))
    return [master, *(_stub(call, each) if each.kind == "occurrence" else _full(call, each) for each in shown)]


def _full(call: GraphCall, occurrence: EntryOccurrence) -> Item:
    return {"@odata.type": _TYPE, **wire.event(call, occurrence)}


def _stub(call: GraphCall, occurrence: EntryOccurrence) -> Item:
    whole = _full(call, occurrence)
    return {name: whole[name] for name in wire.STUB}


def _removed(call: GraphCall, key: str, calendar: str) -> Item:
    identifier = identifiers.encode(key, calendar=calendar, immutable=call.preferences.immutable_ids)
    return {"@odata.type": _TYPE, "id": identifier, "@removed": {"reason": "deleted"}}


def _link(call: GraphCall, name: str, token: str) -> str:
    return f"{call.root}{call.path}?{name}={token}"


def _fresh(call: GraphCall, found: SyncState) -> str:
    start, end = (moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in (found.window.start, found.window.end))
    return f"{call.root}{call.path}?startDateTime={start}&endDateTime={end}"
