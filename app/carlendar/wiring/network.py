"""How servers are reached, as set: a proxy, and the certificates that are trusted."""

from __future__ import annotations

from urllib.parse import urlsplit

from carlendar.domain.base import Value
from carlendar.errors import SettingsError
from carlendar.platform.transport import tls_context
from carlendar.settings import Settings

_CA_FILES = ("network.ca_file", "identity.ca_file", "feeds.ca_file")


class NetworkSettings(Value, frozen=True):
    """`more_ca_file` is trusted besides what else is; `proxy` is an address, empty for what the environment says."""

    more_ca_file: str = ""
    proxy: str = ""


def network(settings: Settings) -> NetworkSettings:
    """The network as set. SettingsError for a proxy whose address cannot be one."""
    proxy = settings.text("network.proxy").strip()
    try:
        parts = urlsplit(proxy)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if proxy and not usable:
        raise SettingsError("network.proxy must be an address such as http://proxy.contoso.example:8080")
    return NetworkSettings(str(settings.path("network.ca_file") or ""), proxy)


def require_certificates(settings: Settings) -> None:
    """Raise SettingsError for a certificate file that cannot be read, naming the setting and the file."""
    for key in _CA_FILES:
        path = settings.path(key)
        if path is None:
            continue
        try:
            tls_context(str(path))
        except FileNotFoundError as error:
            raise SettingsError(f"{key}: {path} does not exist") from error
        except OSError as error:
            why = error.strerror if error.filename else "it holds no certificate (PEM)"
            raise SettingsError(f"{key}: {path} cannot be read: {why}") from error
