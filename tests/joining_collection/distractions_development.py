"""Numbers that are no dial-in: signatures, bookings, doors and the like of the part "development"."""

from __future__ import annotations

from collections.abc import Callable

from tests.joining_collection.maker import Maker, grouped

Lines = tuple[str, ...]
Distraction = Callable[[Maker], Lines]


def labelled_lines(m: Maker) -> Lines:
    return (
        m["regards"],
        m.person,
        f"{m['direct']}: {m.phone().international}",
        f"{m['mobile']}: {m.mobile().international}",
        f"{m['fax']}: {m.phone().international}",
    )


def one_line_with_bars(m: Maker) -> Lines:
    return (
        m["regards"],
        f"{m.person} | {m.company}",
        f"T {m.phone().international} | M {m.mobile().international} | F {m.phone().international}",
    )


def national_with_address(m: Maker) -> Lines:
    return (
        m["regards"],
        "",
        m.person,
        m.company,
        f"Example Street {m.rng.randrange(1, 99)}, {m.digits(5)} Exampleton",
        f"{m['tel']}: {m.phone().national}",
    )


def links_to_call(m: Maker) -> Lines:
    number, mobile = m.phone(), m.mobile()
    return (
        m["regards"],
        m.person,
        f"{m['direct']}: [[{number.international}|tel:{number.e164}]]",
        f"{m['mobile']}: [[{mobile.bracketed}|tel:{mobile.e164}]]",
    )


def contact(m: Maker) -> Lines:
    return (f"{m['questions']} {m.phone().international}", m.person)


SIGNATURES: tuple[Distraction, ...] = (
    labelled_lines, one_line_with_bars, national_with_address, links_to_call, contact,
)  # fmt: skip


def booking(m: Maker) -> Lines:
    return (m.line("booking", m.digits(6)), m.line("hotline", m.phone().international))


def flight(m: Maker) -> Lines:
    code = f"{m.letters(2).upper()}{m.rng.randrange(100, 9999)}"
    return (f"{code} 08:15 – 09:40, {m['booking']}: {m.digits(6)}, {m['hotline']} {m.phone().international}",)


def door(m: Maker) -> Lines:
    return (m.line("door", m.digits(6)), f"{m['questions']} {m.mobile().international}")


def door_with_hash(m: Maker) -> Lines:
    return (f"{m.person}, {m['tel']}: {m.mobile().national}", m.line("door", f"{m.digits(4)}#"))


def doctor(m: Maker) -> Lines:
    return (m["doctor"], "02.11.2026 10:30", m.line("customer", m.digits(8)), m.line("tel", m.phone().national))


def delivery(m: Maker) -> Lines:
    number = m.phone().international
    return (m.line("order", f"00{m.digits(18)}"), "08:00–12:00", m.line("hotline", number))


def guest_network(m: Maker) -> Lines:
    return (m.line("wifi", m.digits(8)), f"{m['tel']}: {m.phone().international}")


def customer(m: Maker) -> Lines:
    return (f"{m['hotline']}: {m.free('US').international}", m.line("customer", m.digits(9)))


def ticket(m: Maker) -> Lines:
    return (m.line("order", f"#{m.digits(7)}"), m.line("hotline", m.phone().national))


def hotel(m: Maker) -> Lines:
    return (
        "Hotel Contoso, Example Street 12",
        m.line("tel", m.phone().international),
        m.line("fax", m.phone().international),
        m.line("booking", m.digits(9)),
    )


def company_numbers(m: Maker) -> Lines:
    return (f"{m.company} · HRB {m.digits(6)} · VAT DE{m.digits(9)} · {m['tel']} {m.phone().international}",)


DISTRACTIONS: tuple[Distraction, ...] = (
    booking, flight, door, door_with_hash, doctor, delivery, guest_network, customer, ticket, hotel, company_numbers,
)  # fmt: skip


def zoom_room_systems(m: Maker) -> Lines:
    meeting = m.digits(11)
    return (
        m["join"],
        f"https://us06web.zoom.us/j/{meeting}?pwd={m.token(20)}.1",
        m.line("meeting_id", grouped(meeting, 3, 4, 4)),
        m.line("passcode", m.passcode()),
        "Join by SIP",
        f"• {meeting}@zoomcrc.com",
        "Join by H.323",
        "• 162.255.37.11 (US West)",
        "• 115.114.131.7 (India Mumbai)",
    )


def teams_room_gateway(m: Maker) -> Lines:
    return (
        f"[[{m['join']}|{m.teams_url()}]]",
        m.line("meeting_id", grouped(m.digits(12), 3, 3, 3, 3)),
        m.line("passcode", m.token(6)),
        "Join on a video conferencing device",
        f"Tenant key: {m.digits(9)}@t.plcm.example",
        f"Video ID: {grouped(m.digits(10), 3, 3, 3, 1)}",
    )


def link_alone(m: Maker) -> Lines:
    return (
        m["join"],
        m.teams_url(),
        m.line("meeting_id", grouped(m.digits(12), 3, 3, 3, 3)),
        m.line("passcode", m.token(8)),
    )


SILENT_MEETINGS: tuple[Distraction, ...] = (link_alone, zoom_room_systems, teams_room_gateway)
"""Meetings without any dial-in."""
