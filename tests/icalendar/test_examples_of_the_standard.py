"""The rules that RFC 5545, section 3.8.5.3, gives as examples, and the days that it says they give."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from carlendar.domain.timespan import Timespan
from carlendar.icalendar.ics import events
from tests.icalendar.made import BERLIN, calendar

EXAMPLES = [
    ("19970902", "FREQ=DAILY;INTERVAL=10;COUNT=5", "0902 0912 0922 1002 1012"),
    ("19970902", "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
     "0902 0904 0909 0911 0916 0918 0923 0925 0930 1002"),
    ("19970901", "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971013T235959Z;WKST=SU;BYDAY=MO,WE,FR",
     "0901 0903 0905 0915 0917 0919 0929 1001 1003 1013"),
    ("19970805", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "0805 0810 0819 0824"),
    ("19970805", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "0805 0817 0819 0831"),
    ("19970907", "FREQ=MONTHLY;INTERVAL=2;COUNT=6;BYDAY=1SU,-1SU", "0907 0928 1102 1130 0104 0125"),
    ("19970922", "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "0922 1020 1117 1222 0119 0216"),
    ("19970928", "FREQ=MONTHLY;COUNT=6;BYMONTHDAY=-3", "0928 1029 1128 1229 0129 0226"),
    ("19970930", "FREQ=MONTHLY;COUNT=6;BYMONTHDAY=1,-1", "0930 1001 1031 1101 1130 1201"),
    ("19970910", "FREQ=MONTHLY;INTERVAL=18;COUNT=8;BYMONTHDAY=10,11,12,13,14,15",
     "0910 0911 0912 0913 0914 0915 0310 0311"),
    ("19970610", "FREQ=YEARLY;COUNT=5;BYMONTH=6,7", "0610 0710 0610 0710 0610"),
    ("19970310", "FREQ=YEARLY;INTERVAL=2;COUNT=5;BYMONTH=1,2,3", "0310 0110 0210 0310 0110"),
    ("19970101", "FREQ=YEARLY;INTERVAL=3;COUNT=6;BYYEARDAY=1,100,200", "0101 0410 0719 0101 0409 0718"),
    ("19970519", "FREQ=YEARLY;COUNT=3;BYDAY=20MO", "0519 0518 0517"),
    ("19970512", "FREQ=YEARLY;COUNT=3;BYWEEKNO=20;BYDAY=MO", "0512 0511 0517"),
    ("19970313", "FREQ=YEARLY;COUNT=5;BYMONTH=3;BYDAY=TH", "0313 0320 0327 0305 0312"),
    ("19970913", "FREQ=MONTHLY;COUNT=4;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", "0913 1011 1108 1213"),
    ("19961105", "FREQ=YEARLY;INTERVAL=4;COUNT=3;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1105 1107 1102"),
    ("19970904", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "0904 1007 1106"),
    ("19970929", "FREQ=MONTHLY;COUNT=5;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "0929 1030 1127 1230 0129"),
    ("20070115", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "0115 0130 0215 0315 0330"),
    ("20120229", "FREQ=YEARLY;UNTIL=20200301T000000Z", "0229 0229 0229"),
]  # fmt: skip


@pytest.mark.parametrize(("start", "rule", "days"), EXAMPLES)
def test_examples(start: str, rule: str, days: str) -> None:
    data = calendar(f"UID:e\nDTSTART;TZID=America/New_York:{start}T090000\nDURATION:PT1H\nRRULE:{rule}")
    first = datetime.strptime(start, "%Y%m%d").replace(tzinfo=BERLIN)
    found = events([data], "c", Timespan(first, first + timedelta(days=4_000)), BERLIN)
    assert " ".join(each.event.start(BERLIN).strftime("%m%d") for each in found) == days
    assert {each.event.start(BERLIN).tzinfo for each in found} == {BERLIN}


@pytest.mark.parametrize(("start", "rule", "days"), EXAMPLES)
def test_the_last_of_them_is_found_without_the_others(start: str, rule: str, days: str) -> None:
    """A rule may begin near the window: it must still be in phase."""
    data = calendar(f"UID:e\nDTSTART;TZID=America/New_York:{start}T090000\nDURATION:PT1H\nRRULE:{rule}")
    first = datetime.strptime(start, "%Y%m%d").replace(tzinfo=BERLIN)
    last = events([data], "c", Timespan(first, first + timedelta(days=4_000)), BERLIN)[-1].event.start(BERLIN)
    (alone,) = events([data], "c", Timespan(last, last + timedelta(hours=2)), BERLIN)
    assert alone.event.start(BERLIN) == last
