"""Whether there is a data connection, from two sources."""

from __future__ import annotations

from carlendar.service.connectivity import Connectivity


def test_offline_is_what_either_of_computer_and_car_says() -> None:
    said: list[bool] = []
    reach = Connectivity(said.append)
    reach.set_vehicle(False)
    assert said == []
    reach.set_network(True)
    reach.set_vehicle(True)
    reach.set_vehicle(False)
    reach.set_network(False)
    reach.set_vehicle(True)
    reach.set_network(True)
    reach.set_vehicle("maybe")
    assert said == [False, True, False, True]
    reach.set_vehicle(False)
    reach.set_vehicle(None)
    assert said[4:] == [False, True]


def test_a_cars_no_holds_though_the_computer_finds_its_network_after_it() -> None:
    said: list[bool] = []
    reach = Connectivity(said.append)
    reach.set_network(False)
    reach.set_vehicle(False)
    reach.set_network(True)
    assert said == [False]
    reach.set_vehicle(True)
    assert said == [False, True]
