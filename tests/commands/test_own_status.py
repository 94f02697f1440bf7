"""A calendar that cannot be read is named in its own status."""

from __future__ import annotations

from datetime import UTC, datetime

from carlendar.domain.account import Account, AccountState, Calendar, Profile
from carlendar.store.events import EventStore, StoredSyncToken
from carlendar.store.user import UserStore
from tests.commands.conftest import Machine

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_accounts_name_the_calendar_that_is_refused(machine: Machine) -> None:
    user, events = UserStore(machine.home / "data"), EventStore(machine.home / "data")
    user.save_profile(Profile("ana", "Ana"))
    user.save_account(Account("a", "ana", "ana@contoso.example", "Ana", "global", AccountState.SIGNED_IN, NOW))
    mine, team = Calendar("1", "a", "Calendar", is_default=True), Calendar("2", "a", "Battery team")
    events.save_calendars("a", [mine, team])
    events.save(mine, [], [], StoredSyncToken("p", "w"), NOW)
    events.save_error("a", "2", "refused")
    user.close()
    events.close()
    done = machine.run("accounts")
    assert (done.returncode, done.stderr) == (0, "")
    assert "    Battery team: Microsoft denies access: a permission is missing, ask the administrator\n" in done.stdout
    assert "Calendar:" not in done.stdout
    assert machine.document("agenda", "--at", NOW.isoformat())["as_of"] is not None
