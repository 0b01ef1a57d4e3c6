"""Labels of bars."""

import re

from tasks.charts.shapes import bars


def _texts(names: list[str]) -> list[str]:
    svg = bars(names, [float(i + 1) for i in range(len(names))], strong=set())
    assert svg is not None
    return re.findall(r">([^<>]+)</text>", svg)


def test_short_labels_are_whole() -> None:
    """Labels of up to 15 letters are written whole, also of the widest letters."""
    names = ["W" * 15, "M" * 15, "\u6771" * 15]
    assert set(names) <= set(_texts(names))


def test_long_labels_are_cut() -> None:
    """A label that would take the room of the bars is cut, and short ones beside it are whole."""
    texts = _texts(["W" * 30, "short"])
    assert "W" * 30 not in texts
    assert "short" in texts
