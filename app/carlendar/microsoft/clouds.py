"""National clouds of Microsoft, and a cloud of one's own for the emulator.

Hosts are those of Microsoft's "National cloud deployments" page and of MSAL's list of well-known
authorities. Tokens of one cloud mean nothing in another.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from carlendar.domain.base import Value
from carlendar.errors import SettingsError

READ_SCOPES = ("User.Read", "Calendars.Read")
"""The least that Carlendar works with: who it is, and the calendar with invitations' texts."""

RESPOND_SCOPE = "Calendars.ReadWrite"
MAIL_SCOPE = "Mail.Send"
MAILBOX_SCOPE = "MailboxSettings.Read"


class Cloud(Value, frozen=True):
    """Where one cloud signs in and serves Graph.

    `login` and `graph` are https roots without a slash at their end. `ca_file` is a PEM file to be
    trusted instead of the machine's certificates; empty outside the emulator.
    """

    name: str
    login: str
    graph: str
    full_scopes: bool = False
    """Whether scopes must be written with Graph's address before them."""
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
        """The authority of `tenant`: a directory's id or domain, `organizations`, `consumers` or `common`."""
        if urlsplit(self.login).path.strip("/"):
            return self.login
        return f"{self.login}/{tenant}"

    def scopes(self, names: Iterable[str]) -> list[str]:
        """The scopes as this cloud wants them written, without OpenID Connect's: MSAL adds these by itself."""
        wanted = (name for name in names if name not in _OPENID_SCOPES)
        return [f"{self.graph}/{name}" if self.full_scopes else name for name in wanted]

    def short_scopes(self, names: Iterable[str]) -> tuple[str, ...]:
        """Scopes of an answer without Graph's address, sorted; those of OpenID Connect left out."""
        prefix = f"{self.graph}/".lower()
        short = (name[len(prefix) :] if name.lower().startswith(prefix) else name for name in names)
        return tuple(sorted({name for name in short if name not in _OPENID_SCOPES}))


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
    """The cloud of that setting; SettingsError names the ones there are."""
    try:
        return _KNOWN[name]
    except KeyError as error:
        raise SettingsError(f"There is no cloud of that name; known are {', '.join(CLOUD_NAMES)}.") from error


def custom_cloud(authority: str, graph: str, ca_file: str = "", name: str = "") -> Cloud:
    """A cloud at other addresses, such as the emulated one.

    `authority` is the login host's root, or a whole authority with its tenant. The cloud is named
    after the authority's host unless `name` is given; `graph` may end in the version.
    SettingsError for what is not https.
    """
    host = urlsplit(authority).netloc
    root = graph.rstrip("/").removesuffix("/v1.0")
    return Cloud(name or host, authority.rstrip("/"), root, ca_file=ca_file, personal_accounts=True)
