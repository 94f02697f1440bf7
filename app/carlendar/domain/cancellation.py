"""The title of a cancelled meeting without the prefix that mail programs add.

Exchange adds `Canceled: ` in the organiser's language, and once more if it is cancelled again.
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
"""The prefixes, casefolded and without the colon."""


def plain_title(event: Event) -> str:
    """Return the title; for a cancelled event without such prefixes, unless nothing else is left."""
    title = event.title
    while event.cancelled:
        marked, rest = _split(title)
        if not marked or not rest:
            break
        title = rest
    return title


def is_marked_cancelled(title: str) -> bool:
    """Whether such a word stands at the head of a title, before a colon."""
    return _split(title)[0]


def _split(title: str) -> tuple[bool, str]:
    head, colon, rest = title.replace("：", ":", 1).partition(":")
    return bool(colon) and head.strip().casefold() in WORDS, rest.strip()
