"""The report's page: what it says, that it needs nothing from elsewhere, and that it shows no small group."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from unittest.mock import patch

import plotly.graph_objects as go
import pytest

from carlendar.errors import UsageError
from carlendar_fleet.analytics.disclosure import Row
from carlendar_fleet.analytics.duckdb_engine import DuckDBEngine
from carlendar_fleet.analytics.published import Published
from carlendar_fleet.commands import analytics, report
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.report.attention import Severity, notices
from carlendar_fleet.report.charts import Chart
from carlendar_fleet.report.data_quality import DataQuality, dead_letters, event_bytes, monthly_bytes
from carlendar_fleet.report.findings import ReportFindings, share
from carlendar_fleet.report.gather import gather, last_days
from carlendar_fleet.report.page import page
from carlendar_fleet.report.sections import sections
from carlendar_fleet.report.tiles import tiles
from carlendar_fleet.simulate.fleet import simulated_fleet
from carlendar_fleet.simulate.offline import write_history
from tests.fleet.powerbi import golden

BEGIN, DAYS = date(2026, 10, 1), 8
NOW = datetime(2026, 10, 15, 6, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Days of a simulated fleet, and some dead letters."""
    folder = DataFolder(tmp_path_factory.mktemp("report") / "fleet")
    write_history(folder, simulated_fleet(120, DAYS, 5, BEGIN))
    letters = folder.dead_letters / f"day={BEGIN + timedelta(days=3)}"
    letters.mkdir(parents=True)
    lines = [b'{"reason": "no_consent", "payload": "<script>alert(1)</script>"}'] * 3 + [b"not json"]
    (letters / "part-1.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    return folder


def found(data: DataFolder, days: int = DAYS) -> ReportFindings:
    engine = DuckDBEngine(data.events)
    try:
        return gather(data, engine, last_days(data, days, NOW.date()), NOW)
    finally:
        engine.close()


@pytest.fixture(scope="module")
def findings(data: DataFolder) -> ReportFindings:
    return found(data)


@pytest.fixture(scope="module")
def html(findings: ReportFindings) -> str:
    return page(findings)


class Links(HTMLParser):
    """Collects what the page would load, the ids, and the links within it."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.ids: list[str] = []
        self.anchors: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag's addresses."""
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "srcset", "poster", "data", "action") or (name == "href" and tag != "a"):
                self.loaded.append(value or "")
            elif name == "id":
                self.ids.append(value or "")
            elif name == "href":
                self.anchors.append(value or "")


def test_the_page_loads_nothing(html: str) -> None:
    links = Links()
    links.feed(html)
    assert links.loaded == []
    assert not {"link", "iframe", "img", "object", "embed", "base", "form"} & set(links.tags)
    assert "default-src 'none'" in html
    assert all(each.startswith("#") and each[1:] in links.ids for each in links.anchors)


def test_the_page_has_the_parts_an_engineer_needs(html: str) -> None:
    titles = re.findall(r"<h2>([^<]+)</h2>", html)
    assert titles == ["Overview", "Joining", "Reliability", "Safety", "Brands", "Data quality"]
    assert "Cost of a car" in html
    assert "Dead letters by reason" in html


def test_every_chart_is_a_valid_figure_and_has_its_figures_as_a_table(findings: ReportFindings) -> None:
    charts = [chart for section in sections(findings) for chart in section.charts]
    shown = [chart for chart in charts if not chart.empty]
    assert len(shown) > 20
    for chart in shown:
        named = json.loads(re.sub(r'"(?:brand|line|shade):\d"|"(?:ink|bad|muted|heat)"', '"#123456"', as_json(chart)))
        for trace in named["data"]:
            if trace.get("colorscale") == "#123456":
                trace["colorscale"] = "Blues"
        go.Figure(named)
        assert all(len(row) == len(chart.columns) for row in chart.rows)


def as_json(chart: Chart) -> str:
    return json.dumps({"data": chart.traces, "layout": chart.layout})


def test_the_figures_within_the_page_are_json_that_cannot_end_the_script(html: str) -> None:
    (text,) = re.findall(r'<script type="application/json" id="figures">(.*?)</script>', html, re.DOTALL)
    assert "<" not in text
    assert json.loads(text)


def test_a_payload_of_a_dead_letter_is_not_shown(html: str, findings: ReportFindings) -> None:
    assert findings.quality.reasons == {"no_consent": 3, "unreadable line": 1}
    assert "alert(1)" not in html.replace("Plotly", "")


def test_no_vehicle_and_no_subject_is_on_the_page(html: str, data: DataFolder) -> None:
    fleet = simulated_fleet(120, DAYS, 5, BEGIN)
    text = html[html.index("<main>") : html.index("<footer>")]
    assert not any(each in text for each in (*fleet.ids, *fleet.subjects))


