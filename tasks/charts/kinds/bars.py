"""Bars of groups and of pairs of columns."""

from collections.abc import Sequence

import pandas as pd

from analytics.engine.relation import Relation
from analytics.profile.scales import in_order_of_scale
from analytics.results import Correlations, Drivers, Group, GroupComparison
from runtime.texts.safe_text import clean, shorten
from tasks.charts.drawing import Drawing
from tasks.charts.shapes import bars
from tasks.charts.style import ALL_BARS, MOST_BARS
from tasks.text import format_number

NAMELESS = "(missing)"
"""Name of the group of rows that have none."""
LEAST_ROWS = 5
"""Rows of a group that is called highest or lowest; a mean over fewer says little."""
MOST_PAIRS = 12
"""Bars of a chart of pairs."""


def draw_groups(result: GroupComparison, _frame: pd.DataFrame | Relation, _statement: str) -> Drawing | None:
    """Groups as horizontal bars, in the order of their scale, else highest first; the two ends stand out."""
    if len(result.groups) < 2:
        return None
    shown = result.groups if len(result.groups) <= ALL_BARS else result.groups[:MOST_BARS]
    column, by = shorten(clean(result.column), 40), shorten(clean(result.by), 40)
    measured = [float(getattr(group, result.sorted_by)) for group in shown]
    of = f", highest {len(shown)} of {result.groups_in_all:,}" if result.groups_in_all > len(shown) else ""
    mean = result.overall_mean if result.sorted_by == "mean" else None
    ends = _ends(shown, measured)
    alt = (
        f"Bars of the {result.sorted_by} of {column} for {len(shown)} values of {by}"
        + (f": {_ends_in_words(shown, measured, ends)}." if ends else ".")
        + (f" The mean of all rows is {format_number(mean)}." if mean is not None else "")
    )
    strong = set(ends[:1] if of else ends)
    places = list(range(len(shown))) if of else _in_order(shown)
    names, values = [shown[place].name for place in places], [measured[place] for place in places]
    svg = bars(names, values, strong={at for at, place in enumerate(places) if place in strong}, rule=mean)
    return Drawing(f"{result.sorted_by.capitalize()} of {column} by {by}{of}", alt, svg) if svg else None


def _in_order(shown: Sequence[Group]) -> list[int]:
    """Places of the groups in the order of their scale, such as weekdays, if they are one; else as they are."""
    order = in_order_of_scale([group.name for group in shown if group.name != NAMELESS])
    known = {name: place for place, name in enumerate(order)}
    return sorted(range(len(shown)), key=lambda place: known.get(shown[place].name, len(known)))


def _ends(shown: Sequence[Group], measured: Sequence[float]) -> list[int]:
    """Places of the highest and the lowest group; none where they are equal, or fewer than two groups can be ranked."""
    ranked = [n for n, group in enumerate(shown) if group.count >= LEAST_ROWS and group.name != NAMELESS]
    if len(ranked) < 2 or measured[ranked[0]] == measured[ranked[-1]]:
        return []
    return [ranked[0], ranked[-1]]


def _ends_in_words(shown: Sequence[Group], measured: Sequence[float], ends: Sequence[int]) -> str:
    first, last = (f"{clean(shown[place].name, 60)} ({format_number(measured[place])})" for place in ends)
    small = any(group.count < LEAST_ROWS or group.name == NAMELESS for group in shown)
    left_out = f"; groups without a name or of fewer than {LEAST_ROWS} rows are not ranked" if small else ""
    return f"highest {first}, lowest shown {last}{left_out}"


def draw_correlations(result: Correlations, _frame: pd.DataFrame | Relation, _statement: str) -> Drawing | None:
    """The strongest pairs as bars from -1 to 1."""
    pairs = result.pairs[:MOST_PAIRS]
    if len(pairs) < 2:
        return None  # one pair is told in words instead
    names = [f"{shorten(clean(pair.left), 22)} \u00d7 {shorten(clean(pair.right), 22)}" for pair in pairs]
    alt = "Bars of Spearman's rank correlation: " + ", ".join(
        f"{name} {pair.coefficient:+.2f}" for name, pair in zip(names[:5], pairs, strict=False)
    )
    measured = [pair.coefficient for pair in pairs]
    # Room for the figures beside the bars, and no empty half where all pairs move the same way.
    domain = (-1.12 if min(measured) < 0 else 0.0, 1.12 if max(measured) > 0 else 0.0)
    svg = bars(names, measured, strong=set(range(len(names))), domain=domain, digits=2)
    return Drawing("Strongest rank correlations between columns (Spearman)", alt + ".", svg) if svg else None


def draw_drivers(result: Drivers, _frame: pd.DataFrame | Relation, _statement: str) -> Drawing | None:
    """Draw the part of each segment in the change as bars; of a change that is spread, its largest parts."""
    shown = (result.segments or result.largest)[:MOST_BARS]
    if not shown:
        return None
    names = [shorten(clean(each.segment), 46) for each in shown]
    effects = [each.effect for each in shown]
    column, before, after = (
        shorten(clean(text), 40) for text in (result.column, result.before_label, result.after_label)
    )
    told = ", ".join(f"{name} {format_number(effect)}" for name, effect in zip(names, effects, strict=True))
    whole = format_number(result.change)
    alt = f"Bars of parts of the change of {column} from {before} to {after}, {whole} in all: {told}."
    svg = bars(names, effects, strong=set(range(len(result.segments[:MOST_BARS]))))
    return Drawing(f"Parts of the change of {column}, {before} to {after}", alt, svg) if svg else None
