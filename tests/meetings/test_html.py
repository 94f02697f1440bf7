"""Bodies as text."""

from __future__ import annotations

import pytest

from carlendar.meetings.html import is_html, linked_text, text_of


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>One</p><p>Two &amp; three</p>", "One\n\nTwo & three"),
        ("<div>One<br>Two</div>", "One\nTwo"),
        ("<style>p { color: red }</style><p>Seen</p><script>alert('<p>no</p>')</script>", "Seen"),
        ("<p>Before<!-- hidden <p>also</p> --> after</p>", "Before after"),
        ("<p>Before<!-- never closed <p>also</p>", "Before"),
        ('<p title="a > b">Seen</p>', "Seen"),
        ("<p>Lines\r\nof the\r\nsource</p>", "Lines of the source"),
        ('<p>See <a href="https://contoso.example/x">the page</a>.</p>', "See the page ."),
        ("Plain text\nwith 1 < 2 and <https://contoso.example/x>", "Plain text\nwith 1 < 2 and"),
        ("<p>&#72;&#x69;&#99999999999999;</p>", "Hi"),
        ("<p>one\u202etwo\u200b</p>", "onetwo"),
        ("", ""),
    ],
)
def test_what_is_on_the_page_is_kept(body: str, text: str) -> None:
    assert text_of(body) == text


def test_targets_are_kept_for_reading_links() -> None:
    body = "<p><a class=x HREF='https://contoso.example/?a=1&amp;b=2'>Join</a> now</p>"
    assert linked_text(body).strip() == "Join<https://contoso.example/?a=1&b=2>  now"


def test_angle_brackets_around_addresses_are_not_html() -> None:
    assert not is_html("Join<https://contoso.example> or <tel:+49>")
    assert is_html("x<BR/>y")


def test_the_author_s_own_text_after_the_block_is_kept() -> None:
    fence = "_" * 40
    body = f"Agenda\n{fence}\nJoin https://teams.microsoft.com/meet/281442953617\n{fence}\nP.S. bring cake"
    assert text_of(body) == "Agenda\n\nP.S. bring cake"


def test_escapes_of_icalendar_are_undone() -> None:
    body = "Join:\\nhttps://zoom.us/j/857758\r\n 84256?pwd=a\\, and\\; more\\nEnd\\n"
    assert linked_text(body) == "Join:\nhttps://zoom.us/j/85775884256?pwd=a, and; more\nEnd\n"
