"""Seconds and memory for tables of a million rows and more.

    python -m benchmarks.cost.scale --rounds 1 --rows 1000000,10000000 --json

Makes a Parquet file of 8 columns (a time, two categories, four numbers, an id) for each number of rows, and measures in
a fresh process each: reading it into a snapshot; profile, anomalies over time and groups from the snapshot; and the
command `analyst analyze … --model offline` with a Prefect server that is up, over the file and, for what every run
costs, over 1,000 rows. Beside them pandas, which reads the file and computes the figures of a profile, up to 10
million rows, and ydata-profiling (extra `bench`), its minimal report, up to 1 million. A table is written before its
steps are measured, and deleted after them unless `--tables` names a directory for them; 100 million rows take 3 GB of
disk, and their snapshots as much again. ANALYST_DATA_MEMORY, ANALYST_DATA_TEMP and ANALYST_TOOL_SECONDS are passed on.

Memory is the largest of any process of the step, as the kernel counts it.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks.cost.cold_start import ANALYST, ROOT, environment, prefect_server

Figures = tuple[float, float, float]
"""Seconds, seconds of a processor, and MB."""
MOST_ROWS = {"ydata": 1_000_000, "pandas": 10_000_000}
"""Rows up to which others are asked, which hold the whole table in memory."""
AIMS = {1_000_000: 4, 10_000_000: 15, 100_000_000: 90}
"""Seconds that the command may take by rows; of the first, beyond what every run costs."""
_READ = """
import sys, pathlib
from analytics import read_dataset
dataset = read_dataset(sys.argv[1], directory=pathlib.Path(sys.argv[2]).parent / "snapshots")
pathlib.Path(sys.argv[2]).write_text(dataset.model_dump_json())
"""
_LOAD = """
import sys, pathlib
import analytics
dataset = analytics.Dataset.model_validate_json(pathlib.Path(sys.argv[2]).read_text())
"""
_PASSED_ON = ("ANALYST_DATA_MEMORY", "ANALYST_DATA_TEMP", "ANALYST_TOOL_SECONDS")
"""Settings of this user that are measured."""
STEPS = {
    "read": _READ,
    "profile": f"{_LOAD}analytics.profile_dataset(dataset.table())",
    "anomalies": f"{_LOAD}analytics.find_anomalies(dataset.table(), 'delay', 'at', 'mean')",
    "groups": f"{_LOAD}analytics.compare_groups(dataset.table(), 'delay', 'route')",
    "pandas": """
import sys
import pandas as pd
frame = pd.read_parquet(sys.argv[1])
frame.describe(include="all"), frame.nunique(), frame.duplicated().sum(), frame.isna().sum()
frame.groupby("route")["delay"].agg(["size", "mean", "median", "sum"])
""",
    "ydata": """
