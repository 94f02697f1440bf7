"""Where the quoted part of a mail begins."""

from __future__ import annotations

import pytest

from carlendar.meetings.html import linked_text, text_of
from carlendar.meetings.quoted import own_part

OWN = "See you on Monday.\nhttps://zoom.us/j/85775884256\n"


@pytest.mark.parametrize(
    "start",
    [
        "-----Original Message-----\nFrom: Jonas Winter\n",
        "---------- Forwarded message ---------\n",
        "-----Ursprüngliche Nachricht-----\n",
        "-------- Original-Nachricht --------\n",
        "From: Jonas Winter <jonas@fabrikam.example>\nDate: 2025-03-04 09:00\nTo: Ana\n",
        "Von: Jonas Winter\nGesendet: Dienstag, 4. März 2025 09:00\nAn: Ana Meyer\nBetreff: Budget\n",
        "De : Jonas Winter\nEnvoyé : mardi 4 mars 2025 09:00\nÀ : Ana Meyer\n",
        "差出人: 冬 <fuyu@fabrikam.example>\n送信日時: 2025年3月4日 9:00\n",
        "On Tue, 4 Mar 2025 at 09:00, Jonas Winter <jonas@fabrikam.example> wrote:\n",
        "Am 04.03.2025 um 09:00 schrieb Jonas Winter:\n",
        "> Jonas wrote\n> something\n",
    ],
)
def test_an_older_message_is_cut_off(start: str) -> None:
    assert own_part(f"{OWN}{start}Dial-in: +1 312 555 0188\n") == OWN


@pytest.mark.parametrize(
    "text",
    [
        OWN,
        "Meeting ID: 813 2012 2045\nPasscode: 123456\nOne tap mobile: +13125550188,,81320122045#\n",
        "Organizer: ana@contoso.example\nDial-in: +1 312 555 0188\nAccess code: 730184\n",
        "Topic: Budget\nTime: Nov 23, 2026 09:00 AM\nJoin Zoom Meeting\n",
        "----- Join by phone -----\nDial-in: +1 312 555 0188\n",
        "When: Monday 23 November 2026 09:00\nWhere: Microsoft Teams Meeting\n",
        "________________________________\nMicrosoft Teams\n________________________________\n",
    ],
)
def test_an_invitation_itself_is_no_quotation(text: str) -> None:
    assert own_part(text) == text


def test_a_quotation_in_html_is_cut_off() -> None:
    text = linked_text("<p>Hello</p><blockquote type=cite><p>Dial-in: +1 312 555 0188</p></blockquote>")
    assert own_part(text).strip() == "Hello"
    assert ">" not in text_of("<p>Hello</p><blockquote><p>Dear all</p></blockquote>")
