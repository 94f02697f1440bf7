"""Numbers that are no dial-in: signatures, bookings, doors and the like of the part "held_out"."""

from __future__ import annotations

from tests.joining_collection.distractions_development import Distraction, Lines
from tests.joining_collection.maker import Maker, grouped


def pictograms(m: Maker) -> Lines:
    return ("--", m.person, f"☎ {m.phone().international}   📱 {m.mobile().international}", "www.contoso.example")


def small_letters(m: Maker) -> Lines:
    return (
        m["regards"],
        m.person,
        f"t: {m.phone().dotted}",
        f"m: {m.mobile().dotted}",
        f"f: {m.phone().dotted}",
        "w: contoso.example",
    )


def without_label(m: Maker) -> Lines:
    return (f"{m.person} · {m.company} · {m.phone().international}",)


def label_above(m: Maker) -> Lines:
    return (m["regards"], m.person, m["tel"], m.phone().national, m["mobile"], m.mobile().national)


def link_behind_words(m: Maker) -> Lines:
    return (f"[[{m['questions']}|tel:{m.mobile().e164}]]", m.person)


def extension(m: Maker) -> Lines:
    number = m.phone()
    return (
        m["regards"],
        f"{m.person}, {m['direct']} {number.bracketed} ext. {m.digits(4)}",
        f"{m['fax']} {m.phone().bracketed}",
    )


def visiting_card(m: Maker) -> Lines:
    return (f"{m['tel']} {m.phone().national} / {m['mobile']} {m.mobile().national} / {m['fax']} {m.phone().national}",)


SIGNATURES: tuple[Distraction, ...] = (
    pictograms, small_letters, without_label, label_above, link_behind_words, extension, visiting_card,
)  # fmt: skip


def reservation_in_a_sentence(m: Maker) -> Lines:
    return (f"Contoso Air: {m['booking']} {m.digits(6)}. {m['hotline']} {m.phone().international}.",)


def door_in_a_sentence(m: Maker) -> Lines:
    return (f"{m['questions']} {m.mobile().international} ({m['door']}: {m.digits(4)}#)",)


def dentist(m: Maker) -> Lines:
    return (m["doctor"], m["tel"], m.phone().national, m["customer"], m.digits(7))


def parcel(m: Maker) -> Lines:
    return (f"{m['order']} {grouped(m.digits(12), 4, 4, 4)}", f"{m['mobile']}: {m.mobile().national}", "13:00–17:00")


def garage(m: Maker) -> Lines:
    return (m.line("tel", m.phone().bracketed), m.line("wifi", f"*{m.digits(6)}#"))


def account(m: Maker) -> Lines:
    return (m.line("customer", f"{m.digits(6)} #"), m.line("hotline", m.phone().dashed))


def invoice(m: Maker) -> Lines:
    return (f"{m['order']}: {m.digits(10)}", f"{m['hotline']} ({m['free']}): {m.free('DE').international}")


def event_ticket(m: Maker) -> Lines:
    number = m.phone()
    return (
        f"Ticket #{m.digits(8)}",
        f"[[{m['hotline']}|tel:{number.e164}]]",
        f"{m['booking']}: {grouped(m.digits(9), 3, 3, 3)}",
    )


def restaurant(m: Maker) -> Lines:
    return ("Trattoria Adatum, Example Square 3", m.phone().national, f"{m['booking']}{m.colon}{m.digits(5)}")


def bank(m: Maker) -> Lines:
    return (
        f"IBAN DE02 {grouped(m.digits(18), 4, 4, 4, 4)}",
        f"{m['customer']} {m.digits(10)}",
        m.phone().international,
    )


DISTRACTIONS: tuple[Distraction, ...] = (
    reservation_in_a_sentence, door_in_a_sentence, dentist, parcel, garage, account, invoice, event_ticket,
    restaurant, bank,
)  # fmt: skip


def webex_video_address(m: Maker) -> Lines:
    meeting, site = m.digits(11), m.letters(7)
    return (
        f"[[{m['join']}|https://{site}.webex.com/{site}/j.php?MTID=m{m.hexadecimal(32)}]]",
        m.line("meeting_id", grouped(meeting, 4, 3, 4)),
        m.line("passcode", m.token(11)),
        "Join from a video system or application",
        f"Dial {meeting}@{site}.webex.com",
        "You can also dial 173.243.2.68 and enter your meeting number.",
        f"If you are a host, [[click here|https://{site}.webex.com/{site}/host.php?MTID=m{m.hexadecimal(32)}]].",
    )


def meet_alone(m: Maker) -> Lines:
    return (f"{m['join']}{m.colon}https://meet.google.com/{m.letters(3, 4, 3)}",)


def teams_video_id(m: Maker) -> Lines:
    meeting, passcode = m.digits(13), m.token(8)
    return (
        m["join"],
        f"https://teams.microsoft.com/meet/{meeting}?p={passcode}",
        m.line("meeting_id", grouped(meeting, 3, 3, 3, 4)),
        m.line("passcode", passcode),
        f"{m.digits(8)}@video.contoso.example",
        f"Video Conference ID: {grouped(m.digits(10), 3, 3, 3, 1)}",
        "[[Alternate VTC instructions|https://video.contoso.example/teams/?conf=1]]",
    )


SILENT_MEETINGS: tuple[Distraction, ...] = (webex_video_address, meet_alone, teams_video_id)
