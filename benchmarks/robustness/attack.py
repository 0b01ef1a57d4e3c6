"""Attack the SQL tool with a corpus of statements; report which were held, stopped or broke a promise.

    python -m benchmarks.robustness.attack [CORPUS.json] [--only NAME] [--verbose]

Held: refused, or answered within the limits. Stopped: ended by the time or the memory limit. Broken: too long, too much
memory, something of the machine in the answer, a file written, another error than the one for the model, or a next
statement that goes wrong. Leaves with status 1 if anything broke.
"""

import argparse
import json
import os
import statistics
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import psutil

from analytics import AnalysisInputError, query
from analytics.sql import process

CORPUS = Path(__file__).with_name("attack_corpus.json")
"""Statements by kind; `{snapshot}`, `{other}`, `{tmp}` and `{home}` stand for paths."""

SECONDS, MEGABYTES = 10.0, 512
"""The limits under attack, the tool's own."""
_LATE = 1.0
"""Seconds that a stop may come late, besides those by which the machine is late with everything."""
_MARK = "hunter2-mark"
"""A secret that lies in the environment, in files and in a variable of this process."""
_MACHINE = (_MARK, "root:x:0")

secret_frame = pd.DataFrame({"password": [_MARK]})


@dataclass(frozen=True)
class Outcome:
    """Outcome of a statement.

    Attributes:
        name: Name of the statement.
        verdict: held, stopped or broken.
        why: The answer, or what broke.
        seconds: Time it took.
        megabytes: Peak memory of the SQL process.
    """

    name: str
    verdict: str
    why: str
    seconds: float
    megabytes: float


class _Watch:
    """Peak memory of a process during the block, looked up every 10 ms, and how late this machine wakes a thread."""

    def __init__(self, pid: int) -> None:
        self.megabytes = 0.0
        self.late = 0.0
        self._pid = pid
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        looked = time.perf_counter()
        while not self._done.wait(0.01):
            self.late = max(self.late, time.perf_counter() - looked - 0.01)
            looked = time.perf_counter()
            try:
                self.megabytes = max(self.megabytes, psutil.Process(self._pid).memory_info().rss / 1e6)
            except psutil.Error:
                return


class Attack:
    """The scene: a data set, files beside it that no statement may see, and secrets of this process."""

    def __init__(self, directory: Path) -> None:
        self._tmp = directory / "private"
        self._tmp.mkdir()
        (directory / "snapshots").mkdir()
        self._home = directory / "home"
        self._home.mkdir()
        self._snapshot = directory / "snapshots" / "data.parquet"
        self._other = directory / "snapshots" / "other"
        frame = pd.DataFrame({"city": ["Rome", "Oslo"] * 500, "sales": range(1000), "day": "2024-01-01"})
        frame.to_parquet(self._snapshot)
        secret_frame.to_parquet(f"{self._other}.parquet")
        secret_frame.to_csv(f"{self._other}.csv")
        self._directory = directory
        os.environ["MARK_SECRET"] = _MARK

    def run(self, name: str, sql: str) -> Outcome:
        """Try one statement."""
        places = {"snapshot": self._snapshot, "other": self._other, "tmp": self._tmp, "home": self._home}
        for place, path in places.items():
            sql = sql.replace("{" + place + "}", str(path))
        query(self._snapshot, "SELECT 1")  # so that a process is ready, and its start takes no time of the statement
        files = self._files()
        own = psutil.Process().memory_info().rss / 1e6
        started = time.perf_counter()
        with _Watch(process.idle_pids()[-1]) as peak:
            answer, error = self._answer(sql)
        seconds = time.perf_counter() - started
        grown = psutil.Process().memory_info().rss / 1e6 - own
        faults = [error] if error else []
        if seconds > SECONDS + _LATE + peak.late:
            faults.append(f"took {seconds:.1f} s")
        if max(peak.megabytes, grown) > 1.1 * MEGABYTES:
            faults.append(f"took {max(peak.megabytes, grown):.0f} MB")
        told = [mark for mark in (*_MACHINE, str(self._directory)) if mark in answer and mark not in sql]
        if told:
            faults.append(f"told {told[0]}")
        if self._files() != files:
            faults.append("wrote a file")
        # A process that only refused a statement is not tried again, for speed.
        if seconds > 0.3 and query(self._snapshot, "SELECT count(*) FROM data").rows != [[1000]]:
            faults.append("the next statement went wrong")
        stopped = "was stopped" in answer or "ended the SQL engine" in answer
        verdict = "broken" if faults else "stopped" if stopped else "held"
        return Outcome(name, verdict, "; ".join(faults) or answer[:150], seconds, peak.megabytes)

    def _answer(self, sql: str) -> tuple[str, str | None]:
        try:
            result = query(self._snapshot, sql, row_limit=60, seconds=SECONDS, memory=f"{MEGABYTES}MB")
        except AnalysisInputError as error:
            return str(error), None
        except Exception as error:  # noqa: BLE001 - whatever it is, the model should have been told
            return "", f"raised {type(error).__name__}: {error}"
        return json.dumps([result.columns, result.rows]), None

    def _files(self) -> list[Path]:
        return sorted(self._directory.rglob("*"))


