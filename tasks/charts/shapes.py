"""Shapes of which all charts are drawn: a line over time with marks, a histogram, horizontal and upright bars."""

import json
import math
from collections.abc import Sequence
from typing import Any

from analytics.results import Anomaly, HistogramBin
from runtime.texts.safe_text import clean, shorten
from tasks.charts.data import clock_axis, spaced
from tasks.charts.event_bands import Band
from tasks.charts.style import FLAG, INK, MAIN, SERIES, WIDTH, Layer, layer, to_svg
from tasks.text import format_number, format_time

MOST_LABELS = 5
"""Most marks with a label."""
LINE_HEIGHT = 230
"""Height of a line chart in pixels."""
_LEAST_BAND = 2
"""Least width in pixels of a band on each side of its start."""
BAR_STEP = 22
"""Height of a bar and the gap below it in pixels."""
_PAPER = "#ffffff"
_STRONG_OR_NOT = {"condition": {"test": "datum.strong", "value": MAIN}, "value": "#b4c0cb"}


def time_line(
    points: list[tuple[int, float]],
    marks: list[tuple[int, Anomaly]],
    bands: Sequence[Band] = (),
    *,
    years: bool = False,
) -> str:
    """Draw a series over time.

    Args:
        points: Clock times in milliseconds with their values, in order; at least two times.
        marks: Times to mark, most important first.
        bands: Events to shade, most important first. Those labels are written that fit, at most 5, first of bands,
            then of marks outside of them.
        years: Labels of marks name the year.

    Returns:
        SVG.
    """
    first, last = points[0][0], points[-1][0]
    values = [value for _, value in points] + [mark.value for _, mark in marks]
    low, high = min(values), max(values)
    if 0 <= low < high * 0.6:
        low = 0.0
    room = (high - low or abs(high) or 1.0) * 0.14
    below = any(mark.score < 0 for _, mark in marks) and low != 0
    low, high = low - (room if below else 0), high + (room if marks or bands else room / 4)
    ticks, named = clock_axis(first, last)
    at = {"values": ticks} if isinstance(ticks, list) else {"tickCount": ticks}
    x = {
        "field": "t",
        "type": "temporal",
        "scale": {"type": "utc", "domain": [first, last], "nice": False},
        "axis": {"title": None, "labelOverlap": "greedy", "labelFlush": True, "labelExpr": named, **at},
    }
    y = {
        "field": "v",
        "type": "quantitative",
        "scale": {"domain": [low, high], "nice": False, "zero": False},
        "axis": {"title": None, "tickCount": 5, "format": "~s" if max(abs(low), abs(high)) >= 10_000 else ",~f"},
    }
    layers: list[Layer] = []
    if bands:
        least = round(_LEAST_BAND * (last - first) / WIDTH)
        spans = [
            {"t": max(band.start - least, first), "end": min(max(band.end, band.start + least), last)} for band in bands
        ]
        layers.append(layer("rect", spans, {"x": x, "x2": {"field": "end"}}, color=FLAG, opacity=0.16))
    line: dict[str, Any] = {"color": SERIES if marks or bands else MAIN, "strokeWidth": 1.3, "strokeJoin": "round"}
    layers.append(layer("line", [{"t": t, "v": v} for t, v in points], {"x": x, "y": y}, **line))
    if marks:
        dot: dict[str, Any] = {
            "color": FLAG,
            "filled": True,
            "size": 46,
            "opacity": 1,
            "stroke": _PAPER,
            "strokeWidth": 1,
        }
        layers.append(layer("point", [{"t": t, "v": mark.value} for t, mark in marks], {"x": x, "y": y}, **dot))
    labels = [
        (band.at, high - room / 2 if band.value is None else band.value, band.above, band.label) for band in bands
    ]
    alone = [(t, mark) for t, mark in marks if mark.time and not any(band.start <= t < band.end for band in bands)]
    labels += [
        (t, mark.value, mark.score >= 0, f"{format_time(mark.time, year=years)} · {format_number(mark.value)}")
        for t, mark in alone
        if mark.time
    ]
    plot = WIDTH - 60
    across = [(t - first) / (last - first or 1) * plot for t, *_ in labels]
    down = [(high - value) / (high - low) * LINE_HEIGHT for _, value, *_ in labels]
    offsets = [-12.0 if above else 14.0 for *_, above, _ in labels]
    width = 6.2 * max((len(text) for *_, text in labels), default=0)
    for i in spaced(list(zip(across, down, strict=True)), offsets, (width, 18), MOST_LABELS):
        t, value, _, text = labels[i]
        align = "left" if across[i] < width / 2 else "right" if across[i] > plot - width / 2 else "center"
        style: dict[str, Any] = {
            "align": align,
            "dy": offsets[i],
            "baseline": "middle",
            "dx": {"left": -4, "right": 4, "center": 0}[align],
        }
        layers += _words([{"t": t, "v": value, "text": text}], {"x": x, "y": y}, INK, **style)
    return to_svg(layers, LINE_HEIGHT)


