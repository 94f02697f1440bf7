"""Recognises hosts that imitate a meeting service's: by its name inside another, or by similar letters.

Similar letters are those of Unicode's confusables (UTS 39) that scripts share with Latin, and pairs that look alike in
small type (`rn` and `m`, `0` and `o`, `1` and `l`). Dots and dashes are easily overlooked: `teamsmicrosoft.com` looks
like `teams.microsoft.com`. Only used to refuse links.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import chain

from carlendar.meetings.services import all_services
from carlendar.text.clean import without_accents

SHORTEST_BRAND = 7
"""Minimum length of a service's host for its name inside another host to be significant."""

_CONFUSABLE = str.maketrans(
    "аеорсухіјѕԁԛԝһӏɡɑοαενικρτυχьոսօցհıℓ",
    "aeopcyxijsdqwhlgaoaevikptuxbnuoghil",
)
_READS_ALIKE = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("3", "e"), ("5", "s"), ("|", "l"))
_SOFTENED = str.maketrans({"i": "l", "-": None, ".": None})


def bears_name(host: str) -> bool:
    """Whether another host contains a service's whole host, delimited by dots or dashes (lower case)."""
    return _named(host)


def contains_name(text: str) -> bool:
    """Whether a service's host occurs anywhere in the text, even inside a word (lower case)."""
    return _brands(bounded=False).search(text.replace("-", ".")) is not None


@lru_cache(maxsize=1024)
def imitated(host: str) -> str:
    """Return the service's host that `host` imitates; empty if it imitates none or is that host."""
    plain = _plain(host)
    found = _skeletons().get(_skeleton(plain), "") or _skeletons().get(_skeleton(_registered(plain)), "")
    return "" if found in (host, _registered(host)) else found


@lru_cache(maxsize=1024)
def _named(host: str) -> bool:
    return _brands(bounded=True).search(host.replace("-", ".")) is not None


def _registered(host: str) -> str:
    return ".".join(host.split(".")[-2:])


def _plain(host: str) -> str:
    """Return the host as it is read: punycode decoded, similar letters of other scripts as Latin, without accents."""
    labels = [_from_punycode(label) for label in host.split(".")]
    return without_accents(".".join(labels)).casefold().translate(_CONFUSABLE)


def _from_punycode(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, IndexError):
        return label


def _skeleton(host: str) -> str:
    for written, read in _READS_ALIKE:
        host = host.replace(written, read)
    return host.translate(_SOFTENED)


@cache
def _hosts() -> tuple[str, ...]:
    named = chain.from_iterable(service.hosts for service in all_services())
    return tuple(sorted({host.lstrip(".") for host in named}))


@cache
def _skeletons() -> dict[str, str]:
    return {_skeleton(host): host for host in _hosts()}


@cache
def _brands(*, bounded: bool) -> re.Pattern[str]:
    names = "|".join(re.escape(host) for host in _hosts() if len(host) >= SHORTEST_BRAND)
    return re.compile(rf"(?:^|\.)(?:{names})(?:\.|$)" if bounded else names)
