"""Figures as one HTML page that loads nothing and runs nothing: facts, charts over time, and a table of the groups."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from deployments.stats.words import COLUMNS, GROUP_TITLES, group_columns
from runtime.budget import in_dollars
from runtime.files.output_files import make_directory, write_output
from runtime.settings import get_settings
from runtime.stats.figures import Figures, Period, Stats
from runtime.texts.safe_text import clean
from tasks.trace.words import duration

_FOLDER = Path(__file__).parent / "page_files"
_HEIGHT = 100.0
"""Height of a drawing in its own units; the page stretches it."""


@dataclass(frozen=True)
class _Series:
    """One colour of a chart.

    Attributes:
        name: Its name in the legend.
        tone: Class of its colour.
        value: Its value in a period.
    """

    name: str
    tone: str
    value: Callable[[Figures], float]


@dataclass(frozen=True)
class _Chart:
    """Bars over the periods; series stand on each other, or side by side.

    Attributes:
        title: What it shows.
        text: A value in words.
        series: Its series.
        stacked: Whether they stand on each other.
    """

    title: str
    text: Callable[[float], str]
    series: Sequence[_Series]
    stacked: bool = True


def _in_state(*states: str) -> Callable[[Figures], float]:
    return lambda figures: float(sum(figures.runs.get(state, 0) for state in states))


_CHARTS = (
    _Chart(
        "Runs",
        lambda value: f"{value:,.0f}",
        (
            _Series("completed", "good", _in_state("completed")),
            _Series(
                "running, waiting or cancelled", "plain", _in_state("running", "waiting for approval", "cancelled")
            ),
            _Series(
                "failed, interrupted or out of budget", "bad", _in_state("failed", "interrupted", "budget exceeded")
            ),
        ),
    ),
    _Chart(
        "Calls",
        lambda value: f"{value:,.0f}",
        (
            _Series("model", "model", lambda figures: figures.model_calls),
            _Series("tool", "tool", lambda figures: figures.tool_calls),
            _Series("replayed", "plain", lambda figures: figures.replayed),
        ),
    ),
    _Chart("Cost", in_dollars, (_Series("known prices", "model", lambda figures: figures.usd or 0.0),)),
    _Chart(
        "Time of a model call",
        duration,
        (
            _Series("median", "tool", lambda figures: figures.model_seconds.p50 if figures.model_seconds else 0.0),
            _Series(
                "95th percentile", "plain", lambda figures: figures.model_seconds.p95 if figures.model_seconds else 0.0
            ),
        ),
        stacked=False,
    ),
)


def write_page(stats: Stats) -> Path:
    """Write the page to the data directory and return its path.

    Raises:
        OSError: It cannot be written.
        runtime.files.data_directory.DataDirectoryError: The data directory cannot be used.
    """
    path = get_settings().stats_dir / "stats.html"
    make_directory(path.parent)
    write_output(path, render_page(stats).encode("utf-8", "replace"))
    return path


def render_page(stats: Stats) -> str:
    """Render the page."""
    periods = _without_gaps(stats)
    columns = group_columns(stats.by) if stats.by else {}
    return _template().render(
        since=_time(stats.since),
        until=_time(stats.until),
        facts=[(title, text(stats.total)) for title, text in COLUMNS.items()],
        charts=[_drawn(chart, stats, periods) for chart in _CHARTS] if len(periods) > 0 else [],
        unit="hour" if stats.period_seconds < 86400 else "day",
        by=GROUP_TITLES[stats.by] if stats.by else "",
        columns=list(columns),
        groups=[
            (
                clean(group.name, 200) if group.name is not None else "-",
                [text(group.figures) for text in columns.values()],
            )
            for group in stats.groups
        ],
        style=(_FOLDER / "page.css").read_text(),
    )


def _without_gaps(stats: Stats) -> list[tuple[float, Figures | None]]:
    """Return every period from the first to the last one, with its figures."""
    known = {round(period.start / stats.period_seconds): period for period in stats.periods}
    numbers = range(min(known), max(known) + 1) if known else range(0)
    return [(number * stats.period_seconds, _figures(known.get(number))) for number in numbers]


def _figures(period: Period | None) -> Figures | None:
    return None if period is None else period.figures


def _drawn(chart: _Chart, stats: Stats, periods: Sequence[tuple[float, Figures | None]]) -> dict[str, Any]:
    """Return what the template needs of a chart: its bars in units of a period's width and of its height."""
    values = [[series.value(figures) if figures else 0.0 for series in chart.series] for _, figures in periods]
    top = max((sum(row) if chart.stacked else max(row) for row in values), default=0.0)
    bars: list[dict[str, Any]] = []
    for place, ((start, _), row) in enumerate(zip(periods, values, strict=True)):
        below, width = 0.0, 0.8 if chart.stacked else 0.8 / len(row)
        for number, (series, value) in enumerate(zip(chart.series, row, strict=True)):
            if not value or not top:
                continue
            height = _HEIGHT * value / top
            left = place + 0.1 + (0.0 if chart.stacked else number * width)
            bars.append(
                {
                    "x": round(left, 3),
                    "y": round(_HEIGHT - below - height, 2),
                    "width": round(width, 3),
                    "height": round(height, 2),
                    "tone": series.tone,
                    "title": f"{_label(start, stats)}: {chart.text(value)} {series.name}",
                }
            )
            below += height if chart.stacked else 0.0
    return {
        "title": chart.title,
        "bars": bars,
        "width": len(periods),
        "top": chart.text(top) if top else "0",
        "legend": [(series.name, series.tone) for series in chart.series],
        "first": _label(periods[0][0], stats),
        "last": _label(periods[-1][0], stats) if len(periods) > 1 else "",
    }


def _label(start: float, stats: Stats) -> str:
    form = "%b %d, %H:%M" if stats.period_seconds < 86400 else "%b %d"
    return datetime.fromtimestamp(start, UTC).strftime(form)


def _time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(max(seconds, 0), UTC):%Y-%m-%d %H:%M} UTC"


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("page.html.jinja")
