"""Cases of a fixed form: structured fields of Graph, Google and iCalendar, and dial-ins in a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.joining_collection.case import Case, Kind, Part, pairs
from tests.joining_collection.envelopes import Letter, calendar_conference, escaped, graph_event, plain
from tests.joining_collection.maker import Maker
from tests.joining_collection.words import LANGUAGES


@dataclass(frozen=True, slots=True)
class Found:
    """What a careful person finds in a special case."""

    pairs: frozenset[tuple[str, str]]
    url: str | None = None
    host_codes: frozenset[str] = field(default=frozenset())


Special = Callable[[Maker], tuple[str, str, Found]]


def _letter(m: Maker, *lines: str) -> Letter:
    return Letter(m["agenda"], (m["hello"], "", *lines), m.person)


def graph_fields(m: Maker) -> tuple[str, str, Found]:
    """All that Graph knows stands in the event's field; the body has a signature alone."""
    url, code, number = m.teams_url(), m.digits(9), m.phone()
    event = graph_event(_letter(m, m["regards"], f"{m['direct']}: {m.phone().international}"))
    event["isOnlineMeeting"] = True
    event["onlineMeeting"] = {
        "joinUrl": url,
        "conferenceId": code,
        "tollNumber": number.international,
        "quickDial": f"tel:{number.e164},,{code}#",
    }
    return ".json", json.dumps(event), Found(pairs([number.e164], [f"{code}#"]), url)


def graph_link_alone(m: Maker) -> tuple[str, str, Found]:
    """A meeting without audio conferencing, and a signature with many numbers."""
    url = m.teams_url()
    lines = (m["regards"], m.person, f"{m['tel']}: {m.phone().international}", m.line("customer", m.digits(9)))
    event = graph_event(_letter(m, *lines))
    event["isOnlineMeeting"] = True
    event["onlineMeeting"] = {"joinUrl": url, "conferenceId": None, "tollNumber": None, "phones": []}
    return ".json", json.dumps(event), Found(frozenset(), url)


def conference_property(m: Maker) -> tuple[str, str, Found]:
    """RFC 7986: the moderator's telephone line first, then the attendees'."""
    number, host, guest = m.phone("US"), m.digits(6), m.digits(6)
    url = f"https://meet.jit.si/{m.token(14)}"
    properties = (
        f'CONFERENCE;VALUE=URI;FEATURE=PHONE,MODERATOR;LABEL="{m["host"]}":tel:{number.dashed},,,{host}',
        f'CONFERENCE;VALUE=URI;FEATURE=PHONE;LABEL="{m["guest"]}":tel:{number.dashed},,,{guest}',
        f"CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO:{url}",
    )
    suffix, text = calendar_conference(properties, _letter(m, m.line("tel", m.phone().international)))
    return suffix, text, Found(pairs([number.e164], [guest, f"{guest}#"]), url, frozenset({host}))


def conference_phone_first(m: Maker) -> tuple[str, str, Found]:
    number, guest = m.phone(), m.digits(9)
    url = f"https://meet.google.com/{m.letters(3, 4, 3)}"
    properties = (
        f"CONFERENCE;FEATURE=PHONE;VALUE=URI:tel:{number.e164},,,{guest}#",
        f"CONFERENCE;VALUE=URI;FEATURE=VIDEO;LABEL=Video:{url}",
    )
    suffix, text = calendar_conference(properties, _letter(m, m["regards"], m.mobile().international))
    return suffix, text, Found(pairs([number.e164], [f"{guest}#"]), url)


def google_conference_data(m: Maker) -> tuple[str, str, Found]:
    code, pin, number = m.letters(3, 4, 3), m.digits(9), m.phone()
    event = {
        "kind": "calendar#event",
        "id": "5h8s1v",
        "status": "confirmed",
        "summary": m["agenda"],
        "description": f"{m['questions']} {m.mobile().international}",
        "start": {"dateTime": "2026-11-02T10:00:00+01:00"},
        "end": {"dateTime": "2026-11-02T11:00:00+01:00"},
        "hangoutLink": f"https://meet.google.com/{code}",
        "conferenceData": {
            "conferenceId": code,
            "conferenceSolution": {"key": {"type": "hangoutsMeet"}, "name": "Google Meet"},
            "entryPoints": [
                {"entryPointType": "video", "uri": f"https://meet.google.com/{code}", "label": code},
                {
                    "entryPointType": "phone",
                    "uri": f"tel:{number.dashed}",
                    "label": number.international,
                    "pin": pin,
                    "regionCode": number.country,
                },
                {"entryPointType": "more", "uri": f"https://tel.meet/{code}?pin={m.digits(13)}"},
            ],
        },
    }
    found = Found(pairs([number.e164], [f"{pin}#"]), f"https://meet.google.com/{code}")
    return ".json", json.dumps(event), found


