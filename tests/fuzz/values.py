"""Values that hostile or broken programs write where something sensible belongs."""

from __future__ import annotations

from random import Random

NUMBERS = (
    "0", "-1", "1", "²", "٣", "1_0", "+5", "0x10", "1e3", "1e999", "-1e999", "NaN", "Infinity", "9" * 20, "9" * 400,
    "9" * 5000, "1" + "0" * 400, "-" + "9" * 400, "0.1", "1.", ".5", "", " 7 ", "2147483648", "9007199254740993",
)  # fmt: skip
DATES = (
    "00000000", "00000101T000000Z", "00010101T000000", "00010101T000000Z", "99991231T235959", "99991231T235959Z",
    "100000101T000000Z", "20261345", "20261124T256199", "20261124", "20261124T100000", "20261124T100000Z",
    "20261124T100060Z", "2026-11-24T10:00:00Z", "19000229", "²026 1124", "20261025T023000", "20260329T023000",
)  # fmt: skip
DURATIONS = ("PT1H", "-PT1H", "P1W", "PT0S", "P999999999D", "P" + "9" * 5000 + "D", "PT-2H", "P1Y", "PT1W", "P", "")
ZONES = (
    "Europe/Berlin", "America/Los_Angeles", "W. Europe Standard Time", "Own", "../../etc/passwd", "/" * 500, "\x00",
    "A" * 9000, "(UTC-05:00) Eastern Time (US & Canada)", "UTC+99:99", "posixrules", "Pacific/Apia", "",
    '"Europe/Berlin"',
)  # fmt: skip
TEXTS = (
    "Review", "", " ", "\x00", "\u200d\u0644\u0627", "\ud800", "\udcff", "\U0010ffff", "\ufeff", "\u202e",
    "e\u0301" * 300, "\U0001f469\u200d" * 200, "<b>" * 2000, "&#x110000;", "&#99999999999;", "%s{}\\n", "\r\n\r\n",
    "A" * 100_000,
    "https://contoso.zoom.us/j/94512345678?pwd=abc", "+1 312-555-0188,,80213746592#", "tel:+49301234567,,123#",
    "=?utf-8?q?=80?=", "=?klingon?b?!!!?=", "mailto:", "\t", "\x1b[31m", "“”", "ﷺ" * 50, "\x7f\x80\x9f",
)  # fmt: skip


def text(random: Random) -> str:
    """One of the texts, or a few random characters of any plane."""
    if random.random() < 0.6:
        return random.choice(TEXTS)
    return "".join(chr(random.choice((random.randrange(128), random.randrange(0x110000)))) for _ in range(12))


def damaged(random: Random, data: bytes) -> bytes:
    """The data as it is, or with some bytes lost, doubled, exchanged or put in."""
    for _ in range(random.choice((0, 0, 0, 1, 1, 2, 6))):
        at, length = random.randrange(len(data) + 1), random.choice((0, 1, 2, 12, 200))
        pieces = (b"", random.randbytes(random.randrange(1, 6)), data[at : at + length] * 2, b"\n", b'"', b":", b"\x00")
        data = data[:at] + random.choice(pieces) + data[at + length :]
    return data


def nested(random: Random, opening: str, closing: str) -> str:
    """Something within itself, many times, seldom closed in full."""
    depth = random.choice((3, 50, 150, 1200, 20_000))
    return opening * depth + closing * random.choice((depth, depth, depth - 1, 0))
