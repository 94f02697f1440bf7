"""Titles in the world's scripts with their widths by HarfBuzz alone; run as a module, the table of docs/scripts.md."""

from __future__ import annotations

import sys
from typing import NamedTuple

from carlendar.ui import fonts
from carlendar.ui.metrics import PRESETS
from carlendar.ui.picture import Gallery

PX = 48
COLLECTION = [
    ("Arab", "اجتماع الميزانية 10:30 (أحمد)", {"DejaVuSans": 583.0}),
    ("Hebr", "פגישת תקציב (רבעון ג׳) 10:30", {"DejaVuSans": 619.6}),
    ("Arab", "می\u200cخواهم جلسه ۱۲:۳۰ Teams", {"DejaVuSans": 606.8}),
    ("Deva", "हिन्दी क्षेत्र बैठक १०:३०", {"FreeSans": 404.5, "NotoSansDevanagari-Regular": 397.8}),
    ("Beng", "তথ্য প্রযুক্তি বৈঠক", {"FreeSans": 297.0, "NotoSansBengali-Regular": 338.1}),
    ("Taml", "தமிழ் கூட்டம் கொள்கை", {"FreeSerif": 463.6, "NotoSansTamil-Regular": 588.4}),
    ("Telu", "సమావేశం ప్రాజెక్ట్", {"NotoSansTelugu-Regular": 308.0}),
    ("Knda", "ಸಭೆ ಯೋಜನೆ", {"NotoSansKannada-Regular": 259.7}),
    ("Mlym", "യോഗം പദ്ധതി ക്ഷ", {"FreeSans": 412.7, "NotoSansMalayalam-Regular": 437.8}),
    ("Gujr", "બેઠક પ્રોજેક્ટ ક્ષ", {"FreeSerif": 330.8, "NotoSansGujarati-Regular": 271.6}),
    ("Guru", "ਮੀਟਿੰਗ ਪ੍ਰੋਜੈਕਟ", {"FreeSans": 293.2, "NotoSansGurmukhi-Regular": 244.9}),
    ("Orya", "ବୈଠକ ପ୍ରକଳ୍ପ", {"FreeSerif": 314.6, "NotoSansOriya-Regular": 250.8}),
    ("Sinh", "රැස්වීම ව්\u200dයාපෘතිය", {"FreeSerif": 346.4, "NotoSansSinhala-Regular": 417.2}),
    ("Thai", "ประชุมทบทวน น้ำ 10:30", {"Garuda": 500.1, "NotoSansThai-Regular": 458.4}),
    ("Laoo", "ປະຊຸມ ທົບທວນ", {"DejaVuSans": 297.0}),
    ("Khmr", "កិច្ចប្រជុំ ក្រុម", {"NotoSansKhmer-Regular": 222.1}),
    ("Mymr", "အစည်းအဝေး ကြိုဆို", {"NotoSansMyanmar-Regular": 427.4}),
    ("Ethi", "ስብሰባ ፕሮጀክት", {"FreeSerif": 295.4, "NotoSansEthiopic-Regular": 281.7}),
    ("Geor", "შეხვედრა", {"DejaVuSans": 225.1}),
    ("Armn", "Ժամանակ", {"DejaVuSans": 267.7}),
    ("Hani", "预算会议 10:30", {"DroidSansFallbackFull": 324.0}),
    ("Hira", "予算カイギ かいぎ", {"DroidSansFallbackFull": 396.6}),
    ("Hang", "예산 회의", {"NanumGothic": 193.9}),
    ("Cyrl", "Совещание по бюджету", {"Roboto-Regular": 538.4}),
    ("Grek", "Σύσκεψη", {"Roboto-Regular": 194.2}),
    ("Latn", "e\u0301 ã̧ x\u0323\u0307", {"Roboto-Regular": 110.4}),
    ("Deva", "Teams बैठक mit دانا um 10:30 (会议)", {"FreeSans": 750.4, "NotoSansDevanagari-Regular": 757.9}),
    ("Deva", "שיחה עם Dana על बैठक (beta)", {"FreeSans": 618.9, "NotoSansDevanagari-Regular": 626.4}),
]
"""Script, title, and its width where that font draws the script: by HarfBuzz alone (uharfbuzz 0.57), in pixels at a
font size of 48; fonts are those of Debian 12."""
TOLERANCE = 0.02
"""Glyphs are set on whole pixels."""


class Row(NamedTuple):
    """A title as it is drawn; `reference` is the width by HarfBuzz, None where it is not known for the font."""

    script: str
    title: str
    font: str
    width: float
    reference: float | None


def measured() -> list[Row]:
    """Return the titles as they are drawn with the fonts of this machine, regular."""
    Gallery(PRESETS["12.9"]).open()
    fonts.use(fonts.look_up_missing())
    found = []
    for script, title, widths in COLLECTION:
        runs = fonts.runs(title, bold=False)
        font = next((run.font.stem for run in runs if run.script == script), runs[0].font.stem)
        found.append(Row(script, title, font, fonts.RULER.width(title, PX, bold=False), widths.get(font)))
    return found


def table() -> str:
    """Return the titles as a table in Markdown."""
    lines = ["| script | title | font | width | HarfBuzz | difference |", "|---|---|---|---:|---:|---:|"]
    for row in measured():
        reference, difference = "not known", ""
        if row.reference is not None:
            reference = f"{row.reference:.1f}"
            difference = f"{100 * (row.width / row.reference - 1):+.1f} %"
        lines.append(f"| {row.script} | {row.title} | {row.font} | {row.width:.0f} | {reference} | {difference} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