def histogram(
    bins: list[HistogramBin], column: str, *, marks: list[float] | None = None, median: float | None = None
) -> str:
    """Draw how values spread.

    Args:
        bins: The bars, in order; at least one value.
        column: What the values are, as the axis names it.
        marks: Values to mark below the bars.
        median: The median, drawn as a line where the bins reach it.

    Returns:
        SVG.
    """
    most = max(bin_.count for bin_ in bins)
    low, high = bins[0].low, bins[-1].high
    floor = -0.1 * most if marks else 0.0
    wide = max(abs(low), abs(high)) >= 100_000
    x = {
        "field": "low",
        "type": "quantitative",
        "scale": {"domain": [low, high], "nice": False, "zero": False},
        "axis": {
            "title": column, "tickCount": 8, "format": "~s" if wide else ",~f", "labelFlush": True,
            "labelOverlap": "greedy",
        },
    }  # fmt: skip
    y = {
        "field": "count",
        "type": "quantitative",
        "scale": {"domain": [floor, most * 1.06], "nice": False},
        "axis": {"title": None, "tickCount": 4, "format": "~s" if most >= 10_000 else ",d", "tickMinStep": 1},
    }
    values = [{"low": b.low, "high": b.high, "count": b.count} for b in bins]
    bar: dict[str, Any] = {
        "color": SERIES if marks or median is not None else MAIN, "stroke": _PAPER, "strokeWidth": 0.8
    }  # fmt: skip
    layers = [layer("bar", values, {"x": x, "x2": {"field": "high"}, "y": y, "y2": {"datum": 0}}, **bar)]
    if marks:
        ticks = [{"low": value, "count": floor / 2} for value in marks]
        triangle: dict[str, Any] = {"shape": "triangle-up", "filled": True, "color": FLAG, "size": 55, "opacity": 0.9}
        layers.append(layer("point", ticks, {"x": x, "y": y}, **triangle))
    if median is not None and low <= median <= high:
        rule = [{"low": median, "count": most * 1.06, "text": f"median {format_number(median)}"}]
        right = median > (low + high) / 2
        layers.append(layer("rule", rule, {"x": x}, color=MAIN, strokeWidth=1.6))
        layers += _words(rule, {"x": x, "y": y}, MAIN, align="right" if right else "left", dx=-6 if right else 6, dy=8)
    return to_svg(layers, 190, "Rows")


