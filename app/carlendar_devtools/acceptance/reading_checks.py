"""Checks that read the calendar: listing, delta, versions, batches, bodies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from carlendar.errors import CarlendarError
from carlendar.microsoft.graph import BATCH_LIMIT, LANES
from carlendar.microsoft.items import read_change
from carlendar.microsoft.me import read_me
from carlendar.microsoft.sync_token import position_from, written
from carlendar_devtools.acceptance.run import WINDOW, AcceptanceRun, CheckFailedError, CheckSkippedError, Figures

_STUB = "occurrence"


def profile(run: AcceptanceRun) -> Figures:
    """The account's profile can be read."""
    me = read_me(run.graph)
    if not me.address:
        raise CheckFailedError("the profile has no address")
    return {}


def calendars(run: AcceptanceRun) -> Figures:
    """All calendars are listed, and one of them is the default one."""
    found = run.source.calendars()
    defaults = sum(calendar.is_default for calendar in found)
    if defaults != 1:
        raise CheckFailedError("not exactly one calendar is the default one", {"default_calendars": defaults})
    return {"calendars": len(found), "editable": sum(calendar.can_edit for calendar in found)}


def listing(run: AcceptanceRun) -> Figures:
    """The next two weeks of the default calendar can be listed."""
    start, end = _window(run)
    found = run.source.listing(run.default_calendar, start, end, "")
    events = found.events or ()
    return {
        "events": len(events),
        "in_series": sum(bool(event.series_id) for event in events),
        "unreadable": len(found.unreadable),
        "requests": found.traffic.requests,
        "bytes": found.traffic.bytes,
    }


def delta(run: AcceptanceRun) -> Figures:
    """A delta token is granted, and reports no changes since."""
    start, end = _window(run)
    source = run.source
    first = source.listing(run.default_calendar, start, end, "")
    second = source.listing(run.default_calendar, start, end, first.position)
    known = position_from(second.position, start, end)
    if known is None or not known.delta:
        raise CheckFailedError("no delta token was given", {"requests": second.traffic.requests})
    third = run.source.listing(run.default_calendar, start, end, second.position)
    followed = position_from(third.position, start, end)
    if followed is None or not followed.delta:
        raise CheckFailedError("the delta token was not accepted", {"requests": third.traffic.requests})
    return {
        "requests_first_round": second.traffic.requests,
        "requests_unchanged": third.traffic.requests,
        "bytes_unchanged": third.traffic.bytes,
        "unchanged": int(third.events is None),
    }


def versions(run: AcceptanceRun) -> Figures:
    """Versions in delta are those of the listing (if they differ, more is fetched, but nothing is lost)."""
    start, end = _window(run)
    events = run.source.listing(run.default_calendar, start, end, "").events or ()
    listed = {event.id: event.version for event in events}
    params = {"startDateTime": written(start), "endDateTime": written(end)}
    compared = different = stubs = without = 0
    for page in run.graph.pages("/me/calendarView/delta", params, prefer=("odata.maxpagesize=200",)):
        for change in map(read_change, page.elements):
            if change.id not in listed:
                continue
            compared += 1
            stubs += change.type == _STUB
            without += not change.version
            different += change.version != listed[change.id]
    figures = {"compared": compared, "stubs": stubs, "different": different, "without_version": without}
    if not compared:
        raise CheckSkippedError("there is no event in the coming two weeks")
    if different:
        raise CheckFailedError("versions differ", figures)
    return figures


def batch(run: AcceptanceRun) -> Figures:
    """Twenty requests in one batch, in lanes by `dependsOn`, are not throttled."""
    day = run.world.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    paths = [_day(day + timedelta(days=number)) for number in range(BATCH_LIMIT)]
    replies, _ = run.graph.batch(paths)
    statuses = [reply.status for reply in replies.values()]
    figures = {
        "answers": len(statuses),
        "lanes": LANES,
        "ok": statuses.count(200),
        "throttled": statuses.count(429),
        "not_tried": statuses.count(424),
    }
    if figures["ok"] != BATCH_LIMIT:
        raise CheckFailedError("not every request of a batch was answered", figures)
    return figures


def texts(run: AcceptanceRun) -> Figures:
    """Bodies of invitations can be fetched, individually and by pages."""
    start, end = _window(run)
    events = run.source.listing(run.default_calendar, start, end, "").events or ()
    if not events:
        raise CheckSkippedError("there is no event in the coming two weeks")
    found = run.source.bodies(run.default_calendar, [event.id for event in events[:BATCH_LIMIT]])
    failed = sum(isinstance(text, CarlendarError) for text in found.values())
    figures = {"texts": len(found) - failed, "failed": failed}
    if failed:
        raise CheckFailedError("a text cannot be read", figures)
    return figures


def _window(run: AcceptanceRun) -> tuple[datetime, datetime]:
    """The window begins at midnight, so that all checks of a run request the same."""
    start = run.begun.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return start, start + WINDOW


def _day(start: datetime) -> str:
    end = start + timedelta(days=1)
    return f"/me/calendarView?startDateTime={written(start)}&endDateTime={written(end)}&$select=id&$top=1"
