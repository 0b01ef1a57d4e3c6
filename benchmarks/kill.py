"""Kill the main job before, during and after every step, resume it, and count what was done twice.

Run it with `python benchmarks/kill.py [--random 50] [--json]`. The job is `analyst analyze` in a process of its own,
against a scripted model server in another. The process kills itself with SIGKILL at a given step, or so many seconds
after its first one; `analyst resume` then goes on. Two independent counts are kept: the model server's requests, and a
log of every step that ended, written through before anything else happens. Right means: no step that had ended is made
again, at most one request more than the script has, and the same analysis as without a kill.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parent.parent)

from tests.model_server import Reply, ToolCall, by_turn

ANSWER_SECONDS = 0.25
"""How long the model takes to answer, so that there is time to be killed in."""


def _asks(name: str, **arguments: Any) -> Reply:
    return Reply(tools=[ToolCall(name=name, arguments=arguments)], delay=ANSWER_SECONDS)


script = by_turn(
    [
        _asks("profile_dataset"),
        _asks("calculate_statistics", column="sales"),
        _asks("calculate_statistics", column="visits"),
        _asks("calculate_statistics", column="returns"),
        _asks("query", sql="SELECT max(sales) AS top FROM data"),
        _asks("query", sql="SELECT min(sales) AS least FROM data"),
        _asks("query", sql="SELECT sum(visits) AS visits FROM data"),
        _asks(
            "final_result",
            summary="Sales are steady but for one day.",
            key_findings=[{"statement": "Sales reached 410 once.", "evidence": ["E2"], "severity": "high"}],
            anomalies=[],
            recommendations=["Ask the shop."],
            limitations=[],
        ),
    ]
)
"""Eight model requests with seven tool calls between them."""

REQUESTS = 8
STEPS = 15
"""Model and tool calls of the job, one after the other."""


@dataclass(frozen=True)
class Outcome:
    """What came of one job that was killed and resumed.

    Attributes:
        killed: Where, such as `before 3` or `at 1.25 s`; several, if it was killed more than once.
        requests: Requests that reached the model server; eight without a kill.
        repeated: Steps that had ended and were made again.
        same: Whether the analysis is the one of a job that was not killed.
        problem: What else went wrong.
    """

    killed: str
    requests: int
    repeated: list[str]
    same: bool
    problem: str | None = None

    @property
    def right(self) -> bool:
        """Whether nothing was lost but what was in flight."""
        kills = self.killed.count(",") + 1
        return self.same and not self.repeated and self.requests <= REQUESTS + kills and self.problem is None


class Bench:
    """Runs jobs against one model server, each in a data directory of its own.

    Args:
        folder: Where everything goes.
        api_url: A Prefect server that keeps running.
    """

    def __init__(self, folder: Path, api_url: str) -> None:
        self._folder = folder
        self._api_url = api_url
        self._jobs = 0
        self._data = folder / "shop.csv"
        rows = [f"2024-01-{day:02d},{410 if day == 20 else 10 + day % 2},{day * 3},{day % 5}" for day in range(1, 31)]
        self._data.write_text("\n".join(["day,sales,visits,returns", *rows]) + "\n")
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.model_server", "--script", "benchmarks.kill:script"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parent.parent,
        )
        assert self._server.stdout is not None
        self._base_url = self._server.stdout.readline().strip()

    def close(self) -> None:
        """Stop the model server."""
        self._server.terminate()
        self._server.wait()

    def job(self, *kills: str) -> Outcome:
        """Run one job, kill it at each of `kills` in turn, and resume it after each."""
        self._jobs += 1
        home = self._folder / f"job{self._jobs}"
        home.mkdir()
        log = home / "steps.log"
        before = self._requests()
        problem = None
        command = ["analyze", str(self._data), "--model", "openai:scripted", "--json"]
        for kill in kills:
            done = self._run(home, log, kill, command)
            if done.returncode != -signal.SIGKILL:
                problem = f"it was not killed at {kill}: {done.stderr[-300:]}"
            command = ["resume", "--json"]
        done = self._run(home, log, "never", command)
        analysis = None
        if done.returncode == 0:
            answer = json.loads(done.stdout)
            analysis = (answer.get("result") or answer)["analysis"]
        else:
            problem = done.stderr[-500:]
        lines = log.read_text().splitlines()
        ended = Counter(line.removeprefix("finished ") for line in lines if line.startswith("finished "))
        return Outcome(
            killed=", ".join(kills) or "never",
            requests=self._requests() - before,
            repeated=[step for step, count in ended.items() if count > 1],
            same=analysis is not None and analysis["key_findings"][0]["statement"] == "Sales reached 410 once.",
            problem=problem,
        )

    def _run(self, home: Path, log: Path, kill: str, command: list[str]) -> "subprocess.CompletedProcess[str]":
        environment = {
            **os.environ,
            "ANALYST_HOME": str(home),
            "PREFECT_API_URL": self._api_url,
            "OPENAI_BASE_URL": self._base_url,
            "OPENAI_API_KEY": "test",
            "PYTHONPATH": str(Path(__file__).parent.parent),
        }
        return subprocess.run(
            [sys.executable, __file__, "--child", kill, str(log), *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def _requests(self) -> int:
        return len(json.load(urlopen(f"{self._base_url.removesuffix('/v1')}/requests")))


def _child(kill: str, log: str, command: list[str]) -> None:
    """Run the command line in this process, which ends itself where `kill` says."""
    from deployments.cli import run
    from runtime.events import StepEvent, listening

    where, _, number = kill.partition(" ")
    started = ended = 0
    written = os.open(log, os.O_APPEND | os.O_CREAT | os.O_WRONLY)

    def end() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def listen(event: StepEvent) -> None:
        nonlocal started, ended
        if event.kind == "task":
            return
        if event.phase == "started":
            started += 1
            if where == "at" and started == 1:
                threading.Timer(float(number.split()[0]), end).start()
            if where == "before" and started == int(number):
                end()
            if where == "during" and started == int(number):
                threading.Timer(ANSWER_SECONDS / 2 if event.kind == "model" else 0.002, end).start()
            return
        os.write(written, f"{event.phase} {event.name}\n".encode())
        ended += 1
        if where == "after" and ended == int(number):
            end()

    with listening(listen):
        code = run(command)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main() -> None:
    """Run all boundaries and some random instants, and say how many went wrong."""
    if sys.argv[1:2] == ["--child"]:
        _child(sys.argv[2], sys.argv[3], sys.argv[4:])
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--random", type=int, default=50, help="kills at random instants")
    parser.add_argument("--boundaries", type=int, default=STEPS, help="how many of the steps, from the first on")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()

    from runtime.prefect_settings import apply_prefect_settings

    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="analyst-kill-") as folder:
        os.environ.setdefault("PREFECT_HOME", f"{folder}/prefect")
        os.environ["ANALYST_HOME"] = f"{folder}/home"
        apply_prefect_settings(quiet=True)
        from runtime.server import ensure_server, stop_server

        bench = Bench(Path(folder), ensure_server())
        try:
            kills = [
                f"{when} {step}" for step in range(1, options.boundaries + 1) for when in ("before", "during", "after")
            ]
            chance = random.Random(options.seed)
            kills += [f"at {chance.uniform(0, REQUESTS * ANSWER_SECONDS):.3f} s" for _ in range(options.random)]
            outcomes = [_told(bench.job(kill), quiet=options.json) for kill in kills]
        finally:
            bench.close()
            stop_server()
    figures = {
        "kills": len(outcomes),
        "right": sum(outcome.right for outcome in outcomes),
        "completed_calls_repeated": sum(len(outcome.repeated) for outcome in outcomes),
        "requests_repeated_in_flight": sum(max(outcome.requests - REQUESTS, 0) for outcome in outcomes),
        "same_analysis": sum(outcome.same for outcome in outcomes),
        "seconds": round(time.monotonic() - began, 1),
        "wrong": [asdict(outcome) for outcome in outcomes if not outcome.right],
    }
    print(json.dumps(figures) if options.json else "\n".join(f"{name}: {value}" for name, value in figures.items()))
    sys.exit(figures["right"] != figures["kills"])


def _told(outcome: Outcome, *, quiet: bool) -> Outcome:
    if not quiet:
        print(
            f"{'ok   ' if outcome.right else 'WRONG'} killed {outcome.killed}: {outcome.requests} requests", flush=True
        )
    return outcome


if __name__ == "__main__":
    main()
