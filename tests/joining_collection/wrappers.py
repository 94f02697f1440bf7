"""Addresses as mail filters rewrite them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from urllib.parse import quote

from tests.joining_collection.case import Part


def bare(url: str) -> str:
    return url


def safe_links(url: str) -> str:
    """Outlook: the target percent-encoded once more."""
    data = "05%7C02%7Cana%40contoso.example%7C8f3b%7C0%7C0%7C638%7CUnknown%7CTWFpbGZsb3d8"
    target = quote(url, safe="")
    return f"https://eur02.safelinks.protection.outlook.com/?url={target}&data={data}&sdata=Zm9v%3D&reserved=0"


def safe_links_application(url: str) -> str:
    target = quote(url, safe="")
    return f"https://nam12.safelinks.protection.outlook.com/ap/t-59584e83/?url={target}&data=05%7C02&reserved=0"


def proofpoint_v2(url: str) -> str:
    """`%` written as `-` and `/` as `_`, both of them encoded where they stand in the target."""
    target = quote(url, safe="/.").replace("-", "%2D").replace("_", "%5F").replace("%", "-").replace("/", "_")
    return f"https://urldefense.proofpoint.com/v2/url?u={target}&d=DwMFaQ&c=eIGjsITfXP_y&r=9dQ&m=kX&s=a0&e="


def proofpoint_v3(url: str) -> str:
    """`%`, `#` and `+` replaced by `*` and kept aside in base64."""
    kept = "".join(character for character in url if character in "%#+")
    target = url.translate(str.maketrans("%#+", "***"))
    aside = base64.urlsafe_b64encode(kept.encode()).decode().rstrip("=")
    return f"https://urldefense.com/v3/__{target}__;{aside}!!LIr3w8kk_Xxm!PzBKS4Wq$"


def google_redirect(url: str) -> str:
    return f"https://www.google.com/url?q={quote(url, safe='')}&sa=D&source=calendar&usd=2&usg=AOvVaw1k"


def safe_links_around_proofpoint(url: str) -> str:
    return safe_links(proofpoint_v2(url))


def fireeye(url: str) -> str:
    return f"https://protect2.fireeye.com/v1/url?k=5f1a-0d&q=1&e=8c11&u={quote(url, safe='')}"


def safe_links_around_proofpoint_v3(url: str) -> str:
    return safe_links(proofpoint_v3(url))


def barracuda(url: str) -> str:
    return f"https://linkprotect.cudasvc.com/url?a={quote(url, safe='')}&c=E,1,k3J9&typo=1"


Wrapper = Callable[[str], str]
WRAPPERS: dict[Part, tuple[Wrapper, ...]] = {
    Part.DEVELOPMENT: (bare, safe_links, proofpoint_v2, google_redirect),
    Part.FRESH: (bare, safe_links, proofpoint_v3, safe_links_around_proofpoint_v3, barracuda),
    Part.HELD_OUT: (bare, safe_links_application, proofpoint_v3, safe_links_around_proofpoint, fireeye),
}
