"""Private addresses, in every form in which an IPv6 address can stand for one."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carlendar.errors import FeedError
from carlendar.icalendar.addresses import require_public

PRIVATE = ("10.0.0.1", "127.0.0.1", "169.254.169.254", "172.16.3.4", "192.168.1.1", "100.64.0.1", "0.0.0.0",  # noqa: S104 - not bound to
           "255.255.255.255", "224.0.0.1", "192.0.2.7", "192.0.0.8", "192.88.99.1")  # fmt: skip
PUBLIC = ("93.184.216.34", "8.8.8.8", "1.1.1.1")


def groups(ip: str) -> str:
    """`10.0.0.1` as `a00:1`, the last 32 bits of an IPv6 address."""
    number = int(ipaddress.IPv4Address(ip))
    return f"{number >> 16:x}:{number & 0xFFFF:x}"


def inverted(ip: str) -> str:
    number = int(ipaddress.IPv4Address(ip)) ^ 0xFFFFFFFF
    return f"{number >> 16:x}:{number & 0xFFFF:x}"


TRANSLATED = {
    "mapped": "::ffff:{0}", "compatible": "::{0}", "siit": "::ffff:0:{0}", "nat64": "64:ff9b::{0}",
}  # fmt: skip
TUNNELLED = {
    "6to4": "2002:{0}::1", "teredo server": "2001:0:{0}:0:0:{2}", "teredo client": "2001:0:{3}:0:0:{1}",
    "isatap": "2a00:1450:4001:1:0:5efe:{0}", "isatap, global": "2a00:1450:4001:1:200:5efe:{0}",
}  # fmt: skip
FORMS = TRANSLATED | TUNNELLED
LOCAL = {"nat64 of one's own, 96": "64:ff9b:1::{0}", "64": "64:ff9b:1:0:a:808:800::", "48": "64:ff9b:1:0808:8:0800::"}


def dressed(form: str, ip: str) -> str:
    return form.format(groups(ip), inverted(ip), inverted("8.8.8.8"), groups("8.8.8.8"))


@pytest.mark.parametrize("ip", PRIVATE)
@pytest.mark.parametrize("form", ["{0}", *FORMS.values()], ids=["as it is", *FORMS])
def test_no_form_makes_a_private_address_public(ip: str, form: str) -> None:
    with pytest.raises(FeedError, match="private"):
        require_public(ip if form == "{0}" else dressed(form, ip))


def is_public(ip: str) -> bool:
    try:
        require_public(ip)
    except FeedError:
        return False
    return True


@pytest.mark.parametrize("ip", PUBLIC)
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_public_addresses_stay_so(ip: str, form: str) -> None:
    assert is_public(ip)
    assert is_public(dressed(form, ip))


@pytest.mark.parametrize("form", LOCAL.values(), ids=LOCAL)
def test_nat64_of_a_network_of_ones_own_is_private_whatever_it_leads_to(form: str) -> None:
    with pytest.raises(FeedError, match="private"):
        require_public(dressed(form, "8.8.8.8"))


@pytest.mark.parametrize("ip", ["::", "::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1",
                                "100::1", "5f00::1", "4000::1", "64:ff9a::1"])  # fmt: skip
def test_what_is_not_assigned_to_the_public_internet_is_private(ip: str) -> None:
    with pytest.raises(FeedError, match="private"):
        require_public(ip)


@pytest.mark.parametrize("ip", ["2606:4700:4700::1111", "2a00:1450:4001:80b::200e"])
def test_usual_addresses_are_public(ip: str) -> None:
    assert is_public(ip)


@given(st.ip_addresses(v=4), st.sampled_from(sorted(FORMS)))
def test_a_form_is_never_more_public_than_what_it_stands_for(ip: ipaddress.IPv4Address, name: str) -> None:
    if name in TRANSLATED:
        assert is_public(dressed(FORMS[name], str(ip))) == is_public(str(ip))
    else:
        assert not is_public(dressed(FORMS[name], str(ip))) or is_public(str(ip))
