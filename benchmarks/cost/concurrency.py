"""Many agent runs at once in one process: how close the wall time comes to what the model alone would take.

    python -m benchmarks.cost.concurrency --runs 50 --latency 1.0 --json

Each run asks a scripted model that answers after `latency` seconds, and calls a tool after each answer but the last.
With nothing else to do, all runs together take as long as one: steps times latency. What is more is told apart:
`before` the first request and `after` the last answer is book-keeping of flow runs on the Prefect server, `between`
them are the durable steps. A second pass, with fewer runs, samples what the event loop is busy with.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections import Counter
from typing import Any

AIM = 1.15
"""Wall time over ideal time that the project aims at."""

PARTS = {
    "our steps and keys": ("/agents/", "/cache_policies/", "/runtime/"),
    "Prefect: events": ("/prefect/events/", "/websockets/"),
    "Prefect: HTTP to the server": ("/prefect/client/", "/httpx/", "/httpcore/", "/h11/", "/h2/", "/hpack/"),
    "Prefect: tasks, states, results": ("/prefect/",),
    "Pydantic AI": ("/pydantic_ai/", "/pydantic_graph/"),
}
"""Parts by what is in the path of the innermost frame that belongs to any of them."""


def main() -> None:
    """Run both passes in a process of their own and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=50, help="agent runs at once")
    parser.add_argument("--latency", type=float, default=1.0, help="seconds that the model takes to answer")
    parser.add_argument("--steps", type=int, default=8, help="model requests of each run")
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        print(json.dumps(asyncio.run(measure(arguments.runs, arguments.latency, arguments.steps))))
        return
    from benchmarks.cost.overhead import _environment
    from runtime.prefect_server.connection import stop_server

    with tempfile.TemporaryDirectory() as home:
        environment = _environment(home)
        command = [sys.executable, "-m", "benchmarks.cost.concurrency", "--child", "--runs", str(arguments.runs)]
        command += ["--latency", str(arguments.latency), "--steps", str(arguments.steps)]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        stop_server()
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if arguments.as_json:
        print(json.dumps(figures))
        return
    print(
        f"{figures['runs']} runs at once, {figures['steps']} requests of {figures['latency']:g} s each: "
        f"{figures['wall']:.1f} s, ideal {figures['ideal']:.1f} s, ratio {figures['ratio']:.2f} (aim {AIM})"
    )
    parts = ", ".join(f"{name} {figures[name]:.1f} s" for name in ("before", "between", "after"))
    print(f"Median of the runs: {parts}; the steps alone: ratio {figures['steps_ratio']:.2f}")
    print(f"{figures['cpu']:.1f} s of processor time, {figures['ms_per_step']:.1f} ms a durable step; of it:\n")
    print("| part | share |\n|---|---|")
    for part, share in figures["shares"].items():
        print(f"| {part} | {share:.0%} |")


async def measure(runs: int, latency: float, steps: int) -> dict[str, Any]:
    """Run `runs` agents at once and return the figures.

    Args:
        runs: Agent runs at once.
        latency: Seconds that the model takes to answer.
        steps: Model requests of each run.

    Returns:
        Seconds (`wall`, `ideal`, `cpu` of this process), their `ratio`, and `shares` of the processor time by part.
    """
    warnings.simplefilter("ignore")
    os.environ["PYDANTIC_AI_NO_BANNER"] = "1"
    from prefect import flow

    moments: dict[str, list[float]] = {}
    durable = _agent(latency, steps, moments)

    @flow
    async def everything(count: int) -> tuple[float, list[tuple[float, float, float]]]:
        started = time.perf_counter()

        async def one(number: int) -> tuple[float, float, float]:
            name = f"go {number}"
            moments[name] = []
            await durable.run(name)
            first, last = moments[name][0], moments[name][-1]
            return first - started, last - first, time.perf_counter() - last

        parts = await asyncio.gather(*(one(number) for number in range(count)))
        return time.perf_counter() - started, parts

    await everything(1)  # imports and first connections are the start's, not the runs'
    cpu, cpu_loop = time.process_time(), time.thread_time()
    wall, parts = await everything(runs)
    cpu, cpu_loop = time.process_time() - cpu, time.thread_time() - cpu_loop
    with sampling() as samples:
        await everything(max(1, runs // 3))
    before, between, after = (statistics.median(part) for part in zip(*parts, strict=True))
    ideal, total = steps * latency, sum(samples.values()) or 1
    shares = {part: count / total * cpu_loop / cpu for part, count in samples.most_common()}
    return {
        "runs": runs,
        "latency": latency,
        "steps": steps,
        "wall": wall,
        "ideal": ideal,
        "ratio": wall / ideal,
        "aim": AIM,
        "before": before,
        "between": between,
        "after": after,
        "steps_ratio": between / ideal,
        "cpu": cpu,
        "ms_per_step": cpu / (runs * (2 * steps - 1)) * 1000,
        "shares": shares | {"other threads: events, heartbeats": 1 - cpu_loop / cpu},
    }


def _agent(latency: float, steps: int, moments: dict[str, list[float]]) -> Any:
    from pydantic_ai import Agent
    from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
    from pydantic_ai.models.function import AgentInfo, FunctionModel

    from agents import PrefectAgent

    async def answer(messages: list[ModelMessage], _: AgentInfo) -> ModelResponse:
        done = sum(isinstance(message, ModelResponse) for message in messages)
        times = moments[str(messages[0].parts[0].content)]  # pyright: ignore[reportAttributeAccessIssue] - the prompt
        times.append(time.perf_counter())
        await asyncio.sleep(latency)
        times.append(time.perf_counter())
        return ModelResponse(parts=[ToolCallPart("step", {"i": done}) if done < steps - 1 else TextPart("done")])

    async def step(i: int) -> int:
        return i

    agent = Agent(FunctionModel(answer), name="concurrency")
    agent.tool_plain(step)
    return PrefectAgent(agent)


class sampling:  # noqa: N801 - used like a function
    """Counts, a few hundred times a second, which part the event loop is in while it is not waiting."""

    def __enter__(self) -> Counter[str]:
        self._samples: Counter[str] = Counter()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=[threading.get_ident()], daemon=True)
        self._thread.start()
        return self._samples

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self, watched: int) -> None:
        while not self._stop.wait(0.004):
            frame = sys._current_frames()[watched]  # the standard way to look at another thread
            if "selectors.py" not in frame.f_code.co_filename:
                self._samples[_part(frame)] += 1


def _part(frame: Any) -> str:
    while frame is not None:
        path: str = frame.f_code.co_filename
        for part, pieces in PARTS.items():
            installed = "site-packages" in path
            if installed == (part != "our steps and keys") and any(piece in path for piece in pieces):
                return part
        frame = frame.f_back
    return "event loop and others"


if __name__ == "__main__":
    main()