def test_the_tiles_state_the_key_figures(findings: ReportFindings) -> None:
    shown = {each.label: each.value for each in tiles(findings)}
    assert set(shown) == {"Active cars", "Join success", "90 % joined within", "Crashes in 1,000 h", "Stale calendars",
                          "Tightening (99 %)", "Cost of a car"}  # fmt: skip
    assert int(shown["Active cars"]) > 90
    assert shown["Join success"].endswith("%")


def hand_made(results: dict[str, Published]) -> ReportFindings:
    return ReportFindings(golden.PERIOD, NOW, results, DataQuality({}, {}))


def test_anomalies_and_late_tightenings_are_the_first_notices() -> None:
    first, second = notices(hand_made(golden.results()))[:2]
    assert (first.severity, first.section) == (Severity.SERIOUS, "reliability")
    assert first.text == "strada: crashes rose from 1.00% to 4.00% with version 0.5.0"
    assert second.severity < Severity.SERIOUS
    late = Published("tightening_latency", ({"brand": None, "version": None, "frames": 900, "over_limit": 40,
                                             "p99_ms": 120, "cars": 20},), 0)  # fmt: skip
    texts = [each.text for each in notices(hand_made(golden.results() | {"tightening_latency": late}))]
    assert texts[0] == "40 restrictions were drawn later than 500 ms"


def test_a_display_that_a_watchdog_ended_is_serious() -> None:
    kind: Row = {"brand": None, "kind": "deadline_missed", "occurrences": 3, "cars": 20}
    found = notices(hand_made(golden.results() | {"watchdog_events": Published("watchdog_events", (kind,), 0)}))
    assert "ended the display 3 times" in found[0].text + found[1].text
    assert found[1].severity is Severity.SERIOUS


def test_a_hidden_number_of_cars_is_no_zero() -> None:
    row: Row = {"joining_cars": None, "cars": 50}
    assert share(row, "joining_cars", "cars") is None
    assert share({"joining_cars": 0, "cars": 50}, "joining_cars", "cars") == 0


def test_where_every_group_is_too_small_the_page_shows_no_figure() -> None:
    small = hand_made({name: Published(name, (), 7) for name in golden.results()})
    assert all(chart.empty for section in sections(small) for chart in section.charts)
    assert all(each.value == "–" for each in tiles(small))
    assert notices(small) == []
    text = page(small)
    assert "Nothing to show: no events, or of fewer than 20 cars." in text
    assert "Nothing is out of bounds." in text
    assert f"{7 * len(golden.results())} rows are left out" in text


def test_the_cost_of_a_car_follows_from_the_size_of_its_events() -> None:
    sizes = event_bytes()
    assert all(300 < each < 600 for each in sizes.values())
    assert monthly_bytes({"join": 200}, 20, 10) == pytest.approx(sizes["join"] * 200 / 20 / 10 * 30)
    assert monthly_bytes({"join": 200}, 0, 10) == 0


def test_dead_letters_outside_the_period_do_not_count(data: DataFolder) -> None:
    assert dead_letters(data.dead_letters, last_days(data, 2, NOW.date())).dead_letters == 0


def test_the_command_writes_one_file(
    data: DataFolder, findings: ReportFindings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "report.html"
    with patch("carlendar_fleet.report.gather.gather", return_value=findings):
        assert report.run(html=str(target), data=str(data.root), days=7, until=None) == 0
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "2026-10-02 to 2026-10-08" in capsys.readouterr().out


def test_without_events_the_command_says_how_to_get_some(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="carlendar fleet up"):
        report.run(html=str(tmp_path / "report.html"), data=str(tmp_path / "none"), days=7, until=None)


def test_a_report_that_cannot_be_written_is_one_line(data: DataFolder, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        report.run(html=str(tmp_path / "no" / "report.html"), data=str(data.root), days=1, until=None)


def test_the_figures_of_a_measure_are_printed(data: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    show = partial(analytics.run, engine="duckdb", data=str(data.root), days=DAYS, until=None)
    assert show(measure="glances", as_json=True) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["rows"][0]["cars"] >= 20
    assert printed["figures"]["glances"]["meaning"] == "glances, as modelled"
    assert show(measure="", as_json=False) == 0
    assert "rollout_anomalies" in capsys.readouterr().out
    with pytest.raises(UsageError, match="there is no measure"):
        show(measure="everything", as_json=False)


def test_a_day_that_is_not_over_and_a_car_with_a_fast_clock_do_not_move_the_period(tmp_path: Path) -> None:
    data, today = DataFolder(tmp_path), date(2026, 10, 15)
    for day in ("2026-10-15", "2026-10-16", "2026-10-13"):
        (data.events / "sync" / f"day={day}").mkdir(parents=True)
    assert last_days(data, 2, today).last == date(2026, 10, 13)
    (data.events / "sync" / "day=2026-10-13").rmdir()
    assert last_days(data, 2, today).last == today
    assert last_days(data, 2, today, date(2026, 10, 16)).last == date(2026, 10, 16)