def normal_cost(snapshot: Path, repeats: int = 50) -> tuple[float, float, float, float]:
    """Return what an ordinary statement takes: by the tool, and by DuckDB in this process without any limit.

    Returns:
        Median milliseconds of both, and their mean milliseconds of CPU, the SQL process included.
    """
    import duckdb

    sql = "SELECT city, sum(sales) FROM data GROUP BY city ORDER BY 1"

    def guarded() -> None:
        query(snapshot, sql)

    def bare() -> None:
        with duckdb.connect(":memory:", config={"threads": 2}) as connection:
            connection.execute(f"CREATE VIEW data AS FROM read_parquet('{snapshot}')")
            connection.execute(sql).fetchall()

    guarded()
    medians: list[float] = []
    cpu: list[float] = []
    for run in (guarded, bare):
        seconds: list[float] = []
        before = _cpu_seconds()
        for _ in range(repeats):
            started = time.perf_counter()
            run()
            seconds.append(time.perf_counter() - started)
        cpu.append(1000 * (_cpu_seconds() - before) / repeats)
        medians.append(1000 * statistics.median(seconds))
    return medians[0], medians[1], cpu[0], cpu[1]


def _cpu_seconds() -> float:
    """CPU time of this process and of the SQL processes that wait for a statement."""
    times = [psutil.Process(pid).cpu_times() for pid in process.idle_pids()]
    return time.process_time() + sum(one.user + one.system for one in times)


def main() -> int:
    """Run the corpus and print the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?", type=Path, default=CORPUS)
    parser.add_argument("--only", help="run statements whose name begins so")
    parser.add_argument("--verbose", action="store_true", help="print every statement's outcome")
    options = parser.parse_args()
    cases = [case for case in json.loads(options.corpus.read_text()) if case["name"].startswith(options.only or "")]
    outcomes: list[Outcome] = []
    with TemporaryDirectory() as directory:
        attack = Attack(Path(directory).resolve())
        for case in cases:
            outcome = attack.run(case["name"], case["sql"])
            outcomes.append(outcome)
            if options.verbose or outcome.verdict == "broken":
                print(
                    f"{outcome.verdict:8}{outcome.name:32}{outcome.seconds:6.1f} s{outcome.megabytes:6.0f} MB  ", end=""
                )
                print(outcome.why, flush=True)
        guarded, bare, guarded_cpu, bare_cpu = normal_cost(Path(directory).resolve() / "snapshots" / "data.parquet")
    counts = {verdict: sum(o.verdict == verdict for o in outcomes) for verdict in ("held", "stopped", "broken")}
    print(f"{len(outcomes)} statements:", ", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    print(f"longest {max(o.seconds for o in outcomes):.1f} s of {SECONDS:.0f}, ", end="")
    print(f"most memory {max(o.megabytes for o in outcomes):.0f} MB of {MEGABYTES}")
    print(f"an ordinary statement: {guarded:.1f} ms; by DuckDB in this process without limits: {bare:.1f} ms")
    print(f"CPU time of one: {guarded_cpu:.1f} ms, and without limits {bare_cpu:.1f} ms")
    return 1 if counts["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
