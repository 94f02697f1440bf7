"""Numbers that are no dial-in: signatures, bookings, doors and the like of the part "fresh"."""

from __future__ import annotations

from tests.joining_collection.distractions_development import Distraction, Lines
from tests.joining_collection.maker import Maker, grouped


def letters_and_bars(m: Maker) -> Lines:
    return (
        m["regards"],
        m.person,
        f"{m['tel']} {m.phone().international} | {m['mobile']} {m.mobile().international} | contoso.example",
    )


def company_particulars(m: Maker) -> Lines:
    return (
        m.person,
        f"{m.company} GmbH, HRB {m.digits(6)}, VAT ID DE{m.digits(9)}",
        f"{m['direct']}: {m.phone().bracketed}",
        f"{m['fax']}: {m.phone().bracketed}",
    )


def behind_dashes(m: Maker) -> Lines:
    return ("-- ", f"{m.person} <ana@contoso.example>", m.phone().international)


def number_as_link(m: Maker) -> Lines:
    number, mobile = m.phone(), m.mobile()
    return (
        m["regards"],
        m.person,
        f"[[{number.national}|tel:{number.e164}]] · [[{mobile.national}|tel:{mobile.e164}]]",
    )


def reach_me(m: Maker) -> Lines:
    return (f"{m['questions']} {m.mobile().national}", m.person)


def labels_in_brackets(m: Maker) -> Lines:
    return (
        m.person,
        f"{m.phone().international} ({m['direct']})",
        f"{m.mobile().international} ({m['mobile']})",
    )


SIGNATURES: tuple[Distraction, ...] = (
    letters_and_bars, company_particulars, behind_dashes, number_as_link, reach_me, labels_in_brackets,
)  # fmt: skip


def rental_car(m: Maker) -> Lines:
    return (
        f"{m.company} Rent: {m['booking']} {m.token(2).upper()}{m.digits(6)}",
        f"{m['hotline']}{m.colon}{m.phone().international}",
    )


def key_box(m: Maker) -> Lines:
    return (f"{m['door']}{m.colon}{m.digits(4)}#", f"{m['tel']}{m.colon}{m.mobile().international}")


def help_ticket(m: Maker) -> Lines:
    return (f"{m['order']}{m.colon}{m.digits(8)}", f"{m['hotline']} ({m['free']}){m.colon}{m.free('US').international}")


def hotel(m: Maker) -> Lines:
    return (
        "Hotel Adatum, 12 Example Street",
        f"{m['tel']}: {m.phone().national}",
        f"{m['fax']}: {m.phone().national}",
        f"{m['booking']}: {m.digits(8)}",
    )


def entrance_by_phone(m: Maker) -> Lines:
    return (f"{m['questions']} {m.mobile().international}. {m['door']}: {m.digits(6)}#",)


def account_and_hotline(m: Maker) -> Lines:
    return (
        f"{m['hotline']}: {m.phone().dashed}",
        f"{m['customer']}: {m.digits(7)}#",
        f"{m['booking']}: {grouped(m.digits(9), 3, 3, 3)}",
    )


def flight(m: Maker) -> Lines:
    return (f"Flight AD {m.digits(4)}, {m['booking']} {m.digits(6)}, {m['hotline']} {m.phone().bracketed}",)


DISTRACTIONS: tuple[Distraction, ...] = (
    rental_car, key_box, help_ticket, hotel, entrance_by_phone, account_and_hotline, flight,
)  # fmt: skip


def zoom_without_telephone(m: Maker) -> Lines:
    meeting = m.digits(11)
    return (
        m["join"],
        f"https://us04web.zoom.us/j/{meeting}?pwd={m.token(30)}.1",
        m.line("meeting_id", grouped(meeting, 3, 4, 4)),
        m.line("passcode", m.passcode()),
    )


def teams_without_telephone(m: Maker) -> Lines:
    meeting = m.digits(13)
    return (
        f"[[{m['join']}|{m.teams_url()}]]",
        m.line("meeting_id", grouped(meeting, 3, 3, 3, 4)),
        m.line("passcode", m.token(6)),
    )


def jitsi(m: Maker) -> Lines:
    return (f"{m['join']}{m.colon}https://meet.jit.si/{m.token(12)}",)


SILENT_MEETINGS: tuple[Distraction, ...] = (zoom_without_telephone, teams_without_telephone, jitsi)