def location_dial_in(m: Maker) -> tuple[str, str, Found]:
    """The one-tap form as the event's place; the sender's number in the body."""
    number, code = m.phone(), m.digits(8)
    place = f"LOCATION:{escaped(f'{number.international},,{code}#')}"
    suffix, text = calendar_conference((place,), _letter(m, m["regards"], f"{m['mobile']}: {m.mobile().international}"))
    return suffix, text, Found(pairs([number.e164], [f"{code}#"]))


def location_of_a_hotel(m: Maker) -> tuple[str, str, Found]:
    """Place and contact with telephone numbers, a booking's number in the body."""
    properties = (
        "LOCATION:" + escaped(f"Hotel Contoso, {m['tel']} {m.phone().international}"),
        "CONTACT:" + escaped(f"{m.person}, {m.mobile().international}"),
    )
    suffix, text = calendar_conference(properties, _letter(m, m.line("booking", f"{m.digits(8)}#")))
    return suffix, text, Found(frozenset())


def sentence_english(m: Maker) -> tuple[str, str, Found]:
    number, code = m.phone("US"), m.digits(6)
    m.country = "US"
    text = f"Please dial {number.national} and enter the conference code {code} followed by #."
    return *plain(_letter(m, text)), Found(pairs([number.e164], [f"{code}#"]))


def sentence_german(m: Maker) -> tuple[str, str, Found]:
    number, code = m.phone("DE"), m.digits(7)
    m.country = "DE"
    text = f"Bitte wählen Sie sich unter {number.national} in die Telefonkonferenz ein, Zugangscode {code}#."
    return *plain(_letter(m, text)), Found(pairs([number.e164], [f"{code}#"]))


def graph_toll_free(m: Maker) -> tuple[str, str, Found]:
    """The quick dial is missing; numbers and conference ID stand in fields of their own."""
    url, code, number, free = m.teams_url(), m.digits(9), m.phone(), m.free("US")
    event = graph_event(_letter(m, m["regards"], f"{m['mobile']}: {m.mobile().international}"))
    event["isOnlineMeeting"] = True
    event["onlineMeeting"] = {
        "joinUrl": url,
        "conferenceId": code,
        "tollNumber": number.e164,
        "tollFreeNumbers": [free.e164],
        "quickDial": None,
    }
    return ".json", json.dumps(event), Found(pairs([number.e164, free.e164], [f"{code}#"]), url)


def contact_in_the_place(m: Maker) -> tuple[str, str, Found]:
    """The place names whom to ring at the gate."""
    place = f"{m.company}, {m['door']} {m.digits(4)}#, {m['mobile']} {m.mobile().international}"
    suffix, text = calendar_conference((f"LOCATION:{escaped(place)}",), _letter(m, m["questions"], m.phone().national))
    return suffix, text, Found(frozenset())


FORMS: dict[Part, dict[Kind, tuple[Special, ...]]] = {
    Part.DEVELOPMENT: {
        Kind.GENUINE: (graph_fields, conference_property, location_dial_in, sentence_english),
        Kind.ADVERSARIAL: (graph_link_alone,),
    },
    Part.HELD_OUT: {
        Kind.GENUINE: (google_conference_data, conference_phone_first, sentence_german),
        Kind.ADVERSARIAL: (location_of_a_hotel,),
    },
    Part.FRESH: {Kind.GENUINE: (graph_toll_free,), Kind.ADVERSARIAL: (contact_in_the_place,)},
}
_ONE_LANGUAGE: dict[Special, str] = {sentence_english: "en", sentence_german: "de"}


def cases(part: Part) -> Iterator[Case]:
    """The special cases of a part."""
    for kind, forms in FORMS[part].items():
        for form in forms:
            only = _ONE_LANGUAGE.get(form)
            for language in (only,) if only else LANGUAGES:
                yield from _cases(part, kind, form, language)


def _cases(part: Part, kind: Kind, form: Special, language: str) -> Iterator[Case]:
    for turn in range(3 if form in _ONE_LANGUAGE else 1):
        seed = f"{part}/{language}/{form.__name__}/{turn}"
        maker = Maker(seed, part, language)
        suffix, text, found = form(maker)
        yield Case(
            name=seed,
            part=part,
            kind=kind,
            language=language,
            service="structured" if form not in _ONE_LANGUAGE else "generic",
            region=maker.country,
            suffix=suffix,
            text=text,
            pairs=found.pairs,
            host_codes=found.host_codes,
            required=bool(found.pairs),
            url=found.url,
        )
