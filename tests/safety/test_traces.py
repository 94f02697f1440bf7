"""The traces that ship: made by one script, and what each of them must come to."""

from __future__ import annotations

import importlib.util
import io
import json
from pathlib import Path
from types import ModuleType

import pytest

from carlendar.safety.replay import run

FOLDER = Path(__file__).parents[2] / "assets" / "scenarios" / "traces"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_traces", Path(__file__).with_name("make_traces.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def states(name: str) -> list[tuple[float, str]]:
    out = io.StringIO()
    run(FOLDER / f"{name}.jsonl", True, out)
    return [(line["t"], line["state"]) for line in map(json.loads, out.getvalue().splitlines())]


def test_what_ships_is_what_the_script_makes(script: ModuleType) -> None:
    made = script.traces()
    assert {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.jsonl")} == made


def test_ten_minutes_parked() -> None:
    assert states("ten_minutes_parked") == [(0.0, "unknown"), (1.0, "parked")]


def test_city_traffic_stops_at_lights_and_ends_parked() -> None:
    seen = [state for _, state in states("city_traffic")]
    assert seen[:3] == ["unknown", "parked", "idling"]
    assert seen.count("idling") >= 4
    assert seen[-1] == "parked"
    assert "unknown" not in seen[1:]


def test_stop_and_go_idles_only_where_it_stands_for_two_seconds() -> None:
    seen = states("stop_and_go")
    idling = [at for at, state in seen if state == "idling"]
    assert len(idling) == 4
    assert all(state in ("unknown", "moving", "idling") for _, state in seen)


def test_a_motorway_jam_creeps_without_ever_parking() -> None:
    seen = {state for _, state in states("motorway_jam")}
    assert seen == {"unknown", "moving", "idling"}


def test_a_sleeping_bus_stays_parked_for_a_minute_after_its_last_speed() -> None:
    assert states("bus_asleep") == [(0.0, "unknown"), (1.0, "parked"), (89.5, "unknown"), (1831.4, "parked")]


def test_a_broken_sensor_is_unknown_each_time() -> None:
    seen = states("broken_sensor")
    assert [state for _, state in seen] == ["unknown", "moving", "unknown", "moving", "unknown", "moving", "unknown"]


def test_a_towed_car_moves_whatever_its_selector_says_and_its_old_p_counts_no_more() -> None:
    seen = states("tow")
    assert [state for _, state in seen] == ["unknown", "parked", "moving", "parked", "moving", "idling"]


def test_a_ferry_leaves_the_car_parked_for_a_minute_and_then_trusts_nothing_old() -> None:
    seen = states("ferry")
    assert [state for at, state in seen if at > 7200.0] == [
        "parked", "unknown", "parked", "idling", "moving", "idling", "moving",
    ]  # fmt: skip
    assert [at for at, _ in seen if 37.0 < at < 7200.0] == [111.5]
    assert (37.0, "parked") in seen
