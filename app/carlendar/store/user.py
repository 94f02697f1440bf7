"""User data (`user.db`): profiles, accounts, preferences, dismissed and snoozed reminders.

Small, and written with full synchronisation, so that what was confirmed on the screen survives a power cut.
Both processes write it. The outbox, in the same file, is in `carlendar.store.outbox`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from carlendar.domain import consent
from carlendar.domain.account import Account, AccountState, AppRole, Profile
from carlendar.domain.base import decoded, encoded
from carlendar.store.database import open_database
from carlendar.store.records import AGREED, FETCHED, PERMISSION_ASKED, PHONE
from carlendar.store.schema import USER

JOINED_KEPT = 5
"""How many meetings that were joined are stored for each driver."""
REMINDERS_KEPT = timedelta(days=2)
"""How long a dismissed or snoozed reminder is stored."""


class UserStore:
    """Profiles, accounts, preferences and reminders. Writes block until they are on disk; methods raise StoreError."""

    def __init__(self, folder: Path) -> None:
        self.database = open_database(folder, USER)

    def close(self) -> None:
        """Release the file."""
        self.database.close()

    # --- profiles -----------------------------------------------------------------------------

    def profiles(self) -> tuple[Profile, ...]:
        """Return all profiles, oldest first."""
        rows = self.database.rows("SELECT value FROM profiles ORDER BY rowid")
        return tuple(decoded(Profile, value) for (value,) in rows)

    def save_profile(self, profile: Profile, boot_id: str = "") -> None:
        """Add or change a profile; `boot_id` is the boot for which a guest profile is valid."""
        self.database.change(
            "INSERT INTO profiles (id, occasion, value) VALUES (?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET value = excluded.value",
            (profile.id, boot_id, encoded(profile)),
        )

    def name_profile(self, profile_id: str, name: str) -> None:
        """Replace a provisional name, without changing other fields, which the screens write."""
        with self.database.transaction() as connection:
            row = connection.execute("SELECT value FROM profiles WHERE id = ?", (profile_id,)).fetchone()
            held = decoded(Profile, row[0]) if row is not None else None
            if held is not None and held.provisional:
                named = encoded(replace(held, name=name, provisional=False))
                connection.execute("UPDATE profiles SET value = ? WHERE id = ?", (named, profile_id))

    def stale_guests(self, boot_id: str) -> tuple[Profile, ...]:
        """Return the guest profiles of other boots than `boot_id`."""
        rows = self.database.rows("SELECT value FROM profiles WHERE occasion IS NOT ? ORDER BY rowid", (boot_id,))
        return tuple(profile for (value,) in rows if (profile := decoded(Profile, value)).is_guest)

    def choose_profile(self, profile_id: str, boot_id: str = "") -> None:
        """Make a profile the active one for this boot; an empty id for none."""
        with self.database.transaction() as connection:
            connection.execute("DELETE FROM seat")
            if profile_id:
                connection.execute("INSERT INTO seat VALUES (1, ?, ?)", (profile_id, boot_id))

    def remove_profile(self, profile_id: str) -> None:
        """Delete a profile; its accounts must have been removed before."""
        with self.database.transaction() as connection:
            connection.execute("DELETE FROM profiles WHERE id = ?", (profile_id,))
            connection.execute("DELETE FROM seat WHERE profile_id = ?", (profile_id,))
            connection.execute("DELETE FROM preferences WHERE key = ?", (PHONE + profile_id,))
            for prefix in (f"{AGREED}{profile_id}:", consent.key(profile_id, "")):
                connection.execute("DELETE FROM preferences WHERE substr(key, 1, ?) = ?", (len(prefix), prefix))

    # --- accounts -----------------------------------------------------------------------------

    def accounts(self, profile_id: str | None = None) -> tuple[Account, ...]:
        """Return all accounts, or those of one profile, oldest first."""
        rows = self.database.rows(
            "SELECT value FROM accounts WHERE ? IS NULL OR profile_id = ? ORDER BY rowid", (profile_id, profile_id)
        )
        return tuple(decoded(Account, value) for (value,) in rows)

    def account(self, account_id: str) -> Account | None:
        """Return the account with this id, None if there is none."""
        rows = self.database.rows("SELECT value FROM accounts WHERE id = ?", (account_id,))
        return decoded(Account, rows[0][0]) if rows else None

    def save_account(self, account: Account) -> None:
        """Add or change an account."""
        self.database.change(
            "INSERT INTO accounts (id, profile_id, value) VALUES (?, ?, ?) ON CONFLICT (id)"
            " DO UPDATE SET profile_id = excluded.profile_id, value = excluded.value",
            (account.id, account.profile_id, encoded(account)),
        )

    def set_account_state(self, account_id: str, state: AccountState, reason: str, now: datetime) -> bool:
        """Set an account's state; return whether it changed. `since` is only updated with the state."""
        with self.database.transaction() as connection:
            row = connection.execute("SELECT value FROM accounts WHERE id = ?", (account_id,)).fetchone()
            if row is None:
                return False
            before = decoded(Account, row[0])
            after = replace(before, state=state, reason=reason)
            if state is not before.state:
                after = replace(after, since=now.astimezone(UTC))
            connection.execute("UPDATE accounts SET value = ? WHERE id = ?", (encoded(after), account_id))
            return after != before

    def set_account_locale(self, account_id: str, locale: str) -> None:
        """Store the language of an account's owner (a BCP 47 tag), if the account exists."""
        with self.database.transaction() as connection:
            row = connection.execute("SELECT value FROM accounts WHERE id = ?", (account_id,)).fetchone()
            if row is not None:
                after = replace(decoded(Account, row[0]), locale=locale)
                connection.execute("UPDATE accounts SET value = ? WHERE id = ?", (encoded(after), account_id))

    def set_account_roles(self, account_id: str, roles: tuple[AppRole, ...]) -> bool:
        """Store what the organisation has restricted for an account's owner; return whether that changed."""
        with self.database.transaction() as connection:
            row = connection.execute("SELECT value FROM accounts WHERE id = ?", (account_id,)).fetchone()
            if row is None or (before := decoded(Account, row[0])).roles == roles:
                return False
            after = encoded(replace(before, roles=roles))
            connection.execute("UPDATE accounts SET value = ? WHERE id = ?", (after, account_id))
            return True

    def remove_account(self, account_id: str) -> None:
        """Delete an account with its preferences and outbox items."""
        with self.database.transaction() as connection:
            for table in ("hidden_calendars", "reminders", "outbox", "known", "joined"):
                connection.execute(f"DELETE FROM {table} WHERE account_id = ?", (account_id,))  # noqa: S608 - constants
            for key in (PERMISSION_ASKED + account_id, FETCHED + account_id):
                connection.execute("DELETE FROM preferences WHERE key = ?", (key,))
            connection.execute("DELETE FROM accounts WHERE id = ?", (account_id,))

    # --- preferences and calendars ------------------------------------------------------------

    def preferences(self) -> dict[str, str]:
        """Return all preferences."""
        return dict(self.database.rows("SELECT key, value FROM preferences"))

    def prefer(self, key: str, value: str) -> None:
        """Set a preference; an empty value resets it to its default."""
        if value:
            self.database.change("INSERT OR REPLACE INTO preferences VALUES (?, ?)", (key, value))
        else:
            self.database.change("DELETE FROM preferences WHERE key = ?", (key,))

    def show_calendar(self, account_id: str, calendar_id: str, shown: bool) -> None:
        """Show or hide one calendar."""
        statement = (
            "DELETE FROM hidden_calendars WHERE account_id = ? AND calendar_id = ?"
            if shown
            else "INSERT OR IGNORE INTO hidden_calendars VALUES (?, ?)"
        )
        self.database.change(statement, (account_id, calendar_id))

    # --- reminders ----------------------------------------------------------------------------

    def dismiss(self, key: str, account_id: str, now: datetime) -> None:
        """Store that the reminder was dismissed; the key is `event id@start`."""
        self._remind(key, account_id, None, now)

    def snooze(self, key: str, account_id: str, until: datetime, now: datetime) -> None:
        """Snooze the reminder until a given time."""
        self._remind(key, account_id, until.timestamp(), now)

    def forget_reminders(self, now: datetime) -> None:
        """Delete reminders older than `REMINDERS_KEPT`."""
        limit = (now - REMINDERS_KEPT).timestamp()
        self.database.change("DELETE FROM reminders WHERE at < ? AND coalesce(until, at) < ?", (limit, limit))

    # --- meetings that were joined ------------------------------------------------------------

    def joined(self, key: str, account_id: str, line: str, now: datetime) -> None:
        """Store that an occurrence (`event id@start`) was joined; each driver's last `JOINED_KEPT` are kept.

        Nothing is stored for an account that does not exist any more.
        """
        with self.database.transaction() as connection:
            row = connection.execute("SELECT profile_id FROM accounts WHERE id = ?", (account_id,)).fetchone()
            if row is None:
                return
            connection.execute(
                "INSERT OR REPLACE INTO joined (account_id, key, line, at) VALUES (?, ?, ?, ?)",
                (account_id, key, line, now.timestamp()),
            )
            others = connection.execute(
                "SELECT account_id, key FROM joined WHERE account_id IN (SELECT id FROM accounts WHERE profile_id = ?)"
                " ORDER BY at DESC, key LIMIT -1 OFFSET ?",
                (row[0], JOINED_KEPT),
            ).fetchall()
            connection.executemany("DELETE FROM joined WHERE account_id = ? AND key = ?", others)

    def forget_joined(self, before: datetime) -> None:
        """Delete what was joined before that time."""
        self.database.change("DELETE FROM joined WHERE at < ?", (before.timestamp(),))

    def forget_joined_of(self, account_id: str) -> None:
        """Delete which meetings of an account were joined."""
        self.database.change("DELETE FROM joined WHERE account_id = ?", (account_id,))

    # --- change notices -----------------------------------------------------------------------

    def acknowledge_change(self, account_id: str, event_id: str) -> None:
        """Record that the user knows that the meeting was moved or cancelled, so that the notice is not repeated."""
        self.database.change(
            "UPDATE known SET news = '', before = NULL WHERE account_id = ? AND event_id = ?", (account_id, event_id)
        )

    def _remind(self, key: str, account_id: str, until: float | None, now: datetime) -> None:
        self.database.change(
            "INSERT OR REPLACE INTO reminders (key, account_id, until, at) VALUES (?, ?, ?, ?)",
            (key, account_id, until, now.timestamp()),
        )
