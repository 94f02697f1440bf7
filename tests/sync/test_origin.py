"""Where a failure came from reaches the outcome, for the administrator."""

from __future__ import annotations

from datetime import UTC, datetime

from carlendar.commands.sync_errors import why
from carlendar.domain.account import Account, AccountState, Calendar
from carlendar.microsoft.faults import fault
from carlendar.sync.outcome import CalendarOutcome, Origin, SyncPass, origin_of

ACCOUNT = Account(
    "a", "p", "ana@contoso.example", "Ana", "global", AccountState.SIGNED_IN, datetime(2026, 11, 23, tzinfo=UTC)
)
ID = "8f2c8b1e-1111-4222-8333-444455556666"
REFUSED = fault(403, {"request-id": ID, "Date": "Mon, 23 Nov 2026 08:41:00 GMT"}, b"", host="graph.contoso.example")
ORIGIN = Origin("graph.contoso.example", ID, "Mon, 23 Nov 2026 08:41:00 GMT")


def test_a_failure_of_the_account_keeps_its_origin() -> None:
    run = SyncPass(ACCOUNT)
    run.fail(REFUSED)
    run.fail(fault(500, {}, b"", host="other.contoso.example"))
    assert (run.outcome().error, run.outcome().origin) == ("refused", ORIGIN)


def test_where_all_calendars_fail_the_first_ones_origin_is_the_accounts() -> None:
    run = SyncPass(ACCOUNT)
    for number in ("1", "2"):
        run.done.append(CalendarOutcome(Calendar(number, "a", number), run.note(REFUSED), origin=origin_of(REFUSED)))
    run.conclude()
    assert (run.outcome().error, run.outcome().origin) == ("refused", ORIGIN)


def test_the_terminal_shows_host_request_id_and_time() -> None:
    text = why(ACCOUNT, "refused", ORIGIN)
    assert "graph.contoso.example denies access" in text
    assert ID in text
    assert "08:41:00 GMT" in text
    assert why(ACCOUNT, "") == ""
    assert "Microsoft" in why(ACCOUNT, "outage")
