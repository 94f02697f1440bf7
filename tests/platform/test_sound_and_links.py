"""Sounds and the browser, with small programs in the place of the players and of the browser."""

from __future__ import annotations

import wave
from array import array
from pathlib import Path

import pytest

from carlendar.errors import CarlendarError
from carlendar.platform.links import DesktopLinkOpener
from carlendar.platform.sound import PlayerSound
from tests.fakes.waiting import wait_until

LINK = "https://teams.microsoft.com/meet/123?p=abc"


def program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)
    return path


def write_wav(path: Path, samples: list[int]) -> None:
    with wave.open(str(path), "wb") as made:
        made.setparams((1, 2, 22_050, len(samples), "NONE", ""))
        made.writeframes(array("h", samples).tobytes())


class TestSound:
    """What a sound promises: it plays, and it never disturbs."""

    def test_it_hands_the_file_to_the_first_player_there_is(self, tmp_path: Path) -> None:
        player = program(tmp_path / "player", f'echo "$1" >> {tmp_path}/played')
        sound = PlayerSound(lambda name: tmp_path / f"{name}.wav", (("no-such-player",), (str(player),)))
        assert sound.available()
        sound.play("reminder")
        wait_until((tmp_path / "played").exists)
        wait_until(lambda: (tmp_path / "played").read_text() == f"{tmp_path}/reminder.wav\n")
        sound.stop()

    def test_a_new_sound_ends_the_one_before(self, tmp_path: Path) -> None:
        player = program(tmp_path / "player", f"echo $$ >> {tmp_path}/played; exec sleep 60 0<&-")
        sound = PlayerSound(lambda name: tmp_path / name, ((str(player),),))

        def pids() -> list[str]:
            return (tmp_path / "played").read_text().split() if (tmp_path / "played").exists() else []

        sound.play("one")
        wait_until(lambda: len(pids()) == 1)
        sound.play("two")
        wait_until(lambda: len(pids()) == 2)
        assert not Path("/proc", pids()[0]).exists()
        sound.stop()
        assert not Path("/proc", pids()[1]).exists()

    def test_it_is_no_louder_than_it_may_be(self, tmp_path: Path) -> None:
        player = program(tmp_path / "player", f'cat "$1" > {tmp_path}/part; mv {tmp_path}/part {tmp_path}/played')
        write_wav(tmp_path / "reminder.wav", [0, 10_000, -10_000, 32_767, -32_768])
        sound = PlayerSound(lambda name: tmp_path / f"{name}.wav", ((str(player),),))
        sound.play("reminder", 0.25)
        wait_until((tmp_path / "played").exists)
        with wave.open(str(tmp_path / "played")) as played:
            assert (played.getnchannels(), played.getframerate()) == (1, 22_050)
            assert list(array("h", played.readframes(5))) == [0, 2_500, -2_500, 8_191, -8_192]

    def test_what_cannot_be_made_quieter_is_silence(self, tmp_path: Path) -> None:
        player = program(tmp_path / "player", f"touch {tmp_path}/played")
        (tmp_path / "no.wav").write_bytes(b"no sound at all")
        sound = PlayerSound(lambda name: tmp_path / f"{name}.wav", ((str(player),),))
        sound.play("no", 0.5)
        sound.play("gone", 0.5)
        sound.stop()
        assert not (tmp_path / "played").exists()

    @pytest.mark.parametrize("players", [(), (("no-such-player",),)])
    def test_where_there_is_no_audio_it_does_nothing(
        self, tmp_path: Path, players: tuple[tuple[str, ...], ...]
    ) -> None:
        sound = PlayerSound(lambda name: tmp_path / name, players)
        assert not sound.available()
        sound.play("reminder")

    def test_an_unknown_sound_is_silence(self, tmp_path: Path) -> None:
        player = program(tmp_path / "player", f"touch {tmp_path}/played")
        PlayerSound(lambda _name: None, ((str(player),),)).play("none")
        assert not (tmp_path / "played").exists()

    def test_a_player_that_cannot_be_started_is_silence(self, tmp_path: Path) -> None:
        player = tmp_path / "player"
        player.write_bytes(b"\x7fELFnot")
        player.chmod(0o700)
        sound = PlayerSound(lambda name: tmp_path / name, ((str(player),),))
        sound.play("reminder")
        assert sound._playing is None


