"""The table of services holds to its own examples, and to the lists of names that calendars know."""

from __future__ import annotations

import pytest

from carlendar.meetings import services
from carlendar.meetings.links import Link, examined
from carlendar.meetings.service import Service
from carlendar.meetings.services import all_services

JOINS = [pytest.param(service, link, id=link) for service in all_services() for link in service.joins]
OTHERS = [pytest.param(service, link, id=link) for service in all_services() for link in service.others]


@pytest.mark.parametrize(("service", "link"), JOINS)
def test_a_join_link_is_of_its_service(service: Service, link: str) -> None:
    found = examined(link)
    assert isinstance(found, Link)
    if service.host_pattern:  # anyone can choose such a host's name
        assert (found.service, found.rank, found.retired) == ("unknown", 1, False)
    else:
        assert (found.service, found.rank, found.retired) == (service.name, 0, service.retired)


@pytest.mark.parametrize(("service", "link"), OTHERS)
def test_another_page_of_the_service_is_not_a_link_to_join(service: Service, link: str) -> None:
    found = examined(link)
    assert not (isinstance(found, Link) and found.rank == 0)


def test_every_service_has_examples_of_both_kinds() -> None:
    without = {service.name for service in all_services() if not service.others}
    with_joins = {service.name for service in all_services() if service.joins}
    assert (without, {service.name for service in all_services()} - with_joins) == (set(), set())


@pytest.mark.parametrize("service", [service for service in all_services() if service.hosts and service.joins])
def test_no_host_but_its_own_is_the_service_s(service: Service) -> None:
    for link in service.joins:
        host = link.split("/")[2]
        for evil in (f"{host}.evil.example", f"evil-{host}", f"{host}-evil.example"):
            if services.of_host(evil) == service.name:
                assert evil.endswith(tuple(f".{name.lstrip('.')}" for name in _hosts(service.name)))
                continue  # a name below the service's
            found = examined(link.replace(host, evil, 1))
            assert not (isinstance(found, Link) and found.rank == 0 and found.service == service.name)


def _hosts(name: str) -> set[str]:
    return {host for service in all_services() if service.name == name for host in service.hosts}


def test_there_are_at_least_75_services() -> None:
    assert len({service.name for service in all_services()}) >= 75
