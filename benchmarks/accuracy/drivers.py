"""Planted causes that the search for drivers names, next to the segments that changed most.

    python -m benchmarks.accuracy.drivers
    python -m benchmarks.accuracy.drivers --json
    python -m benchmarks.accuracy.drivers --tables 50

Each table has a year of orders, by region, channel, product and plan, whose numbers wobble from month to month. In the
last month one cause of a known shape is planted, or none. The naive answer beside it are the segments of one column
with the largest absolute change, as many as were planted (one where none was).
"""

import argparse
import json
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.drivers.explain import explain_change, explain_miss
from analytics.results import Drivers

_WIDTHS = {"region": 5, "channel": 3, "product": 12, "plan": 4}
_MONTHS = pd.date_range("2024-01-01", periods=12, freq="MS")
_NOISE = {"none": 0.0, "some": 0.05, "much": 0.1}
"""Relative standard deviation of the monthly wobble of each value, and of a forecast's error in each cell."""

Segment = frozenset[tuple[str, str]]

SHAPES: dict[str, tuple[list[dict[str, str]], float]] = {
    "one segment": ([{"region": "region1"}], 1.8),
    "one falls": ([{"product": "product2"}], 0.3),
    "two segments": ([{"region": "region1"}, {"channel": "channel2"}], 1.8),
    "two of a column": ([{"product": "product1"}, {"product": "product5"}], 2.2),
    "pair": ([{"region": "region2", "channel": "channel1"}], 2.5),
    "two pairs": ([{"region": "region2", "channel": "channel0"}, {"region": "region3", "channel": "channel0"}], 2.5),
    "three columns": ([{"region": "region1", "channel": "channel0", "plan": "plan1"}], 5.0),
    "mix": ([{"product": "product3"}], 3.0),
    "rate": ([{"region": "region4"}], 1.3),
    "all alike": ([], 1.4),
    "nothing": ([], 1.0),
}
"""Planted segments, and the factor of their totals (of their rows for `mix`, of their amounts for `rate`)."""


@dataclass(frozen=True)
class Case:
    """A table with what was planted in it.

    Attributes:
        frame: The rows.
        planted: The segments.
        means: Means are compared.
    """

    frame: pd.DataFrame
    planted: set[Segment]
    means: bool


def made(shape: str, noise: float, seed: int, rows: int = 3000) -> Case:
    """A year of orders with a cause planted in December."""
    random = np.random.default_rng(seed)
    where, factor = SHAPES[shape]
    odds = {name: random.dirichlet(np.full(width, 5.0)) for name, width in _WIDTHS.items()}
    price = np.exp(random.normal(0, 0.5, _WIDTHS["product"]))
    if shape == "mix":
        price[3] = 4 * price.mean()
    frames: list[pd.DataFrame] = []
    for month in _MONTHS:
        weight = {name: odds[name] * np.exp(random.normal(0, noise, width)) for name, width in _WIDTHS.items()}
        count = random.poisson(rows * (factor if shape == "all alike" and month == _MONTHS[-1] else 1))
        drawn = {name: random.choice(len(p), count * 5, p=p / p.sum()) for name, p in weight.items()}
        part = pd.DataFrame({name: [f"{name}{code}" for code in codes] for name, codes in drawn.items()})
        amount = random.lognormal(3, 0.4, len(part)) * price[drawn["product"]]
        keep = np.ones(len(part))
        if month == _MONTHS[-1] and shape != "all alike":
            for conditions in where:
                inside = _inside(part, conditions)
                keep[inside] *= factor if shape != "rate" else 1
                amount[inside] *= factor if shape == "rate" else 1
        part["amount"], part["day"] = amount, month + pd.to_timedelta(random.integers(0, 28, len(part)), "D")
        frames.append(part[random.random(len(part)) < keep / 5])
    planted = {frozenset(conditions.items()) for conditions in where}
    return Case(pd.concat(frames, ignore_index=True), planted, shape in ("mix", "rate"))


def forecast(shape: str, noise: float, seed: int) -> Case:
    """A row for each combination, with its value and a forecast of it."""
    random = np.random.default_rng(seed)
    where, factor = SHAPES[shape]
    grid = pd.MultiIndex.from_product([[f"{n}{i}" for i in range(w)] for n, w in _WIDTHS.items()], names=list(_WIDTHS))
    frame = grid.to_frame(index=False)
    frame["expected"] = random.lognormal(4, 1, len(frame))
    frame["amount"] = frame["expected"] * np.exp(random.normal(0, noise, len(frame)))
    for conditions in where:
        frame.loc[_inside(frame, conditions), "amount"] *= factor
    return Case(frame, {frozenset(conditions.items()) for conditions in where}, means=False)


