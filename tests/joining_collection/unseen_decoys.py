"""Pieces of mail with phone numbers and codes that are no dial-in: signatures, contacts, bookings, codes, threads."""

from __future__ import annotations

from collections.abc import Callable

from tests.joining_collection.unseen_draw import Draw

Lines = tuple[str, ...]


def signature_in_one_line(d: Draw) -> Lines:
    bar = d.rng.choice((" | ", " • ", " · ", " / "))
    parts = (d.person, d.company, d.label("phone", d.anyhow(d.phone())), d.label("mobile", d.anyhow(d.mobile())))
    return d["regards"], bar.join(parts)


def signature_like_a_card(d: Draw) -> Lines:
    numbers = (f"T {d.anyhow(d.phone())}", f"M {d.anyhow(d.mobile())}", f"F {d.anyhow(d.phone())}")
    return "-- ", d.person, d.company, f"{d.code(5)} Springfield", *numbers, "www.litware.example"


def signature_with_labels(d: Draw) -> Lines:
    numbers = (d.label("phone", d.anyhow(d.phone())), d.label("mobile", d.anyhow(d.mobile())))
    return d["regards"], d.person, *numbers, d.label("fax", d.anyhow(d.phone()))


def signature_with_bullets(d: Draw) -> Lines:
    return d["regards"], f"• {d.person}", f"• {d.anyhow(d.phone())}", "• n.l@litware.example"


def signature_with_emoji(d: Draw) -> Lines:
    return d.person, f"📞 {d.anyhow(d.phone())}", f"📱 {d.anyhow(d.mobile())}", "✉️ n.l@litware.example", "🏢 2. OG"


def signature_in_a_table(d: Draw) -> Lines:
    office, mobile = d.phone(), d.mobile()
    rows = (
        f"{d['phone']}\t[[{office.international}|tel:{office.e164}]]",
        f"{d['mobile']}\t[[{mobile.international}|tel:{mobile.e164}]]",
    )
    return f"{d.person}\t{d.company}", *rows


def company_footer(d: Draw) -> Lines:
    first = f"{d.company} Ltd · {d.code(5)} Springfield · {d.label('phone', d.anyhow(d.phone()))}"
    return "_" * 20, first, f"Reg. No. {d.code(6)} · VAT {d.country}{d.code(9)} · IBAN {d.country}12 {d.code(8)}"


def sent_from_phone(d: Draw) -> Lines:
    return d["sent_from"], d.person, d.anyhow(d.mobile())


def reach_me(d: Draw) -> Lines:
    return d["reach"].format(n=d.anyhow(d.mobile())), d.person


def problems(d: Draw) -> Lines:
    return (d["problems"].format(n=d.anyhow(d.phone())),)


def _code_and_number(code: str, number: str) -> Callable[[Draw], Lines]:
    """A labelled code and a labelled number in either order and on one line or two."""

    def lines(d: Draw) -> Lines:
        value = d.code() if d.rng.random() < 0.8 else f"{d.code(6)}#"
        both = [d.label(code, value), d.label(number, d.anyhow(d.phone()))]
        if d.rng.random() < 0.4:
            both.reverse()
        return tuple(both) if d.rng.random() < 0.6 else (", ".join(both),)

    return lines


def card_letter(d: Draw) -> Lines:
    return d["card"].format(c=d.code(5)), d.label("hotline", d.anyhow(d.phone()))


def room_and_reception(d: Draw) -> Lines:
    return d.label("room", f"4.{d.code(3)}"), d.label("reception", d.anyhow(d.phone()))


def quoted_header(d: Draw) -> Lines:
    """A header as Lotus Notes writes it, with the sender's number."""
    first = f"{d['from']}: {d.person}/{d.company}@{d.company.upper()}  Tel. {d.anyhow(d.phone())}"
    return first, f"{d['date']}: 03.02.2031 09:{d.code(2)}", f"{d['subject']}: {d['topic']} {d.code(6)}"


def forwarded_chain(d: Draw) -> Lines:
    head = (f"> {d['from']}: {d.person}", f"> {d['subject']}: {d['ticket']} {d.code(7)}", ">")
    return "-" * 10, *head, f"> {d['regards']}", f">> {d.label('phone', d.anyhow(d.phone()))}", f">> {d.person}"


def customer_and_contact(d: Draw) -> Lines:
    return d.label("customer", d.code(8)), d.label("invoice", d.code(9)), d["reach"].format(n=d.anyhow(d.phone()))


def transfer(d: Draw) -> Lines:
    return d.label("tan", d.code(6)), d["problems"].format(n=d.anyhow(d.phone()))


DECOYS: dict[str, Callable[[Draw], Lines]] = {
    function.__name__: function
    for function in (
        signature_in_one_line, signature_like_a_card, signature_with_labels, signature_with_bullets,
        signature_with_emoji, signature_in_a_table, company_footer, sent_from_phone, reach_me, problems, card_letter,
        room_and_reception, quoted_header, forwarded_chain, customer_and_contact, transfer,
    )
} | {
    f"{code}_and_{number}": _code_and_number(code, number)
    for code, number in (
        ("booking", "hotline"), ("ticket", "helpdesk"), ("door", "reception"), ("parking", "reception"),
        ("wifi", "reception"), ("safe", "reception"), ("alarm", "phone"), ("customer", "hotline"),
        ("parcel", "hotline"), ("customer", "doctor"), ("customer", "school"), ("booking", "taxi"),
        ("customer", "interpreter"), ("door", "mobile"), ("invoice", "phone"),
    )
}  # fmt: skip