def bars(
    names: list[str],
    measured: list[float],
    *,
    strong: set[int],
    rule: float | None = None,
    domain: tuple[float, float] | None = None,
    digits: int | None = None,
) -> str | None:
    """Draw named values as horizontal bars, in the order given.

    Args:
        names: Labels; repeated ones are told apart.
        measured: Values.
        strong: Positions of the bars that stand out.
        rule: A value to draw a dashed line at: the mean of all rows.
        domain: Ends of the axis; chosen from the values if left out.
        digits: Decimals of the figures, which then carry their sign; a readable precision if left out.

    Returns:
        SVG; null when a value is not finite.
    """
    if not all(math.isfinite(value) for value in measured):
        return None
    low, high = min(0.0, *measured), max(0.0, *measured)
    span = high - low or 1.0
    domain = domain or (low - (0.12 * span if low < 0 else 0), high + 0.12 * span)
    labels = _distinct(names)
    rows: list[dict[str, Any]] = [
        {
            "name": name, "value": value,
            "text": format_number(value) if digits is None else f"{value:+.{digits}f}",
            "strong": i in strong,
        }
        for i, (name, value) in enumerate(zip(labels, measured, strict=True))
    ]  # fmt: skip
    # Without a limit, which short labels do not reach, the converter measures each text once less.
    limit = 230 if any(len(label) > 15 for label in labels) else 0
    x = {"field": "value", "type": "quantitative", "scale": {"domain": list(domain), "nice": False}, "axis": None}
    y = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "scale": {"paddingInner": 0.3, "paddingOuter": 0.15},
        "axis": {
            "title": None, "labelLimit": limit, "labelColor": INK, "labelFontSize": 12, "domain": False, "ticks": False
        },
    }  # fmt: skip
    layers = [layer("bar", rows, {"x": x, "y": y, "color": _STRONG_OR_NOT})]
    title = None
    if low < 0:
        layers.append(layer("rule", [{"value": 0}], {"x": x}, color="#b8c0c8"))
    if rule is not None and domain[0] <= rule <= domain[1]:
        layers.append(layer("rule", [{"value": rule}], {"x": x}, color=INK, strokeDash=[4, 3], strokeWidth=1.1))
        title = f"Dashed: mean of all rows, {format_number(rule)}"
    layers += _words([row for row in rows if row["value"] >= 0], {"x": x, "y": y}, INK, align="left", dx=6)
    layers += _words([row for row in rows if row["value"] < 0], {"x": x, "y": y}, INK, align="right", dx=-6)
    return to_svg(layers, BAR_STEP * len(rows), title)


def columns(names: list[str], measured: list[float], *, strong: set[int]) -> str | None:
    """Draw named values as upright bars, in the order given: months or years.

    Args:
        names: Labels, short; a space breaks the line.
        measured: Values.
        strong: Positions of the bars that stand out.

    Returns:
        SVG; null when a value is not finite.
    """
    if not all(math.isfinite(value) for value in measured):
        return None
    low, high = min(0.0, *measured), max(0.0, *measured)
    room = 0.12 * (high - low or 1.0)
    figures = len(names) <= 14
    rows: list[dict[str, Any]] = [
        {"at": i, "value": value, "text": format_number(value) if figures or i in strong else "", "strong": i in strong}
        for i, value in enumerate(measured)
    ]
    labels = json.dumps([name.split(" ") if " " in name else name for name in names])
    x = {
        "field": "at",
        "type": "ordinal",
        "sort": None,
        "scale": {"paddingInner": 0.35, "paddingOuter": 0.2},
        "axis": {
            "title": None, "labelAngle": 0, "labelExpr": f"{labels}[datum.value]", "ticks": False,
            "labelOverlap": "greedy",
        },
    }  # fmt: skip
    domain = [low - (room if low < 0 else 0), high + room]
    y = {"field": "value", "type": "quantitative", "scale": {"domain": domain, "nice": False}, "axis": None}
    layers = [layer("bar", rows, {"x": x, "y": y, "color": _STRONG_OR_NOT})]
    words = {"x": x, "y": y, "text": {"field": "text", "type": "nominal"}}
    layers.append(layer("text", [row for row in rows if row["value"] >= 0], words, dy=-8, fontSize=11.5, color=INK))
    layers.append(layer("text", [row for row in rows if row["value"] < 0], words, dy=9, fontSize=11.5, color=INK))
    return to_svg(layers, 190)


def _words(rows: list[dict[str, Any]], places: dict[str, Any], color: str, **style: Any) -> list[Layer]:
    """Write the field `text` of each row at its place, on a white edge: lines and bars run behind the words."""
    encoding = {**places, "text": {"field": "text", "type": "nominal"}}
    style = {**style, "fontSize": 11.5}
    edge: dict[str, Any] = {"stroke": _PAPER, "strokeWidth": 4, "strokeJoin": "round"}
    return [layer("text", rows, encoding, **style, **edge), layer("text", rows, encoding, **style, color=color)]


def _distinct(names: list[str]) -> list[str]:
    """Return different names for names that are cut or repeated: equal ones would be drawn on top of each other."""
    seen: dict[str, int] = {}
    distinct: list[str] = []
    for name in names:
        text = shorten(clean(name), 40) or "(empty)"
        seen[text] = seen.get(text, 0) + 1
        distinct.append(text if seen[text] == 1 else f"{text} ({seen[text]})")
    return distinct
