"""The pictures chosen by `--only`: screens, situations, languages, displays and themes, in one list."""

from __future__ import annotations

from dataclasses import dataclass

from carlendar.errors import UsageError
from carlendar.ui.metrics import DisplayMetrics, from_diagonal
from carlendar_devtools.stories.pseudo_language import PSEUDO
from carlendar_devtools.stories.situations import SITUATIONS
from carlendar_devtools.stories.story_situation import SCREENS, StorySituation

DISPLAYS = {
    "1560x700": DisplayMetrics(1560, 700, 5.22, 750.0),
    "1920x720": from_diagonal(1920, 720, 12.3),
    "1280x720": from_diagonal(1280, 720, 12.3),
    "800x480": DisplayMetrics(800, 480, 5.25, 700.0),
    "1080x1920": DisplayMetrics(1080, 1920, 7.88, 700.0),
}
LANGUAGES = {"en": "en", "de": "de", "rtl": PSEUDO}
"""Languages by their names in `--only` and in file names; `rtl` is the pseudo-language."""
THEMES = ("night", "day")
FEW = ("drive-next", "reminder", "call-connected", "agenda-parked", "event-parked", "settings")
"""Situations for a first impression, each drawn once."""


@dataclass(frozen=True)
class PictureChoice:
    """A choice of pictures: every combination of these."""

    situations: tuple[StorySituation, ...] = SITUATIONS
    languages: tuple[str, ...] = tuple(LANGUAGES)
    displays: tuple[str, ...] = tuple(DISPLAYS)
    themes: tuple[str, ...] = THEMES

    @property
    def count(self) -> int:
        """The number of pictures."""
        return len(self.situations) * len(self.languages) * len(self.displays) * len(self.themes)


def few() -> PictureChoice:
    """Return one picture of each of `FEW`."""
    situations = tuple(each for each in SITUATIONS if each.name in FEW)
    return PictureChoice(situations, ("en",), tuple(DISPLAYS)[:1], THEMES[:1])


def chosen(text: str) -> PictureChoice:
    """Return the choice for a list such as `now,call,de,800x480,night`; a kind that is not named is not restricted.

    Raises UsageError for an unknown name.
    """
    words = {word.strip() for word in text.split(",")} - {""}
    screens = {*SCREENS.values()}
    names = {each.name for each in SITUATIONS}
    known = {*screens, *names, *LANGUAGES, *DISPLAYS, *THEMES}
    if unknown := sorted(words - known):
        kinds = ", ".join((*dict.fromkeys(SCREENS.values()), *LANGUAGES, *DISPLAYS, *THEMES))
        raise UsageError(f"--only {unknown[0]}: there is no such picture; choose of {kinds}, or name a situation")
    wanted = words & (screens | names)
    situations = tuple(each for each in SITUATIONS if not wanted or wanted & {each.screen, each.name})
    return PictureChoice(
        situations, _of(tuple(LANGUAGES), words), _of(tuple(DISPLAYS), words), _of(THEMES, words)
    )  # fmt: skip


def _of(all_: tuple[str, ...], words: set[str]) -> tuple[str, ...]:
    return tuple(each for each in all_ if each in words) or all_
