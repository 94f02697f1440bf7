"""The title of a cancelled meeting without the word that mail programs put before it.

Exchange writes `Canceled: ` in the language of whoever cancelled, and again where that is done again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.domain.event import Event

WORDS = frozenset(
    {
        "canceled", "cancelled", "abgesagt", "annulé", "annulée", "cancelado", "cancelada", "annullato", "annullata",
        "geannuleerd", "odwołane", "inställt", "avlyst", "aflyst", "peruutettu", "zrušeno", "zrušené", "törölve",
        "anulat", "i̇ptal edildi", "iptal edildi", "отменено", "скасовано", "ακυρώθηκε", "已取消", "キャンセル済み",
        "취소됨", "בוטל", "ملغى",
    }
)  # fmt: skip
"""Casefolded, without the colon."""


def plain_title(event: Event) -> str:
    """Its title; where it is cancelled, without such words at its head. Never empty by that alone."""
    title = event.title
    while event.cancelled:
        head, _, rest = title.replace("：", ":", 1).partition(":")
        if head.strip().casefold() not in WORDS or not rest.strip():
            break
        title = rest.strip()
    return title
