"""The car is shared: what a guest, a revoked account or "Erase all data" leaves on the screen and on the disk."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from tests.drive.conftest import SignIn, StartScreen, wait
from tests.drive.driven import Driven
from tests.drive.surroundings import Around

ANA, BEN = "ana@contoso.example", "ben@contoso.example"
TITLE = "Product review"
GUESTS_WORDS = ("Zirbelkiefer", "Nachtpfauenauge")
OWNERS_WORDS = ("Product review", "Launch checklist", "Priya Raman", "Hafenstra", ANA, "Ana Lindner")


@pytest.fixture(scope="module")
def drive(around: Around, start: StartScreen, sign_in: SignIn) -> Driven:
    """Ana's car; the tests of this module follow one another in it."""
    box = around.world.person(BEN)
    start_of_it = around.world.at + timedelta(minutes=20)
    box.add(GUESTS_WORDS[0], start_of_it, timedelta(hours=1), body=f"<p>{GUESTS_WORDS[1]}</p>", reminder=None)
    driven = start("data")
    sign_in(around, driven, ANA)
    driven.reads(TITLE)
    wait(lambda: photos(driven.data), "her picture has come")
    return driven


def photos(folder: Path) -> list[Path]:
    """Files of pictures of people."""
    return [path for path in (folder / "photos").rglob("*") if path.is_file()]


def found(folder: Path, words: Iterable[str]) -> set[str]:
    """The words that are in the bytes of any file of the folder, or in its name."""
    contents = []
    for path in folder.rglob("*"):
        contents.append(str(path.relative_to(folder)).encode())
        with suppress(FileNotFoundError):  # a file that is rewritten has another name for a moment
            contents.append(path.read_bytes() if path.is_file() else b"")
    return {word for word in words if any(word.encode() in content for content in contents)}


def test_a_guest_who_has_gone_leaves_nothing(around: Around, drive: Driven, sign_in: SignIn) -> None:
    drive.tap("settings")
    drive.tap_in_list("Change driver")
    drive.tap_in_list("add_guest")
    drive.reads("Sign in to see your meetings")
    sign_in(around, drive, BEN)
    drive.tap("agenda")
    drive.reads(GUESTS_WORDS[0])
    wait(lambda: found(drive.data, GUESTS_WORDS) == set(GUESTS_WORDS), "the guest's day is stored")
    drive.tap("settings")
    drive.tap_in_list("Remove guest")
    wait(lambda: not found(drive.data, GUESTS_WORDS), "nothing of the guest is left")
    drive.reads(TITLE)
    assert found(drive.data, OWNERS_WORDS) == set(OWNERS_WORDS)
    assert len(photos(drive.data)) == 1, "the owner's; a guest has none"


def test_a_revoked_account_hides_its_titles_at_once_and_says_so(around: Around, drive: Driven) -> None:
    around.cloud.revoke(ANA)
    drive.tap("settings")
    drive.tap_in_list("Update now")
    drive.reads("Access blocked")
    begun = drive.mark()
    drive.tap("home")
    seen = drive.reads("Titles are hidden")
    assert "9:00 – 9:30" in seen["texts"]
    drive.tap("agenda")
    drive.sees(lambda seen: seen["screen"] == "agenda" and "Meeting" in seen["texts"], "times only")
    assert not [text for seen in drive.frames[begun:] for text in seen["texts"] if TITLE in text]
    drive.tap("home")


def test_erasing_all_data_leaves_nothing_of_any_driver(drive: Driven) -> None:
    assert found(drive.data, OWNERS_WORDS)
    drive.tap("settings")
    drive.tap_in_list("Erase")
    drive.reads("Erase all data?")
    drive.tap("Erase all data")
    drive.reads("All data erased")
    wait(lambda: not found(drive.data, (*OWNERS_WORDS, *GUESTS_WORDS)), "nothing of any driver is left")
    assert photos(drive.data) == []
    seen = drive.reads("Sign in to see your meetings")
    assert not [text for text in seen["texts"] if TITLE in text or "9:00" in text]
    assert not [word for word in (*OWNERS_WORDS, *GUESTS_WORDS) if word in drive.errors()]
