"""Cost of a tool call's key when a run's dependencies hold a large frame; and is it the same in another process?

    python -m benchmarks.cost.fingerprints --megabytes 83 --json

Two processes with different hash seeds make the same frame and compute the key of the same tool call several times, as
this project does and as Pydantic AI's own integration does. Ours reads the frame once, when the agent run begins, and
then only looks whether it still is in the same memory.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import warnings
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

CALLS = 20
"""Keys of ours that are timed, and divided by: a single one is too short for the clock."""


@dataclass
class Deps:
    """Dependencies of the run.

    Attributes:
        frame: The data.
        tenant: Whose they are.
    """

    frame: Any
    tenant: str = "a"


def main() -> None:
    """Measure in two processes and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--megabytes", type=float, default=83, help="size of the frame in memory")
    parser.add_argument("--rounds", type=int, default=3, help="of which the median counts")
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        print(json.dumps(measure(arguments.megabytes, arguments.rounds)))
        return
    found: list[dict[str, Any]] = []
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "benchmarks.cost.fingerprints", "--child"]
        command += ["--megabytes", str(arguments.megabytes), "--rounds", str(arguments.rounds)]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        found.append(json.loads(done.stdout.splitlines()[-1]))
    figures = found[0] | {
        f"{name}_same_key_in_another_process": found[0][f"{name}_key"] == found[1][f"{name}_key"]
        for name in ("ours", "upstream")
    }
    for name in ("ours_key", "upstream_key"):
        del figures[name]
    print(
        json.dumps(figures) if arguments.as_json else "\n".join(f"{name}: {value}" for name, value in figures.items())
    )


def make_frame(megabytes: float) -> Any:
    """Return a frame of times, numbers and text that takes about so much memory."""
    import numpy as np
    import pandas as pd

    rows, chance = 100_000, np.random.default_rng(0)

    def made(rows: int) -> Any:
        return pd.DataFrame(
            {
                "at": pd.date_range("2020", periods=rows, freq="min"),
                "a": chance.random(rows),
                "b": chance.integers(0, 9, rows),
                "c": chance.choice(["x", "yy", "zzz"], rows),
            }
        )

    per_row = made(rows).memory_usage(deep=True, index=False).sum() / rows
    return made(int(megabytes * 1e6 / per_row))


def measure(megabytes: float, rounds: int) -> dict[str, Any]:
    """Time both ways in this process."""
    warnings.simplefilter("ignore")
    from pydantic_ai import Agent, RunContext
    from pydantic_ai.models.test import TestModel
    from pydantic_ai.usage import RunUsage

    from agents.durable.dependency_snapshots import Dependencies
    from agents.durable.keys.content import content_of
    from cache_policies import ACROSS_RUNS
    from cache_policies.policies import Call, describing

    model = TestModel()
    agent = Agent(model, name="measured")
    deps = Deps(make_frame(megabytes))

    def context(deps: Any) -> RunContext[Any]:
        return RunContext(deps=deps, model=model, usage=RunUsage(), prompt="go", agent=agent, tool_name="look")

    task: Any = SimpleNamespace(task=SimpleNamespace(name="look", cache_expiration=None))
    policy = ACROSS_RUNS()

    def ours(dependencies: Dependencies) -> str:
        content = content_of("look", {"column": "a"}, context(dependencies.value))
        call = Call(definition="", content=content, dependencies_now=dependencies.now)
        with describing(call):
            return str(policy.compute_key(task, {}, {}))

    def upstream(deps: Any) -> str:
        from pydantic_ai.durable_exec.prefect import _cache_policies as theirs

        inputs = {"tool_name": "look", "arguments": {"column": "a"}, "context": context(deps)}
        return str(theirs.PrefectAgentInputs().compute_key(task, inputs, {}))

    first, later, runs = [], [], []
    for _ in range(rounds):
        fresh = Deps(deps.frame.copy())
        seconds, dependencies = _timed(lambda fresh=fresh: Dependencies(fresh))
        first.append(seconds)
        seconds, key = _timed(lambda d=dependencies: [ours(d) for _ in range(CALLS)][-1])
        later.append(seconds / CALLS)
        runs.append(_timed(lambda fresh=fresh: Dependencies(fresh))[0])
    theirs, their_key = zip(*(_timed(lambda: upstream(deps)) for _ in range(rounds)), strict=True)
    equal = Deps(deps.frame.copy(), "a")
    return {
        "megabytes": round(float(deps.frame.memory_usage(deep=True).sum()) / 1e6, 1),
        "ours_first_fingerprint_s": round(statistics.median(first), 3),
        "ours_key_ms": round(statistics.median(later) * 1000, 3),
        "ours_next_agent_run_ms": round(statistics.median(runs) * 1000, 3),
        "upstream_key_ms": round(statistics.median(theirs) * 1000, 1),
        "ours_same_key_for_equal_frame": ours(Dependencies(equal)) == key,
        "upstream_same_key_for_equal_frame": upstream(equal) == their_key[0],
        "ours_key": key,
        "upstream_key": their_key[0],
    }


def _timed(work: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    done = work()
    return time.perf_counter() - start, done


if __name__ == "__main__":
    main()
