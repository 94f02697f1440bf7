"""Whether Teams has the account's owner in a call. Presence names no meeting."""

from __future__ import annotations

from carlendar.microsoft.graph import GraphClient

IN_CALL = frozenset({"inacall", "inaconferencecall", "presenting"})
"""Activities, in small letters. `InAMeeting` is none of them: it may come from the calendar alone."""


def in_call(graph: GraphClient) -> bool:
    """Return whether the owner is in a call. The client's token must have the scope Presence.Read.

    Raises ServiceError or IdentityError.
    """
    activity = graph.get("/me/presence", {"$select": "activity"}).data.get("activity")
    return isinstance(activity, str) and activity.casefold() in IN_CALL
