"""The fonts of this machine, and which of them has a character. No Kivy: `carlendar doctor` asks too.

The brand's typeface or Roboto first, then the fonts of `PREFERRED` that are installed, then what fontconfig finds.
Fontconfig is asked by `look_up` only, which can take a second where its cache is old: a display calls it on a thread,
after the first frame.
"""

from __future__ import annotations

import os
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from carlendar.text.shape import PLAIN
from carlendar.ui.coverage import coverage

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("~/.local/share/fonts").expanduser())
_NOTO = (
    "Armenian", "Bengali", "Ethiopic", "Georgian", "Gujarati", "Gurmukhi", "Kannada", "Khmer", "Lao", "Malayalam",
    "Myanmar", "Oriya", "Sinhala", "Tamil", "Telugu",
)  # fmt: skip
PREFERRED = (
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
    ("DroidSansFallbackFull.ttf", ""),
    ("DroidSansFallback.ttf", ""),
    ("NanumGothic.ttf", "NanumGothicBold.ttf"),
    ("NotoSansThai-Regular.ttf", "NotoSansThai-Bold.ttf"),
    ("Garuda.ttf", "Garuda-Bold.ttf"),
    ("NotoSansDevanagari-Regular.ttf", "NotoSansDevanagari-Bold.ttf"),
    *((f"NotoSans{script}-Regular.ttf", f"NotoSans{script}-Bold.ttf") for script in _NOTO),
    ("FreeSans.ttf", "FreeSansBold.ttf"),
    ("FreeSerif.ttf", "FreeSerifBold.ttf"),
    ("Symbola_hint.ttf", ""),
    ("Symbola.ttf", ""),
    ("NotoEmoji-Regular.ttf", ""),
)
"""File names of regular and bold fonts after Roboto, in the order in which they are tried."""

SAMPLES = {
    "Arabic": "سلام", "Armenian": "Ժամ", "Bengali": "বৈঠক", "Chinese": "会议", "Devanagari": "बैठक", "Ethiopic": "ስብሰባ",
    "Georgian": "შეხვედრა", "Gujarati": "બેઠક", "Gurmukhi": "ਮੀਟਿੰਗ", "Hebrew": "פגישה", "Japanese": "かいぎカイギ",
    "Kannada": "ಸಭೆ", "Khmer": "ប្រជុំ", "Korean": "회의", "Lao": "ປະຊຸມ", "Malayalam": "യോഗം", "Myanmar": "အစည်းအဝေး",
    "Odia": "ବୈଠକ", "Sinhala": "රැස්වීම", "Tamil": "கூட்டம்", "Telugu": "సమావేశం", "Thai": "ประชุม", "Tibetan": "ཚོགས་འདུ",
    "emoji": "🎉🚗",
}  # fmt: skip
"""A word in each script that `carlendar doctor` looks for a font for."""

SECONDS = 5.0
"""Time for fontconfig to answer; it may have to read all fonts first."""
MOST_ASKED = 64
"""Characters that fontconfig is asked about at a time; as many of its answers are kept."""
_REGULAR, _BOLD, _UPRIGHT = 80, 200, 0
"""Weights and slant of fontconfig (fontconfig.h)."""
_FORMAT = "%{file}\t%{index}\t%{weight}\t%{slant}\t%{color}\t%{scalable}\t%{family[0]}\n"


class Face(NamedTuple):
    """The files of a font; without a bold one, `bold` is the regular one."""

    regular: Path
    bold: Path


class _Listed(NamedTuple):
    """A font as fontconfig lists it."""

    family: str
    path: Path
    weight: int


def kivy_fonts() -> Path:
    """The folder of the fonts that come with Kivy; FileNotFoundError when it is not installed."""
    spec = find_spec("kivy")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package kivy is not installed")
    return Path(spec.origin).parent / "data" / "fonts"


@cache
def roboto() -> Face:
    """The typeface where no brand names another."""
    folder = kivy_fonts()
    return Face(folder / "Roboto-Regular.ttf", folder / "Roboto-Bold.ttf")


_first: list[Face] = []


def first() -> Face:
    """The brand's typeface or Roboto; it has all characters of `PLAIN`."""
    return _first[0] if _first else roboto()


def use_first(face: Face) -> bool:
    """Try that typeface first from now on; whether it is another one than before."""
    if face == first():
        return False
    _first[:] = [face]
    font_of.cache_clear()
    return True


def preferred() -> tuple[Face, ...]:
    """The first typeface and the installed fonts of `PREFERRED`; looked for when a character first needs one."""
    return (first(), *_installed())


