"""Genuine dial-ins of the unseen part: companies' bridges in many layouts, and services' blocks."""

from __future__ import annotations

from tests.joining_collection.numbers import FREE, phone
from tests.joining_collection.unseen_draw import Draw, Piece, grouped, typed


def heading_above(d: Draw) -> Piece:
    n, c = d.phone(), d.code()
    return Piece((d["heading"], d.label("dial", d.written(n)), d.label("code", f"{c}#")), typed(n, c))


def beside(d: Draw) -> Piece:
    n, c = d.phone(), d.code()
    bar = d.rng.choice((" | ", " – ", "; ", ", "))
    return Piece((f"{d.label('dial', d.written(n))}{bar}{d.label('code', c + '#')}",), typed(n, c))


def on_next_lines(d: Draw) -> Piece:
    n, c = d.phone(), d.code()
    return Piece((d.label("dial", "").rstrip(), d.written(n), d.label("code", "").rstrip(), c), typed(n, c))


def table(d: Draw) -> Piece:
    n, c = d.phone(), d.code()
    return Piece((d["heading"], f"{d['dial']}\t{d.written(n)}", f"{d['code']}\t{c}#"), typed(n, c))


def table_in_columns(d: Draw) -> Piece:
    n, c = d.phone(), d.code()
    return Piece((f"{d['dial']}\t{d['code']}", f"{d.written(n)}\t{c}#"), typed(n, c))


def code_first(d: Draw) -> Piece:
    n, c = d.phone(), d.code()
    return Piece((d["heading"], d.label("code", f"{c}#"), d.label("dial", d.written(n))), typed(n, c))


def sentence(d: Draw) -> Piece:
    n, c = d.phone(), d.code()
    return Piece((d["sentence"].format(n=d.written(n), c=c),), typed(n, c))


def host_before_guest(d: Draw) -> Piece:
    n, host, c = d.phone(), d.code(6), d.code(7)
    lines = (d.label("dial", d.written(n)), d.label("host", f"{host}#"), d.label("guest", f"{c}#"))
    return Piece(lines, typed(n, c), frozenset({host}))


def guest_before_host(d: Draw) -> Piece:
    n, c, host = d.phone(), d.code(6), d.code(8)
    lines = (d["heading"], d.label("dial", d.written(n)), d.label("guest", c), d.label("host", host))
    return Piece(lines, typed(n, c), frozenset({host}))


def countries(d: Draw) -> Piece:
    c = d.code()
    numbers = [d.phone(), d.phone("GB"), d.phone("CH")]
    lines = tuple(f"{n.country}: {n.international}" for n in numbers)
    pairs = frozenset().union(*(typed(n, c) for n in numbers))
    return Piece((d["heading"], d["dial"], *lines, d.label("code", f"{c}#")), pairs)


def with_toll_free(d: Draw) -> Piece:
    n, c = d.phone(), d.code()
    free = phone(d.rng, d.country if d.country in FREE else "GB", FREE)
    lines = (d.label("dial", n.international), d.label("free", free.international), d.label("code", f"{c}#"))
    return Piece((d["heading"], *lines), typed(n, c) | typed(free, c))


def national(d: Draw) -> Piece:
    n, c = d.phone(), d.code()
    return Piece((d["heading"], d.label("dial", n.national), d.label("code", c)), typed(n, c))


def one_tap(d: Draw) -> Piece:
    n, c = d.phone(), d.code(9)
    return Piece((d.label("dial", f"{n.e164},,{c}#"),), typed(n, c))


def linked(d: Draw) -> Piece:
    n, c = d.phone(), d.code()
    link = f"[[{n.international}|tel:{n.e164},,{c}%23]]"
    return Piece((d["heading"], d.label("dial", link), d.label("code", f"{c}#")), typed(n, c))


def spaced_code(d: Draw) -> Piece:
    n, c = d.phone(), d.code(9)
    return Piece((d["heading"], d.label("dial", d.written(n)), d.label("code", f"{grouped(c)} #")), typed(n, c))


