"""Microsoft's national clouds, and a custom cloud for the emulator.

Hosts are those of Microsoft's page "National cloud deployments" and of MSAL's list of well-known authorities. Tokens of
one cloud are not valid in another.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from carlendar.domain.base import Value
from carlendar.errors import SettingsError

READ_SCOPES = ("User.Read", "Calendars.Read")
"""The minimum scopes: the user's profile, and calendars with the bodies of invitations."""

RESPOND_SCOPE = "Calendars.ReadWrite"
MAIL_SCOPE = "Mail.Send"
CALLING_SCOPES = tuple(
    f"https://auth.msft.communication.azure.com/{name}" for name in ("Teams.ManageCalls", "Teams.ManageChats")
)
"""Scopes of Azure Communication Services, a resource of its own: never requested together with those of Graph."""


class Cloud(Value, frozen=True):
    """The addresses of a cloud's sign-in and of its Graph.

    `login` and `graph` are https roots without a trailing slash. `ca_file` is a PEM file that replaces the system's
    certificates; empty outside the emulator.
    """

    name: str
    login: str
    graph: str
    full_scopes: bool = False
    """Whether scopes must be prefixed with Graph's address."""
    personal_accounts: bool = False
    ca_file: str = ""

    def __post_init__(self) -> None:
        for setting, url in (("identity.authority", self.login), ("identity.graph", self.graph)):
            if not _is_plain(url):
                raise SettingsError(
                    f"{setting} must be an https address without a query, and be set together with"
                    " the other address of the cloud"
                )

    def authority(self, tenant: str) -> str:
        """Return the authority of `tenant`: a tenant's id or domain, `organizations`, `consumers` or `common`."""
        if urlsplit(self.login).path.strip("/"):
            return self.login
        return f"{self.login}/{tenant}"

    def scopes(self, names: Iterable[str]) -> list[str]:
        """Return the scopes in this cloud's form, without those of OpenID Connect, which MSAL adds."""
        wanted = (name for name in names if name not in _OPENID_SCOPES)
        return [f"{self.graph}/{name}" if self.full_scopes and "://" not in name else name for name in wanted]

    def short_scopes(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the scopes of an answer, sorted, without Graph's address and without those of OpenID Connect."""
        prefix = f"{self.graph}/".lower()
        short = (name[len(prefix) :] if name.lower().startswith(prefix) else name for name in names)
        return tuple(sorted({name for name in short if name not in _OPENID_SCOPES}))


def graph_scopes(names: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes of an account (`Cloud.short_scopes`) without those of other resources than Graph."""
    return tuple(name for name in names if "://" not in name)


def _is_plain(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and parts.port != 0 and not parts.query + parts.fragment
    except ValueError:
        return False


_OPENID_SCOPES = frozenset({"openid", "profile", "email", "offline_access"})

_GLOBAL = Cloud("global", "https://login.microsoftonline.com", "https://graph.microsoft.com", personal_accounts=True)
_KNOWN = {
    cloud.name: cloud
    for cloud in (
        _GLOBAL,
        Cloud("usgov", "https://login.microsoftonline.us", "https://graph.microsoft.us", full_scopes=True),
        Cloud("usdod", "https://login.microsoftonline.us", "https://dod-graph.microsoft.us", full_scopes=True),
        Cloud(
            "china",
            "https://login.partner.microsoftonline.cn",
            "https://microsoftgraph.chinacloudapi.cn",
            full_scopes=True,
        ),
    )
}
CLOUD_NAMES = tuple(_KNOWN)


def known_cloud(name: str) -> Cloud:
    """Return the cloud of that name. Raises SettingsError, which lists the valid names."""
    try:
        return _KNOWN[name]
    except KeyError as error:
        raise SettingsError(f"There is no cloud of that name; known are {', '.join(CLOUD_NAMES)}.") from error


def custom_cloud(authority: str, graph: str, ca_file: str = "", name: str = "") -> Cloud:
    """Return a cloud at other addresses, such as the emulated one.

    `authority` is the login host's root, or a complete authority with its tenant. The cloud is named after the
    authority's host unless `name` is given; `graph` may end in the version. Raises SettingsError unless both are https.
    """
    host = urlsplit(authority).netloc
    root = graph.rstrip("/").removesuffix("/v1.0")
    return Cloud(name or host, authority.rstrip("/"), root, ca_file=ca_file, personal_accounts=True)
