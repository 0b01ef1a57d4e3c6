"""Kill the main job before, during and after every step, resume it, and count what was done twice.

Run it with `python -m benchmarks.crashes.kill [--random 50] [--json]`. The job is `analyst analyze` in a process of its
own, against a scripted model server. The process is killed with SIGKILL at a given step, or so many seconds after its
first one; `analyst resume` then goes on in another. Three independent counts are kept: the model server's of requests,
the tools' own of their calls, and a log of every step that ended; both logs are written through before anything else
happens. Right means: no step that had ended is made again, no more calls than the script has but the one that was in
flight, and the same analysis as without a kill.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.crashes.forked import Forked
from benchmarks.crashes.killed_command import child
from tests.servers.model_server import ChatRequest, ModelServer, Reply, ToolCall, by_turn

ANSWER_SECONDS = 0.1
"""Seconds until the model answers, which leaves time for a kill during a request."""


def _asks(name: str, **arguments: Any) -> Reply:
    return Reply(tools=[ToolCall(name=name, arguments=arguments)], delay=ANSWER_SECONDS)


EXPECTED: dict[str, Any] = {
    "summary": "Sales are steady but for one day.",
    "key_findings": [{"statement": "Sales reached 410 once.", "evidence": ["E2"], "severity": "high"}],
    "anomalies": [],
    "recommendations": ["Ask the shop."],
    "limitations": [],
}
"""The model's analysis."""

script = by_turn(
    [
        _asks("profile_dataset"),
        _asks("calculate_statistics", column="sales"),
        _asks("calculate_statistics", column="visits"),
        _asks("calculate_statistics", column="returns"),
        _asks("query", sql="SELECT max(sales) AS top FROM data"),
        _asks("query", sql="SELECT min(sales) AS least FROM data"),
        _asks("query", sql="SELECT sum(visits) AS visits FROM data"),
        _asks("final_result", **EXPECTED),
    ]
)
"""Eight model requests with seven tool calls between them."""

REQUESTS = 8
TOOL_CALLS = 7
STEPS = 15
"""Model and tool calls of the job, one after the other."""


@dataclass(frozen=True)
class Outcome:
    """Outcome of one job that was killed and resumed.

    Attributes:
        killed: Where, such as `before 3` or `at 1.25 s`; several, if it was killed more than once.
        kills: How often it really was: a job may be over before its time has come.
        requests: Requests that reached the model server; eight without a kill.
        tool_calls: Calls that the tools counted themselves; seven without a kill.
        repeated: Steps that had ended and were made again.
        same: Whether the analysis is the one of a job that was not killed.
        problem: What else went wrong.
        seconds: From the first step to the end of a job that was not killed.
    """

    killed: str
    kills: int
    requests: int
    tool_calls: int
    repeated: list[str]
    same: bool
    problem: str | None = None
    seconds: float = 0.0

    @property
    def again(self) -> int:
        """Calls made more often than without a kill."""
        return self.requests - REQUESTS + self.tool_calls - TOOL_CALLS

    @property
    def right(self) -> bool:
        """True if only steps that were under way at a kill were repeated, and the result is right."""
        return self.same and not self.repeated and 0 <= self.again <= self.kills and self.problem is None


class Bench:
    """Runs jobs against one model server, each in a data directory of its own; several may be under way at once.

    Args:
        folder: Where everything goes.
        api_url: A Prefect server that keeps running.
    """

    def __init__(self, folder: Path, api_url: str) -> None:
        self._folder = folder
        self._api_url = api_url
        self._numbers = count(1)
        self._expected: Any = None
        self._data = folder / "shop.csv"
        rows = [f"2024-01-{day:02d},{410 if day == 20 else 10 + day % 2},{day * 3},{day % 5}" for day in range(1, 31)]
        self._data.write_text("\n".join(["day,sales,visits,returns", *rows]) + "\n")
        self._server = ModelServer(self._answer).start()
        self._killed_by_request: dict[tuple[str, int], Forked] = {}

    def close(self) -> None:
        """Stop the model server."""
        self._server.stop()

    def _answer(self, request: ChatRequest) -> Reply:
        """Answer a request, unless the process that asks is to be killed while it waits."""
        asks = self._killed_by_request.pop((request.body["model"], 2 * request.turn + 1), None)
        if asks is not None:
            asks.kill()
        return script(request)

    def job(self, *kills: str) -> Outcome:
        """Run one job, kill it at each of `kills` in turn, and resume it after each.

        The analysis of a job without kills is what those of later ones have to equal.
        """
        model = f"scripted-{next(self._numbers)}"
        home = self._folder / model
        home.mkdir()
        log = home / "steps.log"
        problem, killed = None, 0
        command = ["analyze", str(self._data), "--model", f"openai:{model}", "--json"]
        for kill in (*kills, "never"):
            done = self._run(model, home, log, kill, command)
            if done.returncode != -signal.SIGKILL:
                break
            killed += 1
            command = ["resume", "--json"]
        analysis = None
        if done.returncode == 0:
            answer = json.loads(done.stdout)
            analysis = (answer.get("result") or answer)["analysis"]
        elif killed and "nothing to resume" in done.stderr:  # it came after the run's end, and before that was told
            analysis = self._expected if EXPECTED["summary"] in _reports(home) else None
        else:
            problem = f"exit code {done.returncode}: {done.stderr[-500:]}"
        if not kills:
            self._expected = analysis
        lines = log.read_text().splitlines()
        times = [float(line.removeprefix("time ")) for line in lines if line.startswith("time ")]
        return Outcome(
            killed=", ".join(kills) or "never",
            kills=killed,
            requests=sum(request.body["model"] == model for request in list(self._server.requests)),
            tool_calls=sum(line.startswith("called ") for line in lines),
            repeated=_repeated(lines),
            same=analysis is not None
            and (analysis == self._expected if self._expected else analysis["summary"] == EXPECTED["summary"]),
            problem=problem,
            seconds=times[-1] - times[0] if times else 0.0,
        )

    def _run(self, model: str, home: Path, log: Path, kill: str, command: list[str]) -> Any:
        environment = {
            **os.environ,
            "ANALYST_HOME": str(home),
            "PREFECT_API_URL": self._api_url,
            "PREFECT_RESULTS_LOCAL_STORAGE_PATH": str(home / "results"),
            **self._server.environment(),
        }
        process = Forked(child, kill, log, command, environment=environment, directory=home)
        where, _, step = kill.partition(" ")
        if where == "during" and int(step) % 2:  # a model request; tools do it themselves
            self._killed_by_request[model, int(step)] = process
        return process.wait()