def teams_lines(d: Draw) -> tuple[tuple[str, ...], str]:
    """A Teams meeting without a phone number, and its link."""
    meeting = f"2{d.code(12)}"
    url = f"https://teams.microsoft.com/meet/{meeting}?p={d.token(18)}"
    lines = ("Microsoft Teams", f"[[Join the meeting now|{url}]]", f"Meeting ID: {grouped(meeting)}")
    return (*lines, f"Passcode: {d.token(6)}"), url


def teams_today(d: Draw) -> Piece:
    lines, url = teams_lines(d)
    n, c = d.phone(), d.code(9)
    tap = f"[[{n.international},,{c}#|tel:{n.e164},,{c}%23]] {n.country}, Central"
    pages = "[[Find a local number|https://dialin.teams.microsoft.com/8f2c?id=" + c + "]]"
    foot = (f"Phone conference ID: {grouped(c)}#", "For organizers: Meeting options | Reset dial-in PIN")
    block = ("_" * 32, *lines, "_" * 32, d["heading"], tap, pages, *foot)
    return Piece(block, typed(n, c), frozenset(), "teams", url)


def teams_earlier(d: Draw) -> Piece:
    thread = f"19%3ameeting_{d.token(40)}%40thread.v2/0?context=%7b%22Tid%22%3a%22{d.token(20)}%22%7d"
    url = f"https://teams.microsoft.com/l/meetup-join/{thread}"
    n, c = d.phone(), d.code(9)
    tap = f"[[{n.international},,{c}#|tel:{n.e164},,{c}#]]   {n.country}, Central"
    lines = (f"[[Click here to join the meeting|{url}]]", "Or call in (audio only)", tap)
    return Piece((*lines, f"Phone Conference ID: {grouped(c)}#"), typed(n, c), frozenset(), "teams", url)


def zoom(d: Draw) -> Piece:
    c, passcode = d.code(11), d.code(6)
    url = f"https://litware.zoom.us/j/{c}?pwd={d.token(28)}.1"
    numbers = [d.phone(), d.phone("US")]
    taps = tuple(f"{n.e164},,{c}#,,,,*{passcode}# {n.country}" for n in numbers)
    lines = (
        f"Join Zoom Meeting\n{url}",
        f"Meeting ID: {c[:3]} {grouped(c[3:], 4)}",
        f"Passcode: {passcode}",
        "One tap mobile",
        *taps,
    )
    rest = ("Dial by your location", *(f"        {n.international} {n.country}" for n in numbers))
    ways = (f"{c}#*{passcode}#", f"{c}##{passcode}#", f"{c}#{passcode}#")
    pairs = frozenset((n.e164, way) for n in numbers for way in ways)
    return Piece((*"\n".join(lines).split("\n"), *rest), pairs, frozenset(), "zoom", url)


def webex(d: Draw) -> Piece:
    n, c = d.phone(), d.code(10)
    url = f"https://litware.webex.com/litware/j.php?MTID=m{d.letters(6)}{d.code(26)}"
    head = ("Join from the meeting link", url, f"Meeting number (access code): {c[:4]} {c[4:7]} {c[7:]}")
    rest = (f"Meeting password: {d.token(9)}", d["heading"], f"{n.dashed} {n.country} Toll", f"Access code: {c}")
    pairs = typed(n, c) | frozenset({(n.e164, f"{c}##")})
    return Piece((*head, *rest), pairs, frozenset(), "webex", url)


def meet(d: Draw) -> Piece:
    n, c = d.phone(), d.code(9)
    url = f"https://meet.google.com/{d.letters(3)}-{d.letters(4)}-{d.letters(3)}"
    fence = "-::~:~::~:~:~:~:~:~:~:~:~:~:~:~::~:~::-"
    lines = (fence, f"Join with Google Meet: {url}", f"Or dial: ({n.country}) {n.international} PIN: {c}#", fence)
    return Piece(lines, typed(n, c), frozenset(), "meet", url)


GENUINE = (
    heading_above, beside, on_next_lines, table, table_in_columns, code_first, sentence, host_before_guest,
    guest_before_host, countries, with_toll_free, national, one_tap, linked, spaced_code, teams_today, teams_earlier,
    zoom, webex, meet,
)  # fmt: skip
OLD = (heading_above, beside, sentence, spaced_code)
"""Layouts of a bridge that a later message replaces."""
