"""Where the quoted part of a mail begins."""

from __future__ import annotations

import pytest

from carlendar.meetings.html import linked_text, text_of
from carlendar.meetings.quoted import is_reply, own_part

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


@pytest.mark.parametrize(
    "start",
    [
        "Nga: Jonas Winter <jonas@fabrikam.example>\n\nDërguar: 4 mars 2025 09:14\n\nPër: Ana\n",
        "*Da:* Jonas Winter <jonas@fabrikam.example>\n*Inviato:* 4 marzo 2025 09:14\n*A:* Ana\n",
        "________________\nNga: Jonas Winter\nDërguar: 4 mars 2025 09:14\nPër: Ana\nSubjekti: Buxheti\n",
        "Date: Tue, 4 Mar 2025 09:14:00 +0100\nFrom: Jonas Winter <jonas@fabrikam.example>\nTo: Ana\n",
        "On Tue, Mar 4, 2025 at 9:14 AM Jonas Winter\n<jonas@fabrikam.example> wrote:\n",
        "вт, 4 мар. 2025 г. в 09:14, Jonas Winter <jonas@fabrikam.example>:\n",
        "Jonas Winter, 04.03.2025 09:14:\n",
        "في الثلاثاء، ٤ مارس ٢٠٢٥ كتب Jonas Winter <jonas@fabrikam.example>:\n",
        "> Da: Jonas Winter\n\n> \n\n> Dial-in\n",
        ">> Jonas wrote\n>> something\n",
        "Von: jonas@fabrikam.example Gesendet: 4. März 2025 An: Ana Betreff: Budget ",
        "From:\nJonas Winter/Fabrikam\nTo:\nAna Meyer/Contoso@Contoso\nDate:\n04.03.2025 09:14\nSubject:\nBudget\n",
        "Von\n\nJonas Winter/Fabrikam\n\nAn\n\nAna Meyer\n\nDatum\n\n4. März 2025 09:14\n\nBetreff\n\nBudget\n",
        "Päivämäärä:\n4.3.2025 9.14\nLähettäjä:\nJonas Winter/Fabrikam\nVastaanottaja:\nAna\nAihe:\nBudjetti\n",
        "差出人\nJonas Winter/Fabrikam\n宛先\nAna Meyer\n日付\n2025/03/04 09:14\n件名\n予算\n",
        "Jonas Winter/Fabrikam\n04.03.2025 09:14\n\nAn\nAna Meyer\nKopie\n\nThema\nBudget\n",
        "----- Forwarded by Jonas Winter/Fabrikam on 03/04/2025 09:14 AM -----\n",
        "-----Original Message-----From: Jonas WinterSent: March 4, 2025To: AnaSubject: Budget",
    ],
)
def test_an_older_message_is_recognised_by_its_shape(start: str) -> None:
    assert own_part(f"{OWN}{start}Dial-in: +1 312 555 0188\n") == OWN


@pytest.mark.parametrize(
    "text",
    [
        "Sales/Marketing\n23 November 2026 10:00\nDial-in: +1 312 555 0188\n",
        "From\n10:00\nTo\n11:00\nDial-in\n+1 312 555 0188\n23 November 2026\n",
        "When: 23 November 2026 10:00\nOrganizer: Ana Okafor <ana@contoso.example>\nWhere: Room 5\n",
        "Topic: Budget\nDate: 23 November 2026\nHost: ana@contoso.example\nDial-in: +1 312 555 0188\n",
        "Join: https://zoom.us/j/85775884256\nQuestions: ana@contoso.example\nDate: 2026-11-23\n",
        "----- Agenda -----\nBudget\n",
        "Agenda for 23 November 2026 10:00:\nDial-in: +1 312 555 0188\n",
    ],
)
def test_an_authors_own_summary_is_no_quotation(text: str) -> None:
    assert own_part(text) == text


@pytest.mark.parametrize("mark", ['<div class="gmail_quote">', '<div id="divRplyFwdMsg">', "<blockquote>"])
def test_the_element_around_a_quotation_in_html_counts(mark: str) -> None:
    assert own_part(linked_text(f"<p>Hello</p>{mark}<p>Dial-in: +1 312 555 0188</p>")).strip() == "Hello"


def test_the_line_above_a_header_in_html_counts() -> None:
    header = "<p>Nga: Jonas Winter</p><p>Dërguar: 4 mars 2025 09:14</p><p>Për: Ana</p>"
    assert own_part(linked_text(f'<p>Hello</p><div style="border-top:solid 1pt">{header}</div>')).strip() == "Hello"


@pytest.mark.parametrize(
    "title", ["RE: Budget", "AW: Budget", "SV: Budget", "[ext] Re: Budget", "回复：预算", "Ynt: Bütçe"]
)
def test_an_answer_is_recognised_by_its_title(title: str) -> None:
    assert is_reply(title)


@pytest.mark.parametrize("title", ["FW: Budget", "WG: Budget", "Review", "Red: team", "Results: Q3"])
def test_other_titles_are_no_answer(title: str) -> None:
    assert not is_reply(title)