class TestLinkOpener:
    """What a link opener promises: https only, and the truth about whether it worked."""

    def opener(self, tmp_path: Path, text: str, **more: str) -> DesktopLinkOpener:
        browser = program(tmp_path / "browser", text)
        return DesktopLinkOpener({"PATH": "/usr/bin:/bin", "DISPLAY": ":9", "BROWSER": str(browser)} | more)

    def test_it_opens_the_address_as_it_is(self, tmp_path: Path) -> None:
        opener = self.opener(tmp_path, f'printf %s "$1" > {tmp_path}/opened')
        assert opener.available()
        opener.open(LINK)
        assert (tmp_path / "opened").read_text() == LINK

    def test_the_place_of_the_address_may_be_named(self, tmp_path: Path) -> None:
        browser = program(tmp_path / "browser", f'printf %s "$1/$2" > {tmp_path}/opened')
        opener = self.opener(tmp_path, "", BROWSER=f"none-such:{browser} %s --new-window")
        program(tmp_path / "browser", f'printf %s "$1/$2" > {tmp_path}/opened')
        opener.open(LINK)
        assert (tmp_path / "opened").read_text() == f"{LINK}/--new-window"

    @pytest.mark.parametrize(
        "url",
        [
            "http://x.example/",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://",
            "--help",
            "https://x y/",
            "https://x.example/\n",
            "https://[::1",
        ],
    )
    def test_what_is_no_https_address_is_refused(self, tmp_path: Path, url: str) -> None:
        with pytest.raises(CarlendarError):
            self.opener(tmp_path, f"touch {tmp_path}/opened").open(url)
        assert not (tmp_path / "opened").exists()

    def test_a_browser_that_fails_is_reported(self, tmp_path: Path) -> None:
        with pytest.raises(CarlendarError):
            self.opener(tmp_path, "exit 3").open(LINK)

    def test_without_a_display_there_is_no_browser(self, tmp_path: Path) -> None:
        opener = self.opener(tmp_path, "exit 0", DISPLAY="")
        assert not opener.available()
        with pytest.raises(CarlendarError):
            opener.open(LINK)


class TestPlaceOpener:
    """Places go to the map application alone, and links to the browser alone."""

    PLACE = "geo:54.59,7.06?q=54.59,7.06(Hafenamt)"

    def test_a_place_is_opened_by_xdg_open_and_not_by_the_browser(self, tmp_path: Path) -> None:
        program(tmp_path / "browser", f"touch {tmp_path}/wrong")
        program(tmp_path / "xdg-open", f'printf %s "$1" > {tmp_path}/opened')
        environ = {"PATH": f"{tmp_path}:/usr/bin:/bin", "DISPLAY": ":9", "BROWSER": str(tmp_path / "browser")}
        opener = DesktopLinkOpener(environ, scheme="geo")
        assert opener.available()
        opener.open(self.PLACE)
        assert (tmp_path / "opened").read_text() == self.PLACE
        assert not (tmp_path / "wrong").exists()

    @pytest.mark.parametrize("link", [LINK, "--help", "geo:1,2 3", "geo:1,2\n", "geo:1,2?q=ä", "file:///etc/passwd"])
    def test_nothing_but_a_place_is_opened(self, tmp_path: Path, link: str) -> None:
        program(tmp_path / "xdg-open", f"touch {tmp_path}/wrong")
        environ = {"PATH": f"{tmp_path}:/usr/bin:/bin", "DISPLAY": ":9"}
        with pytest.raises(CarlendarError):
            DesktopLinkOpener(environ, scheme="geo").open(link)
        assert not (tmp_path / "wrong").exists()
