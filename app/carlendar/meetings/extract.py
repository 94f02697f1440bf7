"""Extracts the join details from an event and its body.

Structured data first, then the address field, the place, and the body: the first known service wins, then the first
link that looks like a meeting. Dial-ins of all sources are merged. Pure, bounded and linear; for the service process,
because it imports libphonenumber's metadata.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from msgspec.structs import replace

from carlendar.domain.base import Value
from carlendar.domain.event import Event, OnlineMeetingInfo
from carlendar.meetings import dial_string, dialin, evidence, html, identifiers, links, origin, quoted, weighing
from carlendar.meetings.candidates import LINK
from carlendar.meetings.join_details import DialIn, JoinDetails, RefusedText
from carlendar.meetings.plan import preference

SERVICES_READ = 24
"""Maximum number of links examined to find the text that belongs to one of several meetings."""

REFUSED_KEPT = 12
DIAL_INS_KEPT = 24

_T = TypeVar("_T")
_log = logging.getLogger(__name__)

_FIELDS = frozenset({"online_meeting", "conference_property", "url"})
"""Sources that contain addresses only."""

NUMBER_ALONE = 80
"""Maximum number of characters of a body that consists of a telephone number."""


class _Source(Value, frozen=True):
    """A text of the event. `trusted` is the provider's own field for joining."""

    name: str
    text: str
    trusted: bool = False


