"""The system query options of a route: others are refused.

Source: OData 4.01 URL conventions, 5.1; that a dollar sign may be left out is of OData 4.01 too. Other options
(`startDateTime`, a client's own) are not checked here.
"""

from __future__ import annotations

from collections.abc import Iterable

from carlendar_devtools.emulator.cloud.call import GraphError, bad_request

SYSTEM = frozenset(
    {"select", "expand", "filter", "orderby", "top", "skip", "count", "search", "skiptoken", "deltatoken", "apply",
     "compute", "format", "levels", "schemaversion", "index"}
)  # fmt: skip
LIST = frozenset({"select", "expand", "filter", "orderby", "top", "skip", "count", "skiptoken", "format"})
ONE = frozenset({"select", "expand", "format"})
COUNT = frozenset({"filter"})
DELTA = frozenset({"skiptoken", "deltatoken", "format"})
NONE = frozenset({"format"})
_OF_LISTS = frozenset({"filter", "orderby", "top", "skip", "count", "search"})


def check_names(names: Iterable[str], allowed: frozenset[str]) -> None:
    """Raise GraphError for a system query option that is unknown, not supported here, or given twice.

    `names` are those of the query as received, including repetitions.
    """
    met: set[str] = set()
    for name in names:
        bare = name.casefold().removeprefix("$")
        if bare not in SYSTEM:
            if name.startswith("$"):
                raise bad_request(f"The query parameter '{name}' is not supported.", "BadRequest")
            continue
        if bare in met:
            raise bad_request(f"Query option '{name}' was specified more than once.", "BadRequest")
        met.add(bare)
        if bare not in allowed:
            raise _refused(bare, allowed)


def check_format(value: str | None) -> None:
    """Raise GraphError for a `$format` other than JSON."""
    if value is not None and value.partition(";")[0].casefold() not in ("json", "application/json"):
        raise bad_request(f"The format '{value}' is not supported.", "BadRequest")


def _refused(bare: str, allowed: frozenset[str]) -> GraphError:
    if bare in _OF_LISTS and "filter" not in allowed and "select" in allowed:
        return bad_request(
            f"The query specified in the URI is not valid. Query option '${bare}' can be applied only on collections.",
            "BadRequest",
        )
    return bad_request(f"The query parameter '${bare}' is not supported on this resource.", "ErrorInvalidUrlQuery")
