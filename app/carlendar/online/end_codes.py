"""What the SDK's end reasons mean (`CallEndReason`: a code like HTTP's and a sub-code).

Source: Microsoft's "Troubleshooting call end response codes" and the SDK's own errors. A code that is in no table
becomes `unknown`, and is logged.
"""

from __future__ import annotations

from carlendar.domain.online_call import OnlineEnd

_BY_SUB_CODE: dict[int, OnlineEnd] = {
    5000: OnlineEnd.REMOVED,
    5300: OnlineEnd.REMOVED,
    5854: OnlineEnd.DENIED,
    5751: OnlineEnd.BAD_LINK,
    40209: OnlineEnd.BAD_LINK,
    40210: OnlineEnd.BAD_LINK,
    40238: OnlineEnd.BAD_LINK,
    10009: OnlineEnd.SIGN_IN,
    44114: OnlineEnd.SIGN_IN,
    3100: OnlineEnd.CONNECTION_LOST,
    3101: OnlineEnd.CONNECTION_LOST,
    3112: OnlineEnd.CONNECTION_LOST,
    301004: OnlineEnd.CONNECTION_LOST,
    301005: OnlineEnd.CONNECTION_LOST,
    3111: OnlineEnd.MEDIA,
}
_BY_PAIR: dict[tuple[int, int], OnlineEnd] = {
    (495, 4507): OnlineEnd.SIGN_IN,
    (490, 4502): OnlineEnd.CONNECTION_LOST,
    (496, 7): OnlineEnd.CONNECTION_LOST,
}
_OVER = frozenset({0, 4097, 5003})
"""Sub-codes of code 0 for a meeting that ended, or a call that was left."""


def end_of(code: int, sub_code: int, *, leaving: bool, offline: bool) -> OnlineEnd:
    """Return the end that the SDK reports.

    `leaving` is whether the driver left, `offline` whether there was no connection to the service: then a failure of
    the media (410/3111) is a consequence of that.
    """
    if leaving:
        return OnlineEnd.LEFT
    end = _BY_PAIR.get((code, sub_code)) or _BY_SUB_CODE.get(sub_code)
    if end is OnlineEnd.MEDIA and offline:
        return OnlineEnd.CONNECTION_LOST
    if end is not None:
        return end
    if code == 0 and sub_code in _OVER:
        return OnlineEnd.ENDED_FOR_ALL
    by_code = {401: OnlineEnd.SIGN_IN, 403: OnlineEnd.NOT_ALLOWED}
    return by_code.get(code, OnlineEnd.UNKNOWN)
