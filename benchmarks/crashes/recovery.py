"""Kill served runs, their service and the Prefect server at random, and measure what becomes of the runs.

Run it with `python -m benchmarks.crashes.recovery [--minutes 10] [--only "other host"] [--json]`. `analyst serve` and a
Prefect server run as processes of their own and are started again after a kill, as a service manager does; runs are
started all the time, against a scripted model server. Where the system lets it, a second `analyst serve` runs among
process ids of its own, which is what makes another host to the project; it is killed with its runs and stays away for a
minute, so that the first has to find out and to go on with them.

Right means: every run completes, once, and no model call is made again whose answer was used. Time to resume is from
the kill of a run's process to the lease of its next attempt. Where service or server were down as well, it is counted
apart, since then it holds the time of their start.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.crashes.kept_process import Kept
from benchmarks.crashes.kill import REQUESTS, script
from runtime.runs.attempts.processes import this_process
from tests.servers.model_server import ModelServer

NAME = "analyze-and-report/analyze-dataset"
PROJECT = Path(__file__).parents[2]
LONGEST = 300.0
"""Seconds that runs are waited for at the end."""
_OTHER_HOST = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]
_KILLS = [*["run"] * 5, *["other host"] * 2, "service", "service with its runs", "server"]
"""Targets of kills; one at a time is drawn at random."""
_SLOW_START = 600.0
"""Seconds that server and service may take at first, on a machine that has other things to do."""


class Bench:
    """One round: services, runs, kills and what was seen."""

    def __init__(self, folder: Path, seed: int, only: str | None) -> None:
        self.folder, self.chance = folder, random.Random(seed)
        self.choices = [only] if only else _KILLS
        self.model = ModelServer(script).start()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        os.environ |= {
            **self.model.environment(),
            "ANALYST_HOME": str(folder / "home"),
            "ANALYST_RECOVERIES": "50",
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
            "PREFECT_RESULTS_LOCAL_STORAGE_PATH": str(folder / "home" / "results"),
            "PREFECT_UI_ENABLED": "0",
            "PYTHONPATH": os.pathsep.join([str(PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])]),
        }
        self.url = os.environ["PREFECT_API_URL"]
        rows = [f"2024-01-{day:02d},{410 if day == 20 else 10 + day % 2},{day * 3},{day % 5}" for day in range(1, 31)]
        (folder / "shop.csv").write_text("\n".join(["day,sales,visits,returns", *rows]) + "\n")
        prefect = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
        self.server = Kept(prefect, folder, "server")
        self.kept = [self.server]
        self.until(self._answers, _SLOW_START)
        command = [sys.executable, "-c", "from deployments.cli import main; main()", "serve", "analyze-dataset"]
        self.service = Kept(command, folder, "serve")
        self.kept.append(self.service)
        self.other_host: Kept | None = None
        if subprocess.run([*_OTHER_HOST, "true"], capture_output=True, check=False).returncode == 0:
            self.other_host = Kept([*_OTHER_HOST, *command], folder, "other")
            self.kept.append(self.other_host)
        self.runs: list[str] = []
        self.killed: dict[tuple[str, int], tuple[float, str]] = {}
        self.resumed: dict[tuple[str, int], float] = {}
        self.kills = dict.fromkeys(_KILLS, 0)
        self.over = threading.Event()

    def _answers(self) -> bool:
        from runtime.prefect_server.health import answers

        return answers(self.url, 5) is None

    def until(self, true: Any, seconds: float) -> bool:
        """Wait until something is true."""
        deadline = time.monotonic() + seconds
        while not (done := true()) and time.monotonic() < deadline:
            time.sleep(0.3)
            for kept in self.kept:
                kept.keep()
        return done

    def rows(self) -> list[tuple[str, int, str, int, bool]]:
        """Id, attempt, state, process of each run in the store, and whether it is on the other host."""
        path = self.folder / "home" / "store.db"
        if not path.exists():
            return []
        try:
            with closing(sqlite3.connect(path, timeout=10)) as store:
                found = store.execute("SELECT id, attempt, state, pid, machine FROM runs").fetchall()
                return [(*row[:4], row[4] != this_process().machine) for row in found]
        except sqlite3.Error:
            return []

    def watch(self) -> None:
        """Note when each killed run goes on."""
        while not self.over.wait(0.1):
            now = time.time()
            for run_id, attempt, *_ in self.rows():
                for (killed, of), _ in list(self.killed.items()):
                    if killed == run_id and attempt > of:
                        self.resumed.setdefault((killed, of), now)

    def begin(self) -> bool:
        """Start a run, if the server takes it."""
        from prefect.client.orchestration import get_client

        number = len(self.runs) + 1
        parameters = {"dataset": str(self.folder / "shop.csv"), "model": f"openai:scripted-{number}"}
        try:
            with get_client(sync_client=True) as client:
                deployment = client.read_deployment_by_name(NAME)
                run = client.create_flow_run_from_deployment(
                    deployment.id, parameters=parameters, idempotency_key=f"run {number}"
                )
        except Exception:  # noqa: BLE001 - down for now, as it is meant to be
            return False
        self.runs.append(str(run.id))
        return True

    def kill(self) -> None:
        """Kill one of all that runs."""
        running = [row for row in self.rows() if row[2] == "running" and (row[0], row[1]) not in self.killed]
        here, there = [row for row in running if not row[4]], [row for row in running if row[4]]
        what = self.chance.choice(self.choices)
        if what == "run":
            if not here:
                return
            run_id, attempt, _, pid, _ = self.chance.choice(here)
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                return
            self.killed[run_id, attempt] = (time.time(), what)
        elif what == "server":
            self.server.kill(self.chance.uniform(1, 15))
        elif what == "other host":
            if self.other_host is None or not there:
                return
            self.killed |= {(row[0], row[1]): (time.time(), what) for row in there}
            # On a thread: meanwhile other things are killed, too.
            away = threading.Thread(target=self.other_host.kill, args=(60,), kwargs={"all_of_it": True}, daemon=True)
            away.start()
        else:
            whole = what != "service"
            for row in here if whole else ():
                self.killed[row[0], row[1]] = (time.time(), what)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(row[3], signal.SIGKILL)  # each run has a group of its own
            self.service.kill(self.chance.uniform(1, 5), all_of_it=whole)
        self.kills[what] += 1

    def states(self) -> dict[str, list[Any]]:
        """The states that each run has been in; nothing while the server does not answer."""
        from uuid import UUID

        from prefect.client.orchestration import get_client

        try:
            with get_client(sync_client=True) as client:
                return {
                    run_id: sorted(client.read_flow_run_states(UUID(run_id)), key=lambda state: state.timestamp)
                    for run_id in self.runs
                }
        except Exception:  # noqa: BLE001 - as above
            return {}

    def all_ended(self) -> bool:
        """Return whether all runs have ended: none is under way or waits to be resumed."""
        states = self.states()
        return bool(states) and all(
            one[-1].type.value in ("COMPLETED", "FAILED", "CANCELLED") for one in states.values()
        )

    def figures(self) -> dict[str, Any]:
        """Return the measured figures."""
        states = self.states()
        seconds: dict[str, list[float]] = {"run": [], "other host": [], "service or server down": []}
        for key, (at, what) in self.killed.items():
            if key in self.resumed:
                down = any(
                    at - 20 < moment < self.resumed[key]
                    for kept in (self.server, self.service)
                    for moment in kept.downs
                )
                seconds["service or server down" if down else what].append(self.resumed[key] - at)
        seen: dict[str, int] = {}
        again = 0
        for request in list(self.model.requests):
            model = request.body["model"]
            again += request.turn < seen.get(model, 0)
            seen[model] = max(seen.get(model, 0), request.turn)
        reports = list((self.folder / "home" / "reports").glob("*/*.html"))
        return {
            "runs": len(self.runs),
            "completed": sum(one[-1].is_completed() for one in states.values()),
            "completed_twice": sum(sum(state.is_completed() for state in one) > 1 for one in states.values()),
            "reports": len(reports),
            "kills": self.kills,
            "processes_of_runs_killed": len(self.killed),
            "model_requests": len(self.model.requests),
            "model_requests_without_kills": REQUESTS * len(self.runs),
            "completed_model_requests_repeated": again,
            "seconds_to_resume": {what: _summary(values) for what, values in seconds.items()},
            "ended_otherwise": {
                run_id: [f"{state.name}: {state.message}" for state in one[-3:]]
                for run_id, one in states.items()
                if not one[-1].is_completed()
            },
        }

    def close(self) -> None:
        """End everything."""
        self.over.set()
        if self.other_host is not None:
            self.other_host.stop()
        self.service.stop()
        self.server.stop()
        self.model.stop()


def _summary(values: list[float]) -> dict[str, float | int]:
    if not values:
        return {"count": 0}
    return {"count": len(values), "median": round(statistics.median(values), 1), "maximum": round(max(values), 1)}


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--every", type=float, default=10, help="seconds between two new runs")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=list(dict.fromkeys(_KILLS)), help="kill nothing else")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--keep", type=Path, help="directory for the logs of the services and everything else")
    options = parser.parse_args()

    from runtime.prefect_server.settings import apply_prefect_settings

    temporary = tempfile.TemporaryDirectory(prefix="analyst-recovery-", ignore_cleanup_errors=True)
    with temporary if options.keep is None else contextlib.nullcontext(options.keep) as name:
        Path(name).mkdir(parents=True, exist_ok=True)
        os.environ["PREFECT_HOME"] = f"{name}/prefect"
        apply_prefect_settings(quiet=True)
        bench = Bench(Path(name), options.seed, options.only)
        from prefect.context import refresh_global_settings_context

        refresh_global_settings_context()
        try:
            threading.Thread(target=bench.watch, daemon=True).start()
            bench.until(bench.begin, _SLOW_START)
            began = last = time.monotonic()
            threading.Thread(target=_killing, args=(bench, began + 60 * options.minutes), daemon=True).start()
            while time.monotonic() - began < 60 * options.minutes:
                if time.monotonic() - last >= options.every and bench.begin():
                    last = time.monotonic()
                for kept in bench.kept:
                    kept.keep()
                time.sleep(0.5)
            bench.until(bench.all_ended, LONGEST)
            figures = bench.figures()
        finally:
            bench.close()
    print(json.dumps(figures) if options.json else "\n".join(f"{key}: {value}" for key, value in figures.items()))
    right = figures["completed"] == figures["runs"] == figures["reports"]
    sys.exit(not right or bool(figures["completed_twice"] or figures["completed_model_requests_repeated"]))


def _killing(bench: Bench, until: float) -> None:
    while time.monotonic() < until and not bench.over.wait(bench.chance.uniform(5, 15)):
        bench.kill()


if __name__ == "__main__":
    main()
