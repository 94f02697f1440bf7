"""Finds the links of a text, removes wrappers, parses them strictly and decides which lead into a meeting.

Hosts are compared after parsing, never by substring. Only a service's own hosts have rank 0 and open
without a confirmation. What a browser and a person could read differently (user information, ports,
backslashes, dot segments, percent or non-ASCII hosts, hosts that read like another, schemes other
than the web's) is refused, and the reason is kept. So is a link that redirects to another host.
"""

from __future__ import annotations

import html
import re
import string
from collections.abc import Iterator
from urllib.parse import unquote

from carlendar.domain.base import Value
from carlendar.meetings import endings, identifiers, lookalike, services, wrappers
from carlendar.meetings.html import INVISIBLE
from carlendar.meetings.join_details import RefusedText

LINKS_READ = 400
"""Links of one text that are looked at."""

FOLLOWING = 60
"""Characters behind a link that may show that its last word is the beginning of a label."""

REDIRECT_CODINGS = 4
"""Percent-codings of an address inside a link that are undone; a link with more is refused."""

# A slash behind a word, and all that follows: a search for a character is much faster than one for words.
_SLASHED = re.compile(r"/(?<=[A-Za-z0-9.:-]{3}/)[^\s<>\"“”„«»|^`{}]{2,}+")
_WORD_CHARACTERS = string.ascii_letters + string.digits + ".:-"
_SCHEME = re.compile(r"(?:https?|msteams|zoommtg|zoomus|discord):/", re.IGNORECASE)
_STRANGE = re.compile(
    r"(?:javascript|vbscript|data|file|ftps?|intent|blob|view-source|filesystem|jar|wss?|android-app|about):"
    r"|[a-z][a-z0-9.-]{1,20}:\Z",
    re.IGNORECASE,
)
_HARMLESS = ("msteams", "zoommtg", "zoomus", "discord", "mailto", "sip", "sips", "tel", "h323")
_BARE = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}", re.IGNORECASE)
_PARTS = re.compile(r"([a-z]+):(?://([^/?#]*+))?(.*)", re.IGNORECASE | re.DOTALL)
_HOST = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,22}[a-z0-9]", re.IGNORECASE
)
_MEETING_PATH = re.compile(
    r"/(?:join|meet|meeting|meetings|call|conference|conf|room|rooms|huddle|webinar|live|videocall|visio|groupcall|b|j|l/meetup-join)[/?=]\S{2}",
    re.IGNORECASE,
)
_MEETING_HOST = re.compile(
    r"(?:meet|meeting|meetings|conf|conference|call|video|videocall|visio|webconf|talk|bbb|join|webinar)\.\S"
)
# Two links without anything between them; an address inside a parameter, a path or a wrapper (`/v3/__https://`) stays.
_GLUED = re.compile(r"(?<![=/?&#%@+(~:-])(?<!/__)(?=https?://)", re.IGNORECASE)
_ALONE = re.compile(r"https?://[^\s<>\"“”„«»|^`{}\\\x00-\x1f]{4,4096}", re.IGNORECASE)
_TARGET = re.compile(r"[ \t\u00a0.,;:)]{0,3}<(https?://[^\s<>]{4,4096}+)>", re.IGNORECASE)
_ADDRESS_INSIDE = re.compile(
    r"(?:https?:[/\\]*+|[=/][/\\]{2,})([^/\\?#&\s]*)|\b(?:javascript|vbscript|data):([^/\\?#&\s]*)", re.IGNORECASE
)
_PUNCTUATION = ".,;:!?'’*_\\。，、；：！？）」』】》›…‘"
_DOT_SEGMENT = re.compile(r"/(?:\.|%2e){1,2}(?:/|\Z)", re.IGNORECASE)
_SECRET = re.compile(r"[?&#](?:pwd|p|pw|passcode|password|secret|tk)[=-][\w%-]{2}", re.IGNORECASE)
_APP_HOSTS = {"teams": "teams.microsoft.com", "zoom": "zoom.us", "discord": "discord.com"}
_OFFICE = re.compile(
    r"(?:calendar\.google|outlook\.(?:office|office365|live)|www\.google|aka\.ms|(?:www|support|learn|go)\.microsoft)\b"
)


class Link(Value, frozen=True):
    """A link that may lead to a meeting. `rank` is 0 for a known service, 1 for what looks like a meeting."""

    url: str
    host: str
    service: str
    rank: int
    retired: bool = False


