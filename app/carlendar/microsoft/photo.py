"""The profile photo of an account (Graph v1.0, profilePhoto: `GET /me/photo/$value`, needs User.Read)."""

from __future__ import annotations

from collections.abc import Callable

from carlendar.domain.avatar import AvatarImage
from carlendar.errors import GoneError, RefusedError
from carlendar.microsoft.graph import GraphClient

BYTES = 4 * 1024 * 1024
"""Maximum size of a photo in bytes; Microsoft accepts no larger ones."""
_TAG = 200


def read_photo(graph: GraphClient, tag: str, decode: Callable[[bytes], bytes]) -> AvatarImage | None:
    """Return the photo, an empty one if there is none or access is denied; None if it still has the entity tag `tag`.

    `decode` returns the pixels of an image, nothing if it is invalid. Raises ServiceError, IdentityError.
    """
    try:
        reply = graph.content("/me/photo/$value", tag=tag)
    except (GoneError, RefusedError):
        return AvatarImage()
    if reply is None:
        return None
    given = reply.headers.get("ETag", "")
    known = given if len(given) <= _TAG and given.isascii() and given.isprintable() else ""
    return AvatarImage(known, decode(reply.body) if reply.body else b"")
