"""The Prefer header (RFC 7240): what a client prefers, and what was applied."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PREFERENCE = re.compile(r'\s*([A-Za-z0-9.\-]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^",;\s]+)))?\s*(?:[,;]|$)')
MOST_PAGE_SIZE = 1000


@dataclass(frozen=True, slots=True)
class Preferences:
    """`zone` is the requested zone's name as written; None fields were not requested."""

    zone: str | None = None
    text_bodies: bool | None = None
    immutable_ids: bool = False
    page_size: int | None = None

    @staticmethod
    def read(headers: Iterable[str]) -> Preferences:
        """Read all Prefer headers of a request; unknown ones are ignored, as the RFC requires."""
        found: dict[str, str] = {}
        for header in headers:
            for name, quoted, bare in _PREFERENCE.findall(header):
                found.setdefault(name.casefold(), quoted or bare)
        size = found.get("odata.maxpagesize", found.get("maxpagesize", ""))
        content = found.get("outlook.body-content-type", "").casefold()
        return Preferences(
            zone=found.get("outlook.timezone"),
            text_bodies=content == "text" if content in ("text", "html") else None,
            immutable_ids=found.get("idtype", "").casefold() == "immutableid",
            page_size=min(int(size), MOST_PAGE_SIZE) if size.isdigit() and int(size) > 0 else None,
        )

    def applied(self, *, with_zone: bool, with_page_size: bool) -> list[str]:
        """Return the value of Preference-Applied."""
        said = ['IdType="ImmutableId"'] if self.immutable_ids else []
        if with_zone and self.zone is not None:
            said.append(f'outlook.timezone="{self.zone}"')
        if with_zone and self.text_bodies is not None:
            said.append(f'outlook.body-content-type="{"text" if self.text_bodies else "html"}"')
        if with_page_size and self.page_size is not None:
            said.append(f"odata.maxpagesize={self.page_size}")
        return said
