"""One quiet look for all charts, and their way from layers in Vega-Lite to SVG."""

from typing import Any

from tasks.charts.converter import svg_of

INK = "#1f2933"
MUTED = "#5c6770"
GRID = "#e6e9ec"
SERIES = "#8fa1b3"
"""The data itself."""
MAIN = "#2b6592"
"""Colour of the marks that a chart points out."""
FLAG = "#c4481a"
"""Anomalies, and nothing else. Colour-blind eyes tell it from MAIN; on grey paper its marks differ by shape."""

WIDTH = 720
"""Width in pixels of every chart, axes included."""
MOST_BARS = 15
"""Bars of a chart that leaves some out."""
ALL_BARS = 18
"""Up to here leaving some out is worse than showing all."""
MAX_POINTS = 2_000
"""Most points of a line: more than the pixels that could show them."""

# Liberation Sans is what the converter brings along to measure text; the others have the same widths.
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"

_CONFIG: dict[str, Any] = {
    "background": "#ffffff",
    "font": FONT,
    "view": {"stroke": None},
    "padding": {"left": 2, "right": 14, "top": 4, "bottom": 4},
    "title": {
        "anchor": "start",
        "frame": "bounds",
        "fontSize": 12,
        "fontWeight": "normal",
        "color": MUTED,
        "offset": 10,
        "limit": 680,
    },
    "axis": {
        "labelColor": MUTED,
        "labelFontSize": 11.5,
        "titleColor": MUTED,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": GRID,
        "domainColor": "#b8c0c8",
        "tickColor": "#b8c0c8",
        "labelLimit": 0,  # numbers, times and other short labels: measuring texts is most of what a chart costs
        "labelPadding": 5,
        "titlePadding": 8,
        "titleLimit": 640,
    },
    "axisY": {"domain": False, "ticks": False},
    "axisX": {"grid": False},
}


Layer = dict[str, Any]
"""A layer of a chart, as Vega-Lite's JSON has it."""


def layer(mark: str, rows: list[dict[str, Any]], encoding: dict[str, Any], **style: Any) -> Layer:
    """Make a layer of a chart.

    Args:
        mark: Name of Vega-Lite's mark: line, bar, rect, point, rule or text.
        rows: Data, one mark each; a line joins all.
        encoding: Channels such as `x`, by Vega-Lite's names.
        style: Properties of the mark.
    """
    return {"data": {"values": rows}, "mark": {"type": mark, **style}, "encoding": encoding}


def to_svg(layers: list[Layer], height: float, title: str | None = None) -> str:
    """Convert a chart to a static SVG.

    Args:
        layers: Its layers, the lowest first.
        height: Height of the plotting area in pixels.
        title: A line above the chart's left edge, for what the report's caption does not say.

    Raises:
        ValueError: The specification is not valid, or the converter failed.
    """
    spec: dict[str, Any] = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": WIDTH,
        "height": height,
        "layer": layers,
        "config": _CONFIG,
        "autosize": {"type": "fit-x", "contains": "padding"},
    }
    if title:
        spec["title"] = title
    return svg_of(spec)
