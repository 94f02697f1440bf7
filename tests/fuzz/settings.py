"""Settings and platform files: an unusable one is refused in one line; no user's file sets what is root's."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from random import Random

from carlendar.errors import SettingsError
from carlendar.known_settings import DISPLAY, FLEET, KNOWN, VEHICLE
from carlendar.root_file import RootFile
from carlendar.settings import Settings, load
from tests.fuzz import values
from tests.fuzz.finding import require, watched
from tests.fuzz.stand import folder

SUFFIX = ".toml"
RAW = (
    "true", "false", "0", "-1", "1e999", "nan", "inf", "9" * 400, "0x10", "[]", "[1, 2]", '["a", {}]', "{}",
    "{a = {b = 1}}", "1979-05-27T07:32:00Z", "07:32:00", '"""\n"""', "[" * 3000, "'\\'", '""', "=", "0." + "1" * 5000,
)  # fmt: skip


@cache
def _folder() -> Path:
    return folder()


def target(random: Random) -> None:
    """One user's file, one platform file and one managed file."""
    texts = {name: _file(random, name) for name in ("settings", "platform", "managed")}
    data = b"\n# ---\n".join(texts.values())
    place = _folder()
    for name, text in texts.items():
        (place / f"{name}.toml").write_bytes(text)
    with watched(data, SUFFIX):
        _check(place, texts, data)


def _check(place: Path, texts: dict[str, bytes], data: bytes) -> None:
    roots = {name: RootFile(place / f"{name}.toml", os.getuid(), place) for name in ("platform", "managed")}
    environ = {"CARLENDAR_CONFIG": str(place / "settings.toml"), "HOME": str(place)}
    found = _loaded(environ, roots["managed"], roots["platform"], data)
    if found is not None:
        for key, setting in found.values.items():
            default = {**KNOWN, **VEHICLE, **DISPLAY, **FLEET}[key].default
            require(type(setting.value) is type(default) or isinstance(setting.value, type(default)),
                    f"{key} is of another kind", data, SUFFIX)  # fmt: skip
    none = RootFile(place / "none.toml", os.getuid(), place)
    alone = _loaded(environ, none, none, data)
    if alone is not None:
        for key in (*VEHICLE, *DISPLAY, *FLEET):
            require(alone.values[key].origin == "default", f"a user's file sets {key}", data, SUFFIX)
    require(texts["settings"] != b"" or alone is not None, "an empty file is refused", data, SUFFIX)


def _loaded(environ: dict[str, str], managed: RootFile, platform: RootFile, data: bytes) -> Settings | None:
    try:
        return load({}, environ=environ, managed=managed, platform=platform)
    except SettingsError as error:
        require("\n" not in str(error) and str(error), "the refusal is not one line", data, SUFFIX)
        require(len(str(error)) < 2000, "the refusal is too long", data, SUFFIX)
        return None


def _file(random: Random, name: str) -> bytes:
    keys = {"settings": (*KNOWN, *KNOWN, *VEHICLE, *DISPLAY), "platform": (*VEHICLE, *DISPLAY),
            "managed": (*KNOWN, *VEHICLE)}[name]  # fmt: skip
    lines = []
    for _ in range(random.choice((0, 1, 1, 2, 3))):
        section, _, key = random.choice(keys).partition(".")
        header = random.choice(
            (f"[{section}]\n{key}", f"{section}.{key}", f'["{section}"]\n"{key}"', f"[[{section}]]\nx")
        )
        lines.append(f"{header} = {_value(random)}")
    data = "\n".join(lines).encode("utf-8", "surrogatepass")
    return data if random.random() < 0.6 else values.damaged(random, data)


def _value(random: Random) -> str:
    if random.random() < 0.5:
        return random.choice(RAW)
    text = values.text(random)[:20_000].replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"' if random.random() < 0.7 else f'["{text}", "x"]'