def found_in(text: str) -> Iterator[str]:
    """The links of a text as they stand in it, without what follows them; at most `LINKS_READ`.

    Where a label is itself a link (`https://a.example/x<https://b.example/y>`), only its target counts.
    """
    count = end = 0
    for match in _SLASHED.finditer(text):
        word = text[end : match.start()]
        end = end + len(word.rstrip(_WORD_CHARACTERS))
        for piece in _GLUED.split(text[end : match.end()]):
            start, end = end, end + len(piece)
            if count == LINKS_READ:
                return
            count += 1
            link = _link(text, piece, start)
            if link and not _is_label(text, end):
                yield _ended(link, text[end : end + FOLLOWING])


def _ended(link: str, following: str) -> str:
    if len(link) > wrappers.TARGET_LIMIT:
        return link
    # a colon may be all that is left of a label behind the link
    colon = link[-1] if link[-1] in ":\uff1a" else ""
    return _trimmed(endings.trimmed(_trimmed(link), colon + following))


def _is_label(text: str, end: int) -> bool:
    """Whether what ends here is the label of a link to somewhere; a target that cannot be read does not count."""
    target = _TARGET.match(text, end)
    if target is None:
        return False
    url = wrappers.unwrapped(html.unescape(target[1]))
    parts = _PARTS.fullmatch(url)
    return parts is None or not wrappers.is_wrapper((parts[2] or "").lower())


def _link(text: str, piece: str, start: int) -> str:
    """The link in a candidate: from its scheme on, or a bare host with a path, be it behind `Label:`."""
    scheme = _SCHEME.search(piece)
    if scheme:
        return piece[scheme.start() :]
    word, slash, _ = piece.partition("/")
    if not slash:
        return ""
    if _STRANGE.match(word):
        return piece if lookalike.contains_name(piece[:400].lower()) else ""
    bare = word.rpartition(":")[2]
    if not _BARE.fullmatch(bare) or (bare == word and _continues(text, start)):
        return ""
    return piece[len(word) - len(bare) :]


def _continues(text: str, start: int) -> bool:
    """Whether what begins here is the rest of a mail address, of another address or of a word."""
    before = text[start - 1 : start]
    return before.isalnum() or before in tuple("@/%=&?#_") or INVISIBLE.match(before) is not None


def examined(link: str, *, trusted: bool = False) -> Link | RefusedText | None:
    """Return what a link is: a meeting, an imitation of one, or None for any other page.

    A `trusted` place (the provider's own field for joining) may name a service that is in no table.
    """
    url = wrappers.unwrapped(link)
    if url != link:
        url = _ended(url, "") if url else url
    if len(url) > wrappers.TARGET_LIMIT:
        return RefusedText(link[:200], "the link is too long")
    parts = _PARTS.fullmatch(url if ":" in url.partition("/")[0] else f"https://{url}")
    if parts is None:
        return None
    scheme, authority, rest = parts[1].lower(), parts[2] or "", parts[3]
    if scheme not in ("https", "http"):
        return _app_link(scheme, authority, rest) or _strange(link, scheme)
    trick = _trick(scheme, authority, rest)
    if trick:
        return RefusedText(link[:200], trick) if _poses(url, authority) else None
    host = authority.lower().partition(":")[0].removesuffix(".")
    plain = INVISIBLE.sub("", rest)
    # Handed out byte for byte, unless it lacks TLS or its scheme, or hides characters.
    exact = url if scheme == "https" and plain == rest and ":" in url.partition("/")[0] else f"https://{host}{plain}"
    return _web_link(link, host, plain, exact, trusted=trusted)


def whole(text: str) -> str:
    """`text` where it is one address and nothing else, as in a provider's own field; empty otherwise."""
    return text if _ALONE.fullmatch(text) and not _GLUED.search(text, 1) else ""


def _web_link(link: str, host: str, rest: str, url: str, *, trusted: bool) -> Link | RefusedText | None:
    known = services.match("https", host, rest)
    own = known.service is not None and not known.service.host_pattern
    if known.service is not None and own:
        if not known.joins:
            return None
        if _leads_elsewhere(known.service.name, rest):
            return RefusedText(link[:200], "leads to another host")
        return Link(url, host, known.service.name, 0, known.service.retired)
    if wrappers.is_wrapper(host):
        return _hidden(link, url)
    why = _poses_as(host, rest)
    if why:
        return RefusedText(link[:200], why)
    if (trusted and rest.strip("/")) or _looks_like_meeting(host, rest, known=known.joins):
        return Link(url, host, "unknown", 1)
    return None


def _leads_elsewhere(service: str, rest: str) -> bool:
    """Whether the link names an address outside the service, coded up to three times, as open redirects do."""
    for _ in range(REDIRECT_CODINGS):
        for found in _ADDRESS_INSIDE.finditer(rest):
            host = (found[1] or found[2] or "").lower().rstrip(".")
            if services.of_host(host) != service:
                return True
        decoded = unquote(rest)
        if decoded == rest:
            return False
        rest = decoded
    return True


