"""Order of the bars of groups: that of a scale where there is one, else by size."""

import re

import pandas as pd
import pytest

from analytics import compare_groups
from tasks.charts.kinds.bars import draw_groups


@pytest.mark.parametrize(
    ("groups", "order"),
    [
        (["Sun", "Mon", "Thu"], ["Mon", "Thu", "Sun"]),
        (["low", "high", "medium"], ["low", "medium", "high"]),
        (["Oslo", "Bergen", "Voss"], ["Voss", "Bergen", "Oslo"]),
    ],
)
def test_bars_stand_in_the_order_of_their_scale(groups, order):
    """Weekdays and steps stand in their own order, cities highest first."""
    frame = pd.DataFrame({"by": groups * 20, "sold": [1.0, 2.0, 3.0] * 20})
    drawing = draw_groups(compare_groups(frame, "sold", "by"), frame, "")
    assert drawing is not None
    shown = [text for text in re.findall(r">([^<>]+)<", drawing.svg) if text in groups]
    assert list(dict.fromkeys(shown)) == order
