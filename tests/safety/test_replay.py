"""`carlendar safety`: traces in, documented lines out; unusable traces named by line."""

from __future__ import annotations

import gzip
import io
import json
import os
import threading
import tracemalloc
from pathlib import Path

import pytest

from carlendar.errors import UsageError
from carlendar.safety.replay import run

MOVING_LIMITS = {"rows": 4, "items": 12, "depth": 2, "title": 30, "string": 60, "page": 220}
ALL = [
    "no_dialpad",
    "no_filtering",
    "limit_string_length",
    "no_keyboard",
    "no_video",
    "limit_content",
    "no_setup",
    "no_text_message",
    "no_voice_transcription",
]


def replayed(path: Path) -> list[dict[str, object]]:
    out = io.StringIO()
    assert run(path, True, out) == 0
    return [json.loads(line) for line in out.getvalue().splitlines()]


def trace(folder: Path, *lines: str) -> Path:
    path = folder / "trace.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def speed(t: float, value: object) -> str:
    return json.dumps({"t": t, "signal": "Vehicle.Speed", "value": value})


def selector(t: float, value: object) -> str:
    return json.dumps({"t": t, "signal": "Vehicle.Powertrain.Transmission.SelectedGear", "value": value})


def test_the_documented_lines(tmp_path: Path) -> None:
    path = trace(tmp_path, selector(0.25, 126), *(speed(0.25 + n / 2, 0.0) for n in range(4)), '{"t": 60}')
    free = dict.fromkeys(MOVING_LIMITS)
    assert replayed(path) == [
        {"t": 0.0, "state": "unknown", "restrictions": ALL, "limits": MOVING_LIMITS, "cause": "no signal yet"},
        {"t": 1.25, "state": "parked", "restrictions": [], "limits": free, "cause": "speed zero for 1.0 s and in P"},
        {
            "t": 2.75,
            "state": "unknown",
            "restrictions": ALL,
            "limits": MOVING_LIMITS,
            "cause": "speed not confirmed for 1.0 s",
        },
    ]


def test_a_speed_line_confirms_and_one_from_memory_does_not(tmp_path: Path) -> None:
    def line(t: float, **more: object) -> str:
        return json.dumps({"t": t, "signal": "Vehicle.Speed", "value": 0.0} | more)

    plain = [line(n / 2) for n in range(20)]
    assert [state["t"] for state in replayed(trace(tmp_path, selector(0, 126), *plain))] == [0.0, 1.0]
    fresh = [line(n / 2, reported=-500 + n / 2) for n in range(20)]
    assert [state["t"] for state in replayed(trace(tmp_path, selector(0, 126), *fresh))] == [0.0, 1.0]
    retained = [line(n / 2, reported=min(n, 4)) for n in range(20)]
    states = [(state["t"], state["state"]) for state in replayed(trace(tmp_path, selector(0, 126), *retained))]
    assert states == [(0.0, "unknown"), (1.0, "parked"), (3.0, "unknown")]