def preferred(link: Link, other: Link) -> bool:
    """Whether `link` replaces `other`, which was found first.

    It does if it is more certain, of a service that still exists, or the same meeting with its passcode.
    """
    if link.rank != other.rank:
        return link.rank < other.rank
    if link.retired != other.retired:
        return other.retired
    return link.rank == 0 and _has_secret(link) and not _has_secret(other) and _meeting(link) == _meeting(other)


def _meeting(link: Link) -> tuple[str, str, str]:
    number = identifiers.meeting_id(link.service, link.url, "")
    page = link.host + re.split("[?#]", link.url.partition("://")[2].partition("/")[2], maxsplit=1)[0].rstrip("/")
    return (link.service, number, "") if number else (link.service, "", page)


def _has_secret(link: Link) -> bool:
    return _SECRET.search(link.url) is not None


def _hidden(link: str, url: str) -> RefusedText | None:
    """A wrapper that cannot be undone is worth a word only where it says that a meeting is behind it."""
    host = wrappers.hidden_host(url)
    meeting = host and services.match("https", host, "").service is not None
    return RefusedText(link[:200], "the wrapper hides its target") if meeting else None


def _poses_as(host: str, rest: str) -> str:
    """Why a host of no service is taken for one that poses as a service; empty where it does not."""
    if lookalike.bears_name(host) or "/l/meetup-join/" in rest.lower():
        return "host is not a meeting service"
    if _looks_like_meeting(host, rest) and lookalike.contains_name(host):
        return "host is not a meeting service"
    imitated = lookalike.imitated(host)
    return f"host looks like {imitated}" if imitated else ""


def _strange(link: str, scheme: str) -> RefusedText | None:
    if scheme in _HARMLESS or not lookalike.contains_name(link[:400].lower()):
        return None
    return RefusedText(link[:200], "not a web address")


def _app_link(scheme: str, authority: str, rest: str) -> Link | None:
    """Links that open an application; opened as the same page on the same host of the service."""
    known = services.match(scheme, "", rest)
    if known.service is None or not known.joins:
        return None
    name = known.service.name
    host = authority.lower() or _APP_HOSTS.get(name, "")
    if services.of_host(host) != name or _leads_elsewhere(name, rest):
        return None
    if name != "zoom":
        return Link(f"https://{host}{rest}", host, name, 0)
    number = re.search(r"[?&]confno=(\d{9,11})(?!\d)", rest)
    code = re.search(r"[?&]pwd=([\w.-]+)", rest, re.ASCII)
    secret = f"?pwd={code[1]}" if code else ""
    return Link(f"https://{host}/j/{number[1]}{secret}", host, name, 0) if number else None


def _trick(scheme: str, authority: str, rest: str) -> str:
    host, _, port = authority.partition(":")
    if "@" in authority:
        return "user information before the host"
    if "\\" in authority or "\\" in rest:
        return "backslash in the address"
    if not authority.isascii() or "xn--" in authority.lower():
        imitated = lookalike.imitated(host.lower().rstrip("."))
        return "host is not plain ASCII" + (f" and looks like {imitated}" if imitated else "")
    if port not in ("", "443" if scheme == "https" else "80"):
        return "unusual port"
    if not _HOST.fullmatch(host.removesuffix(".")):
        return "host is not a name"
    return "dot segments in the path" if _DOT_SEGMENT.search(re.split("[?#]", rest, maxsplit=1)[0]) else ""


def _poses(url: str, authority: str) -> bool:
    """Whether a link with a trick in it wants to be taken for a meeting; other such links are no news."""
    lowered = url.lower()
    if _MEETING_PATH.search(lowered) or lookalike.contains_name(lowered[:400]):
        return True
    return not authority.isascii() and lookalike.imitated(authority.lower()[:253]) != ""


def _looks_like_meeting(host: str, rest: str, *, known: bool = False) -> bool:
    """Whether a page on an unknown host may be a meeting; `known` where it has the shape of known software."""
    if _OFFICE.match(host):
        return False
    named = _MEETING_HOST.match(host) and len(rest.strip("/")) >= 3
    return known or bool(named or _MEETING_PATH.search(rest.partition("#")[0]))


def _trimmed(link: str) -> str:
    """Without what a sentence puts after a link; a bracket stays where its partner is inside."""
    while link:
        last = link[-1]
        if last in _PUNCTUATION or (last in ")]" and link.count(last) > link.count("(["[last == "]"])):
            link = link[:-1]
        else:
            break
    return link