class _Links:
    """The links of an invitation's texts: each text is searched once, each link examined once."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[str, ...]] = {}
        self._seen: dict[tuple[str, bool], links.Link | RefusedText | None] = {}

    def found_in(self, text: str) -> tuple[str, ...]:
        """See `links.found_in`."""
        if text not in self._found:
            self._found[text] = tuple(links.found_in(text))
        return self._found[text]

    def of_source(self, source: _Source) -> tuple[str, ...]:
        """Return the links of a source; a field with one address per line is taken unchanged."""
        lines = source.text.split() if source.name in _FIELDS else []
        if lines and all(links.whole(line) for line in lines):
            return tuple(lines[: links.LINKS_READ])
        return self.found_in(source.text[: html.BODY_READ])

    def examined(self, link: str, *, trusted: bool = False) -> links.Link | RefusedText | None:
        """See `links.examined`."""
        if (link, trusted) not in self._seen:
            self._seen[link, trusted] = links.examined(link, trusted=trusted)
        return self._seen[link, trusted]


def find_join_details(event: Event, body: str, region: str = "DE") -> JoinDetails:
    """Return the join details of `event`; `body` is as received, HTML or text.

    `region` is the country of the phone (ISO 3166-1 alpha-2), by which numbers are sorted, and interpreted if they have
    no country code. Never raises, whatever the input.
    """
    text = html.linked_text(body)
    own = quoted.own_part(text)
    nothing: tuple[str, links.Link | None, tuple[RefusedText, ...]] = ("", None, ())
    known = _Links()
    found_in, link, refused = _guarded(lambda: _best_link(tuple(_sources(event, own)), known), nothing)
    if len(own) < len(text):
        if link or _guarded(lambda: _has_dial_in(own, region), otherwise=False):
            text = own  # the quoted text below is an older meeting
        elif quoted.is_reply(event.title):
            text = own  # a reply is from its author; a forwarded message is the invitation
        else:
            found_in, link, refused = _guarded(lambda: _best_link(tuple(_sources(event, text)), known), nothing)
    service = link.service if link else ""
    if link is not None:
        text = _guarded(lambda: _part_of(text, link, known), text)
    marked = dialin.marked(text)
    spoken = marked.replace(LINK, " ")
    number = identifiers.meeting_id(service, link.url if link else "", spoken)
    code = identifiers.passcode(service, number, spoken)
    meeting = weighing.Meeting(service, number, code, region, origin.organizer_country(event, ()))
    dialled = _guarded(lambda: _dial_ins(event, marked, meeting), dialin.DialInScan())
    country = origin.organizer_country(event, dialled.dial_ins)
    chosen = sorted(dialled.dial_ins, key=lambda dial_in: preference(dial_in, region, country))[:DIAL_INS_KEPT]
    own = origin.organizer_number(event, spoken, region, dialled.dial_ins)
    return JoinDetails(
        service=service,
        url=link.url if link else "",
        host=link.host if link else "",
        found_in=found_in or _where(event, chosen),
        meeting_id=number,
        passcode=code,
        dial_ins=tuple(chosen),
        refused=(*_unread(body), *refused, *dialled.refused)[:REFUSED_KEPT],
        retired=link.retired if link else False,
        organizer_country=country,
        organizer_number=own,
        organizer_number_country=origin.country_of(own),
    )


def _part_of(text: str, link: links.Link, known: _Links) -> str:
    """Return the part of a text about the chosen meeting: from its last link on, up to another service's link.

    A text without the chosen link, or with one service only, is returned unchanged.
    """
    if text.count("://") < 2:
        return text
    own, end = -1, len(text)
    others = False
    for each in dict.fromkeys(islice(known.found_in(text), SERVICES_READ)):
        place = text.find(each, max(own, 0))
        seen = known.examined(each) if place >= 0 else None
        if not isinstance(seen, links.Link):
            continue
        if seen.service == link.service and (seen.rank == 0 or seen.host == link.host):
            own = place if own < 0 else own
        elif own < 0:
            others = True
        elif seen.rank == 0:
            end = place
            break
    if own < 0:
        return text
    return text[text.rfind("\n", 0, own) + 1 if others else 0 : end]


def _has_dial_in(text: str, region: str) -> bool:
    return bool(dialin.in_text(dialin.marked(text), weighing.Meeting(region=region)).dial_ins)


def _guarded(read: Callable[[], _T], otherwise: _T) -> _T:
    """Return the dial-ins; none if reading fails: a number that makes the reader fail must not cost the link."""
    try:
        return read()
    except Exception as error:  # noqa: BLE001 - a stranger wrote it
        _log.warning("a part of an invitation cannot be read: %s", type(error).__name__)
        return otherwise


def _unread(body: str) -> Iterator[RefusedText]:
    """Return the part of a body that is too long to be read."""
    rest = len(body) - len(html.read_part(body))
    if rest:
        yield RefusedText(f"{rest} characters at the end", "beyond the first 128 KB")


def _sources(event: Event, text: str) -> Iterator[_Source]:
    online = event.online or OnlineMeetingInfo()
    yield _Source("online_meeting", online.join_url, trusted=True)
    yield _Source("conference_property", "\n".join(online.conference_uris), trusted=True)
    yield _Source("url", event.url)
    if event.place:
        yield _Source("location", f"{event.place.name}\n{event.place.address}")
    yield _Source("body", text)


def _best_link(sources: Iterable[_Source], known: _Links) -> tuple[str, links.Link | None, tuple[RefusedText, ...]]:
    """Return (where, link, refused): a known service in the first source that has one, else a probable meeting.

    The same meeting's link with the passcode, in any source, replaces the one without.
    """
    best: tuple[str, links.Link] | None = None
    refused: dict[str, RefusedText] = {}
    certain = False
    for source in sources:
        for text in dict.fromkeys(known.of_source(source)):  # invitations repeat their links
            seen = known.examined(text, trusted=source.trusted)
            if isinstance(seen, RefusedText):
                if not certain:
                    refused.setdefault(seen.text, seen)
            elif seen is not None and (best is None or links.preferred(seen, best[1])):
                best = source.name, seen
        certain = best is not None and best[1].rank == 0
    return (*best, tuple(refused.values())) if best else ("", None, tuple(refused.values()))


def _dial_ins(event: Event, text: str, meeting: weighing.Meeting) -> dialin.DialInScan:
    region = meeting.region
    structured = list(_structured(event.online, region))
    groups: list[dialin.DialInScan] = []
    if event.place:
        groups += _of_place(dialin.marked(event.place.name[:500]), text, meeting)
    if len(text) <= NUMBER_ALONE and not any(map(str.isalpha, text)):
        groups.append(dialin.of_place(text, region))
    if event.url.lower().startswith("tel:"):
        groups.append(dialin.of_number(dialin.spoken(event.url[:500]), region=region))
    groups.append(dialin.in_text(text, meeting))
    written = dialin.merged(groups)
    judged = [
        replace(each, of_service=identifiers.is_typed(meeting.service, meeting.number, each.digits))
        for each in written.dial_ins
    ]
    if any(each.of_service for each in judged):  # others belong to another meeting, such as a quoted one
        judged = [each for each in judged if each.of_service]
    return dialin.merged([*structured, dialin.DialInScan(tuple(judged), written.refused)])


def _of_place(place: str, text: str, meeting: weighing.Meeting) -> Iterator[dialin.DialInScan]:
    """Return the place's dial-ins. A bare number is one unless a link leads to the meeting."""
    yield dialin.in_text(place, meeting)
    if meeting.service in ("", "unknown"):
        yield dialin.of_place(place, meeting.region, evidence.only_code(text, meeting))


def _structured(online: OnlineMeetingInfo | None, region: str) -> Iterator[dialin.DialInScan]:
    if online is None:
        return
    tail = dial_string.tail_of(online.conference_id[:32])
    yield dialin.of_number(online.quick_dial[:200], tail, region)
    for number in (online.toll_number, *online.toll_free_numbers[:20]):
        yield dialin.of_number(number[:100], tail, region)
    for uri in online.conference_uris[:20]:
        if uri.lower().startswith("tel:"):
            yield dialin.of_number(dialin.spoken(uri[:200]), "", region)


def _where(event: Event, dial_ins: Iterable[DialIn]) -> str:
    """Return the source of the first number, if there is no link."""
    first = next(iter(dial_ins), None)
    if first is None:
        return ""
    digits = first.number.lstrip("+")[-6:]
    online = event.online or OnlineMeetingInfo()
    fields = (
        ("online_meeting", " ".join((online.quick_dial, online.toll_number, *online.toll_free_numbers))),
        ("conference_property", " ".join(online.conference_uris)),
        ("url", event.url),
        ("location", event.place.name if event.place else ""),
    )
    bare = ((name, "".join(filter(str.isdigit, text))) for name, text in fields)
    return next((name for name, text in bare if digits in text), "body")