import sys
import pandas as pd
from ydata_profiling import ProfileReport
ProfileReport(pd.read_parquet(sys.argv[1]), minimal=True, progress_bar=False).to_json()
""",
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", default="1000000,10000000", help="numbers of rows, with commas between")
    parser.add_argument("--rounds", type=int, default=1, help="measurements of each; the median counts")
    parser.add_argument("--steps", default=",".join([*STEPS, "report"]), help="steps, with commas between")
    parser.add_argument("--tables", type=Path, help="directory in which tables are kept, and found again")
    parser.add_argument("--json", action="store_true", dest="as_json")
    arguments = parser.parse_args()
    steps = [step for step in arguments.steps.split(",") if step != "ydata" or find_spec("ydata_profiling")]
    counts = [int(rows) for rows in arguments.rows.split(",")]
    found: dict[str, dict[str, list[Figures]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        tables = arguments.tables or Path(folder)
        tables.mkdir(parents=True, exist_ok=True)
        variables = environment(f"{folder}/homes")
        variables |= {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        with prefect_server(variables) as url:
            variables["PREFECT_API_URL"] = url
            fixed = write_table(Path(folder, "fixed.parquet"), 1000)
            report(fixed, variables)  # the first run makes the homes
            if "report" in steps:
                found["1000"] = {"report": [report(fixed, variables) for _ in range(arguments.rounds)]}
            for rows in counts:
                table = write_table(tables / f"rows_{rows}.parquet", rows)
                measured = found.setdefault(str(rows), {})
                for step in steps:
                    if rows > MOST_ROWS.get(step, rows):
                        continue
                    for _ in range(arguments.rounds):
                        one = report(table, variables) if step == "report" else run_step(step, table, variables)
                        measured.setdefault(step, []).append(one)
                    print(f"{rows:,} {step}: {shown(measured[step])}", file=sys.stderr, flush=True)
                if arguments.tables is None:
                    table.unlink()
    if arguments.as_json:
        print(json.dumps({"seconds, of a processor, MB": found, "aims": AIMS}))
        return
    print("| rows | step | seconds | of a processor | MB |\n|---|---|---|---|---|")
    for rows, measured in found.items():
        for step, ones in measured.items():
            print(f"| {int(rows):,} | {step} | {shown(ones)} |")


def shown(ones: list[Figures]) -> str:
    """Medians."""
    seconds, processor, memory = (statistics.median(side) for side in zip(*ones, strict=True))
    return f"{seconds:.1f} | {processor:.1f} | {memory:,.0f}"


def run_step(step: str, table: Path, variables: dict[str, str]) -> Figures:
    """Figures of one step in a fresh process."""
    return measured([sys.executable, "-c", STEPS[step], str(table), str(table.with_suffix(".json"))], variables)


def report(table: Path, variables: dict[str, str]) -> Figures:
    """Figures of the command from its start to its end."""
    return measured([*ANALYST, "analyze", str(table), "--model", "offline", "--json"], variables)


def measured(command: list[str], variables: dict[str, str]) -> Figures:
    """Figures of a command that has to succeed; MB are those of its largest process."""
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        pid = os.posix_spawn(
            command[0],
            command,
            {**variables, "PYTHONPATH": str(ROOT)},
            file_actions=[(os.POSIX_SPAWN_DUP2, said.fileno(), 1), (os.POSIX_SPAWN_DUP2, said.fileno(), 2)],
        )
        _, status, used = os.wait4(pid, 0)
        seconds = time.perf_counter() - began
        if os.waitstatus_to_exitcode(status):
            said.seek(0)
            sys.exit(f"{command[2][:80]} ended with {status}:\n{said.read().decode()[-2000:]}")
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / (1 if sys.platform == "darwin" else 1024) / 1.024


def write_table(path: Path, rows: int) -> Path:
    """Write a table whose cells follow from the number of the row; a batch of rows is in memory at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if path.exists():
        return path
    carriers = pa.array([f"carrier {letter}" for letter in "ABCDEFGHIJ"])
    routes = pa.array([f"route {number:03}" for number in range(200)])
    batch, writer = min(rows, 1_000_000), None
    for start in range(0, rows, batch):
        random = np.random.default_rng(start)
        size = min(batch, rows - start)
        ids = np.arange(start, start + size)
        # Two years, in order, as events arrive.
        seconds = 1_640_995_200 + (ids * (730 * 86_400) // rows)
        carrier, route = random.integers(0, 10, size), random.integers(0, 200, size)
        hour = seconds // 3600 % 24
        delay = random.gamma(2, 8 + hour / 4 + carrier, size) - 10
        distance = random.lognormal(6, 0.6, size).round(1)
        empty = random.random(size) < 0.02
        table = pa.table(
            {
                "at": pa.array(seconds * 1_000_000, pa.timestamp("us")),
                "carrier": carriers.take(pa.array(carrier)),
                "route": routes.take(pa.array(route)),
                "delay": pa.array(np.round(delay, 1), mask=empty),
                "distance": pa.array(distance),
                "seats": pa.array(random.integers(50, 400, size)),
                "fare": pa.array(np.round(40 + 0.11 * distance + random.normal(0, 15, size), 2)),
                "flight_id": pa.array(ids),
            }
        )
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer:
        writer.close()
    return path


if __name__ == "__main__":
    main()
