"""The table of services holds to its own examples, and to the lists of names that calendars know."""

from __future__ import annotations

import pytest

from app.meetings.links import Link, examined
from app.meetings.services import Service, all_services

JOINS = [pytest.param(service, link, id=link) for service in all_services() for link in service.joins]
OTHERS = [pytest.param(service, link, id=link) for service in all_services() for link in service.others]


@pytest.mark.parametrize(("service", "link"), JOINS)
def test_a_join_link_is_of_its_service(service: Service, link: str) -> None:
    found = examined(link)
    assert isinstance(found, Link)
    assert (found.service, found.rank, found.retired) == (service.name, 0, service.retired)


@pytest.mark.parametrize(("service", "link"), OTHERS)
def test_another_page_of_the_service_is_no_way_in(service: Service, link: str) -> None:
    found = examined(link)
    assert not (isinstance(found, Link) and found.rank == 0)


def test_every_service_has_examples_of_both_kinds() -> None:
    assert all(service.others for service in all_services())
    names_with_joins = {service.name for service in all_services() if service.joins}
    assert {service.name for service in all_services()} == names_with_joins


def test_there_are_at_least_75_services() -> None:
    assert len({service.name for service in all_services()}) >= 75