def _inside(frame: pd.DataFrame, conditions: dict[str, str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return np.logical_and.reduce([frame[name].to_numpy() == value for name, value in conditions.items()])


def named(result: Drivers) -> set[Segment]:
    """The segments that a result names."""
    return {frozenset(each.where.items()) for each in result.segments}


def naive(case: Case, before: pd.DataFrame, after: pd.DataFrame, column: str) -> set[Segment]:
    """The segments of one column with the largest absolute change."""
    changes: dict[Segment, float] = {}
    for name in _WIDTHS:
        how = "mean" if case.means else "sum"
        one, other = (side.groupby(name)[of].agg(how) for side, of in ((before, column), (after, "amount")))
        for value in one.index.union(other.index):
            changes[frozenset({(name, str(value))})] = abs(float(other.get(value, 0)) - float(one.get(value, 0)))
    ranked = sorted(changes, key=lambda segment: -changes[segment])
    return set(ranked[: max(1, len(case.planted))])


def measure(tables: int) -> dict[str, Any]:
    """Exact answers, precision and recall by kind of table, shape and noise."""
    scores: dict[tuple[str, str, str, str], list[tuple[int, int, int, bool]]] = defaultdict(list)
    quiet = [0, 0]
    seconds: list[float] = []
    for shape in SHAPES:
        for level, noise in _NOISE.items():
            for seed in range(tables):
                case = made(shape, noise, seed)
                began = time.perf_counter()
                how = "mean" if case.means else "sum"
                result = explain_change(case.frame, "amount", "day", "2024-12", aggregate=how)
                seconds.append(time.perf_counter() - began)
                month = case.frame["day"].dt.month
                simple = naive(case, case.frame[month == 11], case.frame[month == 12], "amount")
                for who, found in (("drivers", named(result)), ("naive", simple)):
                    scores["periods", shape, level, who].append(_score(found, case.planted))
                quiet[0] += result.quiet_pairs or 0
                quiet[1] += result.false_pairs or 0
                if case.means or shape == "all alike":
                    continue
                case = forecast(shape, noise, seed)
                result = explain_miss(case.frame, "amount", "expected")
                simple = naive(case, case.frame, case.frame, "expected")
                for who, found in (("drivers", named(result)), ("naive", simple)):
                    scores["forecast", shape, level, who].append(_score(found, case.planted))
    return {
        "tables": tables,
        "seconds": float(np.median(seconds)),
        "false_share": quiet[1] / max(quiet[0], 1),
        "cells": [
            {"data": data, "shape": shape, "noise": level, "who": who, **_summary(each)}
            for (data, shape, level, who), each in scores.items()
        ],
        "overall": {
            f"{data}, {who}": _summary([one for key, each in scores.items() if key[::3] == (data, who) for one in each])
            for data in ("periods", "forecast")
            for who in ("drivers", "naive")
        },
    }  # fmt: skip


def _score(found: set[Segment], planted: set[Segment]) -> tuple[int, int, int, bool]:
    return len(found & planted), len(found), len(planted), found == planted


def _summary(scores: list[tuple[int, int, int, bool]]) -> dict[str, float]:
    hits, found, planted = (sum(score[place] for score in scores) for place in range(3))
    return {
        "exact": sum(score[3] for score in scores) / len(scores),
        "precision": hits / found if found else 1.0,
        "recall": hits / planted if planted else 1.0,
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Planted causes named by the search for drivers")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--tables", type=int, default=10, help="tables of each shape and noise")
    arguments = parser.parse_args()
    figures = measure(arguments.tables)
    if arguments.json:
        print(json.dumps(figures))
        return
    print(f"{'data':9} {'shape':16} {'noise':5} {'who':8} exact precision recall")
    for cell in figures["cells"]:
        scores = f"{cell['exact']:5.2f} {cell['precision']:9.2f} {cell['recall']:6.2f}"
        print(f"{cell['data']:9} {cell['shape']:16} {cell['noise']:5} {cell['who']:8} {scores}")
    for name, scores in figures["overall"].items():
        print(name, {key: round(value, 3) for key, value in scores.items()})
    print(f"false attributions over quiet pairs: {figures['false_share']:.3f}; {figures['seconds']:.2f} s a table")


if __name__ == "__main__":
    main()
