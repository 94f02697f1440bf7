"""Codes and sub-codes with their ends, as documented by Microsoft and seen in the SDK."""

from __future__ import annotations

from carlendar.domain.online_call import OnlineEnd

END_CODES: tuple[tuple[int, int, OnlineEnd], ...] = (
    (0, 0, OnlineEnd.ENDED_FOR_ALL),
    (0, 4097, OnlineEnd.ENDED_FOR_ALL),
    (0, 5003, OnlineEnd.ENDED_FOR_ALL),
    (0, 5000, OnlineEnd.REMOVED),
    (0, 5300, OnlineEnd.REMOVED),
    (0, 5854, OnlineEnd.DENIED),
    (403, 5854, OnlineEnd.DENIED),
    (404, 5751, OnlineEnd.BAD_LINK),
    (403, 5751, OnlineEnd.BAD_LINK),
    (400, 40209, OnlineEnd.BAD_LINK),
    (400, 40210, OnlineEnd.BAD_LINK),
    (400, 40238, OnlineEnd.BAD_LINK),
    (403, 5221, OnlineEnd.NOT_ALLOWED),
    (403, 5222, OnlineEnd.NOT_ALLOWED),
    (403, 5223, OnlineEnd.NOT_ALLOWED),
    (403, 1, OnlineEnd.NOT_ALLOWED),
    (401, 10009, OnlineEnd.SIGN_IN),
    (495, 4507, OnlineEnd.SIGN_IN),
    (401, 44114, OnlineEnd.SIGN_IN),
    (401, 0, OnlineEnd.SIGN_IN),
    (410, 3100, OnlineEnd.CONNECTION_LOST),
    (410, 3101, OnlineEnd.CONNECTION_LOST),
    (410, 3112, OnlineEnd.CONNECTION_LOST),
    (410, 301004, OnlineEnd.CONNECTION_LOST),
    (410, 301005, OnlineEnd.CONNECTION_LOST),
    (496, 7, OnlineEnd.CONNECTION_LOST),
    (490, 4502, OnlineEnd.CONNECTION_LOST),
    (410, 3111, OnlineEnd.MEDIA),
    (500, 10032, OnlineEnd.UNKNOWN),
    (487, 10004, OnlineEnd.UNKNOWN),
    (0, 123456, OnlineEnd.UNKNOWN),
)
