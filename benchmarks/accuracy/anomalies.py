"""Anomalies over time on labelled series: hits, false alarms and seconds, beside a 3-sigma rule and PyOD's defaults.

    python -m benchmarks.accuracy.anomalies                 # series made from seeds
    python -m benchmarks.accuracy.anomalies --nab NAB       # also the Numenta Anomaly Benchmark
    python -m benchmarks.accuracy.anomalies --seeds 10 --json

A labelled window is hit if an event overlaps it; an event that overlaps none is a false alarm. F1 is that of hits,
misses and false alarms. Points that a rule flags are one event if at most two others lie between them. PyOD (ECOD,
IForest, each with its defaults) takes part where it is installed: it is no dependency of this project.

The Numenta Anomaly Benchmark (Lavin and Ahmad 2015) is not part of this project: fetch the public repository
numenta/NAB and name its folder. It was looked at while the method was made.
"""

import argparse
import importlib.util
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from analytics import detect_anomalies
from analytics.columns import Floats
from benchmarks.accuracy.anomaly_series import LabelledSeries, series

Window = tuple[pd.Timestamp, pd.Timestamp]
Detector = Callable[[pd.DatetimeIndex, Floats], list[Window]]


def ours(times: pd.DatetimeIndex, values: Floats) -> list[Window]:
    """Events of `detect_anomalies`."""
    summary = detect_anomalies(pd.DataFrame({"time": times, "value": values}), "value", "time").summary
    return [(pd.Timestamp(event.time), pd.Timestamp(event.until) - pd.Timedelta(1, "us")) for event in summary.events]


def three_sigma(times: pd.DatetimeIndex, values: Floats) -> list[Window]:
    """Points more than three standard deviations from the mean."""
    return _together(times, np.abs(values - values.mean()) > 3 * values.std())


def _pyod(name: str, module: str) -> Detector:
    def detect(times: pd.DatetimeIndex, values: Floats) -> list[Window]:
        found = getattr(importlib.import_module(module), name)()
        found.fit(values.reshape(-1, 1))
        return _together(times, np.asarray(found.labels_) == 1)

    return detect


def _together(times: pd.DatetimeIndex, flagged: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> list[Window]:
    at = np.flatnonzero(flagged)
    if not at.size:
        return []
    cuts = np.flatnonzero(np.diff(at) > 3)
    return [
        (times[one], times[other])
        for one, other in zip(at[np.append(0, cuts + 1)], at[np.append(cuts, -1)], strict=True)
    ]


def nab(folder: Path) -> Iterator[LabelledSeries]:
    """Series of the Numenta Anomaly Benchmark with its combined windows."""
    labels = json.loads((folder / "labels" / "combined_windows.json").read_text())
    for name, windows in labels.items():
        frame = pd.read_csv(folder / "data" / name)
        yield LabelledSeries(
            base=name.split("/")[0],
            anomaly="NAB",
            times=pd.DatetimeIndex(pd.to_datetime(frame["timestamp"])),
            values=frame["value"].to_numpy(np.float64),
            windows=[(pd.Timestamp(start), pd.Timestamp(end)) for start, end in windows],
        )


def measure(detect: Detector, every: Iterable[LabelledSeries]) -> dict[str, dict[str, float]]:
    """Hits, misses, false alarms and seconds of a detector, in all and by kind of anomaly."""
    counts: dict[str, list[float]] = defaultdict(lambda: [0.0] * 5)
    for each in every:
        start = time.perf_counter()
        found = detect(each.times, each.values)
        seconds = time.perf_counter() - start
        hit = sum(any(_overlap(event, window) for event in found) for window in each.windows)
        false = sum(not any(_overlap(event, window) for window in each.windows) for event in found)
        for key in ("all", each.anomaly):
            row = (len(each.windows), hit, false, each.values.size, seconds)
            counts[key] = [a + b for a, b in zip(counts[key], row, strict=True)]
    return {key: _figures(*row) for key, row in counts.items()}


def _overlap(event: Window, window: Window) -> bool:
    return event[0] <= window[1] and event[1] >= window[0]


def _figures(windows: float, hit: float, false: float, points: float, seconds: float) -> dict[str, float]:
    return {
        "windows": windows,
        "hit": hit,
        "false alarms": false,
        "precision": hit / max(hit + false, 1),
        "recall": hit / max(windows, 1),
        "F1": 2 * hit / max(windows + hit + false, 1),
        "false alarms per 1,000 points": 1000 * false / points,
        "seconds": seconds,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5, help="seeds from 0 on; 78 series each")
    parser.add_argument("--nab", type=Path, help="folder of the Numenta Anomaly Benchmark")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    detectors: dict[str, Detector] = {"this project": ours, "3 sigma": three_sigma}
    if importlib.util.find_spec("pyod"):
        detectors |= {"ECOD": _pyod("ECOD", "pyod.models.ecod"), "IForest": _pyod("IForest", "pyod.models.iforest")}
    ours(pd.date_range("2024", periods=60), np.arange(60) % 7.0)  # imports are not measured
    sets = {"generated": [each for seed in range(arguments.seeds) for each in series(seed)]}
    if arguments.nab:
        sets["NAB"] = list(nab(arguments.nab))
    found = {
        title: {name: measure(detect, every) for name, detect in detectors.items()} for title, every in sets.items()
    }
    if arguments.json:
        print(json.dumps(found, indent=2))
        return
    for title, by_detector in found.items():
        points = sum(each.values.size for each in sets[title])
        print(f"\n{title}: {len(sets[title])} series, {points:,} points")
        print(f"{'':14}{'hit':>10}{'false':>8}{'precision':>11}{'recall':>8}{'F1':>7}{'per 1,000':>11}{'seconds':>9}")
        for name, figures in by_detector.items():
            row = figures["all"]
            hits = f"{row['hit']:.0f}/{row['windows']:.0f}"
            rate = row["false alarms per 1,000 points"]
            print(
                f"{name:14}{hits:>10}{row['false alarms']:>8.0f}{row['precision']:>11.2f}{row['recall']:>8.2f}"
                f"{row['F1']:>7.2f}{rate:>11.2f}{row['seconds']:>9.1f}"
            )
        kinds = [kind for kind in by_detector["this project"] if kind not in {"all", "NAB"}]
        for kind in kinds:
            row, other = by_detector["this project"][kind], by_detector["3 sigma"][kind]
            print(
                f"  {kind:14} hit {row['hit']:.0f} of {row['windows']:.0f}, false {row['false alarms']:.0f}"
                f" (3 sigma: {other['hit']:.0f}, {other['false alarms']:.0f})"
            )


if __name__ == "__main__":
    main()