@cache
def _installed() -> tuple[Face, ...]:
    wanted = {name for pair in PREFERRED for name in pair if name}
    found: dict[str, Path] = {}
    for folder in (*FONT_FOLDERS, kivy_fonts()):
        for parent, _, names in os.walk(folder):
            for name in wanted.intersection(names):
                found.setdefault(name, Path(parent, name))
    return tuple(Face(found[name], found.get(bold, found[name])) for name, bold in PREFERRED if name in found)


_further: dict[str, Face] = {}
"""What fontconfig found for characters that no preferred font has."""
_wanted: set[str] = set()
"""Characters that no known font has and that fontconfig was not asked about."""
_asked: set[str] = set()


def faces() -> tuple[Face, ...]:
    """All fonts that are known now, in the order in which they are tried."""
    return (*preferred(), *dict.fromkeys(_further.values()))


@lru_cache(maxsize=4096)
def font_of(cluster: str, *, bold: bool = False) -> Path | None:
    """The file that draws the cluster: that of the first font that has all its characters; None where none has.

    It is the regular one also for bold text where the bold one lacks a character.
    """
    if PLAIN.issuperset(cluster):
        return first().bold if bold else first().regular
    for face in faces():
        if (path := font_in(face, cluster, bold=bold)) is not None:
            return path
    if len(_wanted) < MOST_ASKED:
        _wanted.update(char for char in cluster if char not in _asked)
    return None


def font_in(face: Face, cluster: str, *, bold: bool) -> Path | None:
    """The file of the face that has the cluster, the bold one if that is wanted and has it."""
    files = (face.bold, face.regular) if bold else (face.regular,)
    return next((path for path in files if all(map(coverage(path).has, cluster))), None)


def wanted() -> frozenset[str]:
    """Characters to look up, each once: they are not wanted again."""
    if not _wanted:
        return frozenset()
    found = frozenset(_wanted)
    _wanted.clear()
    if len(_asked) > 16 * MOST_ASKED:
        _asked.clear()
    _asked.update(found)
    return found


def look_up(chars: frozenset[str]) -> dict[str, Face]:
    """What fontconfig finds for characters; blocks until it has answered, `SECONDS` at most in all."""
    found: dict[str, Face] = {}
    for char in sorted(chars):
        if any(coverage(face.regular).has(char) for face in found.values()):
            continue
        if (face := _best(_listed(char))) is not None:
            found[char] = face
    return found


def add(found: dict[str, Face]) -> bool:
    """Use what `look_up` found from now on; whether there is anything."""
    if not found:
        return False
    while len(_further) > MOST_ASKED:
        _further.pop(next(iter(_further)))
    _further.update(found)
    font_of.cache_clear()
    return True


def missing_scripts() -> list[str]:
    """The scripts of `SAMPLES` that no font of this machine has; asks fontconfig."""
    return [name for name, sample in SAMPLES.items() if not all(map(_exists, sample))]


def _exists(char: str) -> bool:
    return font_of(char) is not None or (add(look_up(frozenset(char))) and font_of(char) is not None)


def _listed(char: str) -> list[_Listed]:
    """The upright fonts that have the character, by fontconfig; none where it is not installed."""
    import subprocess  # takes a while, and the first frame has no use for it

    command = ["fc-list", "--format", _FORMAT, f":charset={ord(char):x}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)
    except (OSError, ValueError, subprocess.SubprocessError):
        return []
    found: list[_Listed] = []
    for line in done.stdout.splitlines():
        path, index, weight, slant, color, scalable, family = line.split("\t", 6)
        usable = (index, slant, color, scalable) == ("0", str(_UPRIGHT), "False", "True")
        if usable and Path(path).suffix in {".ttf", ".otf", ".ttc"} and weight.isdigit():
            found.append(_Listed(family, Path(path), int(weight)))
    return found


def _best(fonts: list[_Listed]) -> Face | None:
    """A sans-serif family before others, monospaced ones last; in it the most regular font and the boldest."""
    regular = min(fonts, key=lambda font: (_rank(font.family), abs(font.weight - _REGULAR), font), default=None)
    if regular is None:
        return None
    family = [font for font in fonts if font.family == regular.family and font.weight > regular.weight]
    bold = min(family, key=lambda font: (abs(font.weight - _BOLD), font), default=regular)
    return Face(regular.path, bold.path)


def _rank(family: str) -> int:
    words = family.lower()
    return 2 if "mono" in words else 0 if "sans" in words or "gothic" in words else 1
