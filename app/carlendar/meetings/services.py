"""Determines which service a validated link belongs to, and whether it is for joining.

An entry applies to a host and its subdomains; the most specific entry decides. A leading dot indicates that subdomains
are usual, and has no effect.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from carlendar.domain.base import Value
from carlendar.meetings.service import Service

SUFFIX_LABELS = 6
"""Labels of a host, from its end, in which a registered suffix is looked for; the longest has four."""


class Match(Value, frozen=True):
    """`service` is None if the host belongs to no service; `joins` is whether the page is for joining."""

    service: Service | None
    joins: bool


PAGES = frozenset(
    (
        *("about", "about-us", "account", "accounts", "admin", "api", "app", "apps", "assets", "auth", "blog"),
        *("business", "careers", "company", "contact", "contact-us", "cookies", "customers", "dashboard"),
        *("datenschutz", "demo", "developer", "developers", "discover", "docs", "download", "downloads", "education"),
        *("enterprise", "events", "explore", "faq", "favicon.ico", "features", "forgot-password", "get-started"),
        *("help", "home", "impressum", "imprint", "index.html", "index.php", "information", "integrations", "jobs"),
        *("legal", "login", "logout", "manifest.json", "marketplace", "mobile", "new", "news", "partners", "plans"),
        *("press", "pricing", "privacy", "privacy-policy", "product", "products", "profile", "recordings"),
        *("register", "resources", "robots.txt", "safety", "search", "security", "settings", "sign-in", "sign-up"),
        *("signin", "signup", "sitemap", "sitemap.xml", "solutions", "static", "status", "support", "tariffs"),
        *("terms", "terms-of-service", "tos", "upgrade", "use-cases", "user", "webinars", "whats-new", "why"),
    )
)
"""Paths of one word that are pages of a service's site rather than rooms."""

SITES = frozenset(
    (
        *("accounts", "admin", "api", "assets", "auth", "authentication", "blog", "careers", "cdn", "community"),
        *("developer", "developers", "docs", "help", "info", "investors", "learn", "login", "marketing", "sso"),
        *("static", "status", "support"),
    )
)
"""First labels of subdomains that are sites about the service; pages of one word there are not rooms."""

_ONE_WORD = re.compile(r"/(?:[a-z]{2}(?:-[a-z]{2})?/)?([a-z][\w.-]*+)/?(?:[?#].*)?", re.IGNORECASE | re.DOTALL)


def match(scheme: str, host: str, rest: str) -> Match:
    """Return the service of a validated link. `host` is lower case; `rest` is path, query and fragment."""
    mine = _of_host(scheme, host)
    page = _is_page(host, rest)
    for service in mine:
        if page and not (service.rooms_only or service.host_pattern):
            continue
        if _pattern(service.path).match(rest) and not (service.never and _pattern(service.never).match(rest)):
            return Match(service, joins=True)
    own = (service for service in mine if not service.host_pattern)
    return Match(next(own, None), joins=False)


def _is_page(host: str, rest: str) -> bool:
    word = _ONE_WORD.fullmatch(rest)
    if word is None:
        return False
    return word[1].lower() in PAGES or (host.partition(".")[0] in SITES and host not in _by_host())


def of_host(host: str) -> str:
    """The name of the service that owns `host` (lower case); empty for any other host."""
    owners = _of_host("https", host)
    return owners[0].name if owners and not owners[0].host_pattern else ""


@lru_cache(maxsize=1024)
def _of_host(scheme: str, host: str) -> tuple[Service, ...]:
    if scheme not in ("https", "http"):
        return _by_host().get(f"{scheme}:", ())
    labels = host.split(".")[-SUFFIX_LABELS:]
    names = (host, *(".".join(labels[start:]) for start in range(len(labels) - 1)))
    named = next((_by_host()[name] for name in names if name in _by_host()), ())
    return named or tuple(service for service in _self_hosted() if _pattern(service.host_pattern).fullmatch(host))


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


@cache
def all_services() -> tuple[Service, ...]:
    """Return all services, in order of matching."""
    from carlendar.meetings.service_table import SERVICES  # large, and needed for links only

    return SERVICES


@cache
def _by_host() -> dict[str, tuple[Service, ...]]:
    found: dict[str, tuple[Service, ...]] = {}
    for service in all_services():
        names = service.hosts if service.scheme == "https" else (f"{service.scheme}:",)
        for name in (each.removeprefix(".") for each in names):
            found[name] = (*found.get(name, ()), service)
    return found


@cache
def _self_hosted() -> tuple[Service, ...]:
    return tuple(service for service in all_services() if service.host_pattern)