def _reports(home: Path) -> str:
    """All reports that jobs have left, as text."""
    return "".join(path.read_text() for path in home.glob("reports/*/*.json"))


def _repeated(lines: list[str]) -> list[str]:
    """Return the steps that had ended and were made again, by the log of steps and by the tools' own log."""
    ended, found = set[str](), list[str]()
    for line in lines:
        what, _, name = line.partition(" ")
        if what in ("finished", "called") and name in ended:
            found.append(name)
        if what == "finished":
            ended.add(name)
    return found


def main() -> None:
    """Run all boundaries and some random instants, and say how many went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--random", type=int, default=50, help="kills at random instants")
    parser.add_argument("--boundaries", type=int, default=STEPS, help="how many of the steps, from the first on")
    parser.add_argument("--jobs", type=int, default=2, help="how many at once")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()

    from runtime.prefect_server.settings import apply_prefect_settings

    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="analyst-kill-") as folder:
        os.environ.setdefault("PREFECT_HOME", f"{folder}/prefect")
        os.environ["ANALYST_HOME"] = f"{folder}/home"
        apply_prefect_settings(quiet=True)
        from runtime.prefect_server.connection import ensure_server, stop_server

        bench = Bench(Path(folder), ensure_server())
        try:
            whole = _told(bench.job(), quiet=options.json)
            kills = [
                f"{when} {step}" for step in range(1, options.boundaries + 1) for when in ("before", "during", "after")
            ]
            chance = random.Random(options.seed)
            kills += [f"at {chance.uniform(0, whole.seconds):.3f} s" for _ in range(options.random)]
            with ThreadPoolExecutor(options.jobs) as threads:
                tell = partial(_told, quiet=options.json)
                outcomes = list(threads.map(lambda kill: tell(bench.job(kill)), kills))
        finally:
            bench.close()
            stop_server()
    figures = {
        "jobs": len(outcomes),
        "right": sum(outcome.right for outcome in outcomes),
        "kills": sum(outcome.kills for outcome in outcomes),
        "completed_calls_repeated": sum(len(outcome.repeated) for outcome in outcomes),
        "requests_repeated_in_flight": sum(max(outcome.requests - REQUESTS, 0) for outcome in outcomes),
        "tool_calls_repeated_in_flight": sum(max(outcome.tool_calls - TOOL_CALLS, 0) for outcome in outcomes),
        "most_calls_repeated_after_one_kill": max((outcome.again for outcome in outcomes), default=0),
        "same_analysis": sum(outcome.same for outcome in outcomes),
        "seconds_of_a_job": round(whole.seconds, 1),
        "seconds": round(time.monotonic() - began, 1),
        "wrong": [asdict(outcome) for outcome in outcomes if not outcome.right],
    }
    print(json.dumps(figures) if options.json else "\n".join(f"{name}: {value}" for name, value in figures.items()))
    sys.exit(figures["right"] != figures["jobs"])


def _told(outcome: Outcome, *, quiet: bool) -> Outcome:
    if not quiet:
        print(
            f"{'ok   ' if outcome.right else 'WRONG'} killed {outcome.killed}: {outcome.requests} requests, "
            f"{outcome.tool_calls} tool calls",
            flush=True,
        )
    return outcome


if __name__ == "__main__":
    main()
