"""A damaged `user.db`: what can be read is kept, what cannot is reported, and nothing is sent twice."""

from __future__ import annotations

import logging
import os
import random
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from carlendar.domain.account import Account, Profile
from carlendar.store.database import DAMAGED_MARK
from carlendar.store.outbox import Outbox
from carlendar.store.records import OutboxItem, OutboxState
from carlendar.store.user import UserStore

PAGE = 4096
ITEMS = 120
"""Enough for a table of many pages."""


@pytest.fixture
def filled(folder: Path, account: Account, now: datetime) -> dict[str, OutboxItem]:
    """A closed `user.db` with a long outbox, of which each third was sent and each third is being sent."""
    store = UserStore(folder)
    store.save_profile(Profile("ana", "Ana"))
    store.save_account(account)
    store.prefer("theme", "dark")
    store.dismiss("e1@x", "a1", now)
    box = Outbox(store.database)
    for number in range(ITEMS):
        item = OutboxItem(f"k{number}", "a1", f"e{number}", "accept", {"comment": "c" * 300}, now, now)
        box.put(item)
        if number % 3:
            box.claim(item.key)
        if number % 3 == 1:
            box.settle(item.key, OutboxState.SENT)
    items = {item.key: item for item in box.items()}
    assert len(items) == ITEMS
    store.close()
    assert (folder / "user.db").stat().st_size > 10 * PAGE
    return items


def opened(folder: Path, before: dict[str, OutboxItem]) -> tuple[OutboxItem, ...]:
    """Open, hold the outbox to what it was, use the store, and give what is left of the outbox."""
    store = UserStore(folder)
    items = Outbox(store.database).items()
    assert all(before[item.key] == item for item in items), "an item in another state would be sent twice, or never"
    store.save_profile(Profile("ben", "Ben"))
    assert Profile("ben", "Ben") in store.profiles()
    store.accounts(), store.preferences(), store.stale_guests("x")
    store.close()
    again = UserStore(folder)
    assert Outbox(again.database).items() == items
    again.close()
    return items


def test_with_any_one_page_zeroed_the_rest_is_kept(folder: Path, filled: dict[str, OutboxItem], tmp_path: Path) -> None:
    whole = (folder / "user.db").read_bytes()
    kept = []
    for page in range(len(whole) // PAGE):
        for path in folder.iterdir():
            path.unlink()
        damaged = whole[: page * PAGE] + bytes(PAGE) + whole[(page + 1) * PAGE :]
        (folder / "user.db").write_bytes(damaged)
        kept.append(len(opened(folder, filled)))
    assert max(kept) == ITEMS, "a page of another table takes nothing from the outbox"
    assert sorted(kept)[len(kept) // 2] >= ITEMS * 3 // 4, kept


@pytest.mark.parametrize("seed", range(6))
def test_random_bytes_in_the_middle_of_it_never_stop_the_store(
    folder: Path, filled: dict[str, OutboxItem], seed: int
) -> None:
    """What damage makes of the text within a row is no one's to find; that no row changes its state is."""
    chance = random.Random(seed)
    content = bytearray((folder / "user.db").read_bytes())
    at = chance.randrange(PAGE, len(content) - PAGE)
    content[at : at + PAGE] = chance.randbytes(PAGE)
    (folder / "user.db").write_bytes(content)
    opened(folder, filled)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.9, 0.99])
def test_a_file_that_was_cut_short_opens_with_what_is_left(
    folder: Path, filled: dict[str, OutboxItem], share: float
) -> None:
    path = folder / "user.db"
    os.truncate(path, int(path.stat().st_size * share))
    kept = opened(folder, filled)
    assert share < 0.9 or kept


def test_a_lost_log_leaves_what_was_in_the_file(folder: Path, account: Account, now: datetime, tmp_path: Path) -> None:
    store = UserStore(folder)
    store.save_account(account)
    item = OutboxItem("k", "a1", "e", "accept", {}, now, now)
    Outbox(store.database).put(item)
    store.database.truncate_log()
    Outbox(store.database).put(OutboxItem("lost", "a1", "e2", "accept", {}, now + timedelta(seconds=1), now))
    away = tmp_path / "without-log"
    away.mkdir()
    shutil.copy(folder / "user.db", away / "user.db")
    store.close()
    assert opened(away, {"k": item}) == (item,)


def test_what_is_salvaged_is_reported_and_the_damaged_file_stays_aside(
    folder: Path, filled: dict[str, OutboxItem], caplog: pytest.LogCaptureFixture
) -> None:
    path = folder / "user.db"
    os.truncate(path, path.stat().st_size - 3 * PAGE)
    with caplog.at_level(logging.WARNING):
        opened(folder, filled)
    said = [record.getMessage() for record in caplog.records]
    assert any("is damaged and was replaced" in line for line in said)
    assert any("rows could be read" in line for line in said)
    assert not [line for line in said if "contoso" in line]
    assert [each.name for each in folder.glob(f"user.db{DAMAGED_MARK}*")] == [f"user.db{DAMAGED_MARK}1"]


def test_what_was_being_sent_when_the_file_broke_is_looked_for_before_it_is_sent_again(
    folder: Path, filled: dict[str, OutboxItem]
) -> None:
    path = folder / "user.db"
    os.truncate(path, path.stat().st_size - 2 * PAGE)
    store = UserStore(folder)
    box = Outbox(store.database)
    sending = {item.key for item in box.items() if item.state is OutboxState.SENDING}
    assert sending
    box.recover()
    states = {item.key: item.state for item in box.items()}
    assert {states[key] for key in sending} == {OutboxState.UNSURE}
    assert all(states[key] is OutboxState.SENT for key in states if filled[key].state is OutboxState.SENT)
    store.close()
