"""The charts of the report as figures of Plotly (traces and layout). Colours are names that the page's script resolves.

A colour is `brand:<n>`, `line:<n>`, `shade:<n>`, `ink`, `bad` or `muted`: the page has two values of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from carlendar_fleet.analytics.disclosure import Row
from carlendar_fleet.report.findings import ReportFindings, number, share

Trace = dict[str, Any]
Layout = dict[str, Any]
Value = Callable[[Row], float | None]
LOWEST_SHARE = 0.7
"""The share at which a heat map is reddest."""
MOST_LABELLED = 8
"""Rows of a chart up to which their dots have their values beside them."""


class Chart:
    """A chart with its title and what it says; `rows` and `columns` are the same figures as a table."""

    nothing = "Nothing to show: no events, or of fewer than 20 cars."
    """Text instead of an empty chart."""

    def __init__(
        self, title: str, note: str, traces: Sequence[Trace], layout: Layout, columns: Sequence[str],
        rows: Sequence[Sequence[str]],
    ) -> None:  # fmt: skip
        self.title, self.note, self.traces, self.layout = title, note, list(traces), layout
        self.columns, self.rows = columns, rows

    def or_else(self, nothing: str) -> Chart:
        """The chart itself, with another text where there is nothing to show."""
        self.nothing = nothing
        return self

    @property
    def empty(self) -> bool:
        """Whether nothing may be shown."""
        return not self.rows


def lines(
    title: str, note: str, groups: Iterable[tuple[str, str, Sequence[Row]]], value: Value, unit: str, *,
    zero: bool = True,
) -> Chart:  # fmt: skip
    """A line for each group (name, colour, rows with a day)."""
    traces, table = [], []
    found = [(name, colour, {str(row["day"]): value(row) for row in rows}) for name, colour, rows in groups]
    days = sorted({day for *_, own in found for day in own})
    for name, colour, own in found:
        points = [(day, each) for day in days if (each := own.get(day)) is not None]
        if not points:
            continue
        # a day that is not shown is a gap, and a day between two gaps needs a dot to be seen
        traces.append({
            "type": "scatter", "mode": "lines" if len(points) == len(days) else "lines+markers", "name": name,
            "x": days, "y": [own.get(day) for day in days], "connectgaps": False,
            "marker": {"size": 4, "color": colour},
            "line": {"color": colour, "width": 3 if name == "all brands" else 1.8},
            "hovertemplate": f"%{{x|%d %b}}: %{{y:{_format(unit)}}}<extra>{name}</extra>",
        })  # fmt: skip
        table += [(day, name, _text(each, unit)) for day, each in points]
    layout: Layout = {"yaxis": _axis(unit, zero=zero), "xaxis": {"type": "date", "tickformat": "%d %b", "nticks": 8}}
    return Chart(title, note, traces, layout, ("day", "group", title.lower()), table)


def bars(
    title: str, note: str, rows: Sequence[Row], label: str, series: Sequence[tuple[str, str, Value]], unit: str, *,
    horizontal: bool = False, labelled: bool = True,
) -> Chart:  # fmt: skip
    """Bars for each row, grouped by series (name, colour, value)."""
    labels = [str(row[label]).replace("_", " ") for row in rows]
    traces = []
    for name, colour, value in series:
        values = [value(row) for row in rows]
        along, across = ("y", "x") if horizontal else ("x", "y")
        traces.append({
            "type": "bar", "name": name, along: labels, across: values, "orientation": "h" if horizontal else "v",
            "marker": {"color": colour}, "text": [_text(each, unit) for each in values], "textangle": 0,
            "textposition": "auto" if labelled else "none", "constraintext": "none",
            "hovertemplate": f"%{{{along}}}: %{{text}}<extra>{name}</extra>",
        })  # fmt: skip
    axis, category = _axis(unit), {"type": "category", "automargin": True}
    layout: Layout = {"xaxis": axis, "yaxis": category | {"autorange": "reversed"}} if horizontal else {
        "xaxis": category, "yaxis": axis,
    }  # fmt: skip
    layout |= {"barmode": "group", "bargap": 0.3, "showlegend": len(series) > 1}
    table = [(name, *(_text(value(row), unit) for *_, value in series))
             for name, row in zip(labels, rows, strict=True)]  # fmt: skip
    return Chart(title, note, traces, layout, (label, *(name for name, *_ in series)), table)


def ranges(
    title: str, note: str, rows: Sequence[Row], label: str, percentiles: Sequence[tuple[str, Value]], unit: str, *,
    limit: float | None = None,
) -> Chart:  # fmt: skip
    """For each row a line from the first to the last percentile (name, value), with a dot for each of them."""
    labels = [str(row[label]) for row in rows]
    values = [[value(row) or 0 for _, value in percentiles] for row in rows]
    spans: Trace = {
        "type": "scatter", "mode": "lines", "hoverinfo": "skip", "showlegend": False,
        "x": [each for own in values for each in (own[0], own[-1], None)],
        "y": [each for name in labels for each in (name, name, None)], "line": {"color": "muted", "width": 2},
    }  # fmt: skip
    dots: list[Trace] = [
        {
            "type": "scatter", "mode": "markers+text", "name": name, "y": labels, "x": [own[place] for own in values],
            "marker": {"color": f"shade:{place}", "size": 11}, "textposition": "top center", "cliponaxis": False,
            "text": [_text(own[place], "") for own in values] if len(labels) <= MOST_LABELLED else [],
            "hovertemplate": f"%{{y}}: %{{x:{_format(unit)}}} {unit}<extra>{name}</extra>",
        }
        for place, (name, _) in enumerate(percentiles)
    ]  # fmt: skip
    axis = {"type": "category", "automargin": True, "range": [len(labels) - 0.4, -0.7]}
    layout: Layout = {"xaxis": _axis(unit), "yaxis": axis}
    if limit is not None:
        layout["shapes"] = [_limit(limit) | {"xref": "x", "yref": "paper", "x0": limit, "x1": limit, "y0": 0, "y1": 1}]
    table = [(name, *(_text(each, unit) for each in own)) for name, own in zip(labels, values, strict=True)]
    return Chart(title, note, [spans, *dots], layout, (label, *(name for name, _ in percentiles)), table)


def heatmap(title: str, note: str, rows: Sequence[Row], down: str, across: str, value: Value) -> Chart:
    """Shares by two dimensions; a hidden combination is an empty cell."""
    found = {(str(row[down]), str(row[across])): value(row) for row in rows}
    names, columns = sorted({key[0] for key in found}), sorted({key[1] for key in found})
    cells = [[found.get((name, column)) for column in columns] for name in names]
    trace = {
        "type": "heatmap", "x": columns, "y": names, "z": cells, "colorscale": "heat", "showscale": False,
        "zmin": LOWEST_SHARE, "zmax": 1,
        "text": [["" if each is None else f"{each:.1%}" for each in row] for row in cells], "texttemplate": "%{text}",
        "hovertemplate": "%{y}, %{x}: %{text}<extra></extra>", "xgap": 3, "ygap": 3, "hoverongaps": False,
    }  # fmt: skip
    layout: Layout = {"xaxis": {"type": "category"}, "yaxis": {"type": "category", "automargin": True,
                                                             "autorange": "reversed"}}  # fmt: skip
    table = [(name, column, f"{each:.1%}") for (name, column), each in sorted(found.items()) if each is not None]
    return Chart(title, note, [trace], layout, (down, across, "share"), table)


def areas(title: str, note: str, rows: Sequence[Row], group: str) -> Chart:
    """Shares of cars by day, stacked to 100 %."""
    names = sorted({str(row[group]) for row in rows}, key=_version)
    days = sorted({str(row["day"]) for row in rows})
    found = {(str(row[group]), str(row["day"])): number(row, "cars") for row in rows}
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": days,
            "stackgroup": "cars",
            "groupnorm": "percent",
            "y": [found.get((name, day), 0) for day in days],
            "line": {"width": 0.5, "color": f"line:{place}"},
            "hovertemplate": f"%{{x|%d %b}}: %{{y:.1f}} %<extra>{name}</extra>",
        }
        for place, name in enumerate(names)
    ]
    layout: Layout = {
        "yaxis": {"ticksuffix": " %", "range": [0, 100]},
        "xaxis": {"type": "date", "tickformat": "%d %b", "nticks": 8},
    }
    table = [
        (day, name, f"{number:,.0f}") for (name, day), number in sorted(found.items(), key=lambda one: one[0][::-1])
    ]
    return Chart(title, note, traces, layout, ("day", group, "cars"), table)


def by_brand(findings: ReportFindings, measure: str) -> list[tuple[str, str, list[Row]]]:
    """The rows by day of the whole fleet and of each brand, as groups of `lines`."""
    groups = [("all brands", "ink", findings.rows(measure, "day"))]
    rows = findings.rows(measure, "day", "brand")
    for place, brand in enumerate(findings.brands):
        groups.append((brand, f"brand:{place}", [row for row in rows if row["brand"] == brand]))
    return groups


def of(part: str, whole: str) -> Value:
    """A share as the value of a chart."""
    return lambda row: share(row, part, whole)


def figure(name: str, divisor: float = 1) -> Value:
    """A figure as the value of a chart."""
    return lambda row: number(row, name) / divisor


def rate(part: str, whole: str, factor: float) -> Value:
    """One figure per so many of another."""

    def value(row: Row) -> float | None:
        ratio = share(row, part, whole)
        return None if ratio is None else ratio * factor

    return value


def _axis(unit: str, *, zero: bool = True) -> Layout:
    axis: Layout = {"rangemode": "tozero" if zero else "normal", "automargin": True}
    return axis | ({"tickformat": ".1~%"} if unit == "%" else {"ticksuffix": f" {unit}" if unit else ""})


def _limit(at: float) -> Layout:
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": at, "y1": at,
            "line": {"color": "bad", "width": 1.5, "dash": "dash"}}  # fmt: skip


def _format(unit: str) -> str:
    return ".1%" if unit == "%" else ",.2~f"


def _text(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    if unit == "%":
        return f"{value:.1%}"
    text = f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:,.2f}"
    return f"{text} {unit}".rstrip()


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())