def test_an_empty_trace_has_the_first_state_alone(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.write_bytes(b"")
    assert [line["state"] for line in replayed(path)] == ["unknown"]


def test_numbers_that_no_speed_can_be_are_signals_too(tmp_path: Path) -> None:
    drive = [selector(0, 126), speed(0, 0), speed(0.5, 0), speed(1, 0)]
    for value in ("NaN", "Infinity", "1e999", "1" + "0" * 400, "[1]", "{}", "null", '"fast"'):
        path = trace(tmp_path, *drive, f'{{"t": 1.5, "signal": "Vehicle.Speed", "value": {value}}}')
        assert [(line["t"], line["state"]) for line in replayed(path)][1:] == [(1.0, "parked"), (1.5, "unknown")]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[1, 2]", "is not a JSON object"),
        ("{}", "t is not a number"),
        ('{"t": "1"}', "t is not a number"),
        ('{"t": true}', "t is not a number"),
        ('{"t": NaN}', "t is not between"),
        ('{"t": 1e999}', "t is not between"),
        ('{"t": -1}', "t is not between"),
        ('{"t": 1' + "0" * 400 + "}", "t is not between"),
        ('{"t": 1, "signal": "Vehicle.Speed"}', "has no value"),
        ('{"t": 1, "value": 3}', "signal is not a name"),
        ('{"t": 1, "signal": 4, "value": 3}', "signal is not a name"),
        ('{"t": 0.4}', "t decreases from 0.5 to 0.4"),
        ('{"t": 1, "t": 2}', "duplicate key t"),
        ('{"t": 1, "signal": "Vehicle.Speed", "value": 0, "value": 50}', "duplicate key value"),
        ('{"t": 1, "signal": "Vehicle.Speed", "value": 0, "unit": 3}', "unit is not a name"),
        ('{"t": 1, "signal": "Vehicle.Speed", "value": 0, "unit": "m/s"}\n' + speed(1.0, 0), "has a different unit"),
        ('{"t": 1, "signal": "Vehicle.Speed", "value": 0, "reported": "now"}', "reported is not a number"),
        ('{"t": 1, "signal": "Vehicle.Speed", "value": 0, "reported": true}', "reported is not a number"),
        ('{"t": 1, "signal": "Vehicle.Speed", "value": 0, "reported": NaN}', "reported is not a number"),
        ('{"t": 1, "signal": "Vehicle.Speed", "value": 0, "reported": 1e13}', "reported is not a number"),
        ("\0" * 1_000_001, "is longer than 1,000,000 bytes"),
        ('{"t": 1, "signal": "Vehicle.Speed", "value": ' + " " * 1_000_000 + "0}", "is longer than"),
    ],
)
def test_unusable_lines_are_named_and_nothing_is_printed(tmp_path: Path, line: str, why: str) -> None:
    out = io.StringIO()
    with pytest.raises(UsageError, match=f"line [23].*{why}"):
        run(trace(tmp_path, '{"t": 0.5}', line), True, out)
    assert out.getvalue() == ""


def test_unreadable_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        run(tmp_path / "none", True, io.StringIO())
    with pytest.raises(UsageError, match="cannot be read"):
        run(tmp_path, True, io.StringIO())
    (tmp_path / "binary").write_bytes(b'{"t": 0}\n\xff\xfe\x00')
    with pytest.raises(UsageError, match="line 2 is not UTF-8 text"):
        run(tmp_path / "binary", True, io.StringIO())
    (tmp_path / "packed").write_bytes(gzip.compress(b'{"t": 0}\n')[:15])
    with pytest.raises(UsageError, match="line 1 is not UTF-8 text"):
        run(tmp_path / "packed", True, io.StringIO())


def test_what_editors_do_to_a_file_is_forgiven(tmp_path: Path) -> None:
    path = tmp_path / "trace"
    path.write_bytes(b"\xef\xbb\xbf" + speed(0.5, 20).encode() + b"\r\n\r\n  \n" + speed(0.75, 21).encode())
    assert [(line["t"], line["state"]) for line in replayed(path)] == [(0.0, "unknown"), (0.5, "moving")]


def test_a_pipe_is_read_as_a_file_is(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_text(speed(0.5, 20) + "\n"))
    writer.start()
    assert [line["state"] for line in replayed(path)] == ["unknown", "moving"]
    writer.join()


def test_a_large_trace_is_not_kept_in_memory(tmp_path: Path) -> None:
    path = trace(tmp_path, *(speed(n / 10, 50.0) for n in range(20_000)))
    tracemalloc.start()
    assert [line["state"] for line in replayed(path)] == ["unknown", "moving"]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert path.stat().st_size > 1_000_000
    assert peak < 400_000


def test_the_table_tells_the_same_for_people(tmp_path: Path) -> None:
    out = io.StringIO()
    run(trace(tmp_path, speed(0.125, 50)), False, out)
    table = out.getvalue()
    assert "moving" in table
    assert "0.125" in table
    assert "speed is not zero" in table
    assert "all 9" in table
