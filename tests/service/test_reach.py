"""Whether there is a data connection, by two words on it."""

from __future__ import annotations

from carlendar.service.connectivity import Connectivity


def test_offline_is_what_either_of_computer_and_car_says() -> None:
    said: list[bool] = []
    reach = Connectivity(said.append)
    reach.car(False)
    assert said == []
    reach.network(True)
    reach.car(True)
    reach.car(False)
    reach.network(False)
    reach.car(True)
    reach.network(True)
    reach.car("maybe")
    assert said == [False, True, False, True]
    reach.car(False)
    reach.car(None)
    assert said[4:] == [False, True]


def test_a_cars_no_holds_though_the_computer_finds_its_network_after_it() -> None:
    said: list[bool] = []
    reach = Connectivity(said.append)
    reach.network(False)
    reach.car(False)
    reach.network(True)
    assert said == [False]
    reach.car(True)
    assert said == [False, True]
