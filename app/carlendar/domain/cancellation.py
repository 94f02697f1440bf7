"""The title of a cancelled meeting without the word that mail programs put before it.

Exchange writes `Canceled: ` in the language of whoever cancelled, and again where that is done again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carlendar.domain.event import Event

WORDS = frozenset(
    {
        "canceled", "cancelled", "abgesagt", "annulé", "annulée", "cancelado", "cancelada", "annullato",
        "annullata", "geannuleerd", "odwołane", "odwołano", "anulowane", "anulowano", "inställt", "inställd",
        "avbokat", "avlyst", "aflyst", "peruutettu", "peruttu", "zrušeno", "zrušené", "törölve", "lemondva",
        "anulat", "i̇ptal", "iptal", "отменено", "отмена", "скасовано", "ακυρώθηκε", "dibatalkan", "ملغى",
        "ملغاة", "בוטל", "מבוטל", "ยกเลิก", "已取消", "取消", "キャンセル済み", "キャンセル", "취소됨", "취소",
        "i̇ptal edildi", "iptal edildi", "bị hủy", "تم الإلغاء",
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
