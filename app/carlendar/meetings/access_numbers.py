"""Public access numbers of services, and whether a number is one of them.

From the services' own lists. Numbers assigned to a single customer or meeting are not included.
"""

from __future__ import annotations

from carlendar.meetings.numbers import parsed

KNOWN: dict[str, frozenset[str]] = {
    "zoom": frozenset(
        (
            *("+16699006833", "+16465588656", "+13126266799", "+13462487799", "+12532158782", "+13017158592"),
            *("+19292056099", "+16694449171", "+16469313860", "+17193594580", "+12532050468", "+16892781000"),
            *("+15642172000", "+13092053325", "+13863475053", "+15074734847", "+13602095623", "+13052241968"),
            *("+496971049922", "+496938079883", "+496950502596", "+442034815237", "+442034815240", "+442039017895"),
        )
    ),
    "webex": frozenset(
        ("+14156550002", "+14156550001", "+16504793208", "+16504793207", "+14084189388", "+18446213956")
    ),
    "goto": frozenset(("+15713173122", "+18668994679", "+4972198814161")),
    "chime": frozenset(("+18555524463", "+12064625569")),
}


def is_known(service: str, text: str, region: str) -> bool:
    """Whether `text` is a public access number of `service`."""
    known = KNOWN.get(service)
    number = parsed(text, region) if known else None
    return known is not None and number is not None and number.e164 in known
