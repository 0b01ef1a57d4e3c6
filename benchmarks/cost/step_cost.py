"""Processor time of a durable step, here and in another checkout of this project, in turns.

    python -m benchmarks.cost.step_cost --checkout OTHER --python OTHER/.venv/bin/python --steps 160 --rounds 8

Both make the runs of `benchmarks.cost.overhead` in a process of their own against the same Prefect server, one run each
in every round, so that a change of the machine's speed meets both. Processor time is that of the whole process with its
threads, so other load on the machine counts little. What is done once per second counts more for a slow step.
"""

import argparse
import asyncio
import importlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Print milliseconds a step of both, and the median of their ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--checkout", type=Path, help="root of the other checkout")
    parser.add_argument("--python", help="its interpreter, by default `.venv/bin/python` there")
    parser.add_argument("--steps", type=int, default=160)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        asyncio.run(_child(arguments.steps))
        return
    other = arguments.checkout.resolve()
    pythons = {other: arguments.python or str(other / ".venv/bin/python"), ROOT: sys.executable}
    with tempfile.TemporaryDirectory() as home:
        environment = _environment(home)
        runs = {root: _start(root, python, arguments.steps, environment, home) for root, python in pythons.items()}
        found: dict[Path, list[float]] = {root: [] for root in runs}
        for number in range(arguments.rounds):
            for root in list(runs) if number % 2 == 0 else list(runs)[::-1]:
                found[root].append(_ask(runs[root]))
        for run in runs.values():
            run.communicate()
        from runtime.prefect_server.connection import stop_server

        stop_server()
    tasks = 2 * arguments.steps + 1
    ratios = [here / there for here, there in zip(found[ROOT], found[other], strict=True)]
    there, here = (statistics.median(found[root]) for root in (other, ROOT))
    print(f"processor time a step: there {there:.2f} ms, here {here:.2f} ms")
    print(f"processor time a run: there {there * tasks / 1000:.2f} s, here {here * tasks / 1000:.2f} s")
    print(f"here / there: median of pairs {statistics.median(ratios):.3f}, {min(ratios):.3f} to {max(ratios):.3f}")


def _environment(home: str) -> dict[str, str]:
    from benchmarks.cost.overhead import _environment

    return _environment(home)


def _start(root: Path, python: str, steps: int, environment: dict[str, str], home: str) -> "subprocess.Popen[str]":
    """Start the process of a checkout, and wait until it has made a first run."""
    data = Path(home, f"data-{len(os.listdir(home))}")  # noqa: PTH208
    data.mkdir()
    run = subprocess.Popen(
        [python, __file__, "--child", "--steps", str(steps)],
        cwd=root,
        env={**environment, "ANALYST_HOME": str(data), "PYTHONPATH": str(root)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    _ask(run)
    return run


def _ask(run: "subprocess.Popen[str]") -> float:
    """Let a process make one run, and return its milliseconds a step."""
    assert run.stdin is not None
    assert run.stdout is not None
    run.stdin.write("go\n")
    run.stdin.flush()
    return float(json.loads(run.stdout.readline()))


async def _child(steps: int) -> None:
    """Make a run for each line that comes in, with the code of the folder that this process was started in."""
    sys.path[0] = os.getcwd()  # noqa: PTH109 - in place of this script's folder
    warnings.simplefilter("ignore")
    os.environ["PYDANTIC_AI_NO_BANNER"] = "1"
    try:
        overhead = importlib.import_module("benchmarks.cost.overhead")
    except ModuleNotFoundError:  # an older checkout, whose benchmarks are in no rooms
        overhead = importlib.import_module("benchmarks.overhead")
    for _ in sys.stdin:
        began = time.process_time()
        await overhead._attempts(steps, 1)
        print((time.process_time() - began) / (2 * steps + 1) * 1000, flush=True)


if __name__ == "__main__":
    main()
