"""Cost of a durable step: this project, Pydantic AI's own two integrations, and DBOS, side by side.

    make bench  or  python -m benchmarks.cost.overhead --steps 20,40,160 --json

Every variant runs the same scripted agent, whose model and tool cost nothing, in a process of its own against the same
Prefect server (none for DBOS, which writes to SQLite). The variants take turns, so that a change of the machine's speed
meets all of them. Milliseconds are per durable task: a run of n steps has n tool calls and n + 1 model requests.

    python -m benchmarks.cost.overhead --parts --steps 160 --rounds 8

prints what recovery, ledger and trace add to a step: processor time with them over that without, in one process that
switches them off for every second run.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from pathlib import Path
from typing import Any

VARIANTS = ("ours", "budget", "replay", "wrapper", "capability", "dbos")
MEANING = {
    "ours": "PrefectAgent of this project",
    "budget": "the same under a budget: each model request reserved before it is made",
    "replay": "the same, second attempt: every step from its stored result",
    "wrapper": "pydantic_ai.durable_exec.prefect.PrefectAgent (deprecated)",
    "capability": "pydantic_ai.durable_exec.prefect.PrefectDurability",
    "dbos": "pydantic_ai.durable_exec.dbos.DBOSDurability on SQLite, tools as DBOS steps",
}


def main() -> None:
    """Run all variants and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--steps", default="20,40,160", help="run lengths, separated by commas")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each variant and length; the median counts")
    parser.add_argument("--variants", default=",".join(VARIANTS))
    parser.add_argument(
        "--parts", action="store_true", help="the share of recovery, ledger and trace, and nothing else"
    )
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--child", nargs=2, metavar=("VARIANT", "STEPS"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child and arguments.child[0] == "parts":
        length, rounds = map(int, arguments.child[1].split("x"))
        print(json.dumps(asyncio.run(_parts(length, rounds))))
        return
    if arguments.child:
        print(run_child(arguments.child[0], int(arguments.child[1])))
        return
    from runtime.prefect_server.connection import stop_server

    lengths = [int(length) for length in arguments.steps.split(",")]
    if arguments.parts:
        _print_parts(lengths, arguments.rounds, as_json=arguments.as_json)
        stop_server()
        return
    variants = [variant for variant in VARIANTS if variant in arguments.variants.split(",")]
    figures: dict[str, dict[int, list[float]]] = {variant: {length: [] for length in lengths} for variant in variants}
    with tempfile.TemporaryDirectory() as home:
        environment = _environment(home)
        for _ in range(arguments.rounds):
            for length in lengths:
                for variant in variants:
                    command = [sys.executable, "-m", "benchmarks.cost.overhead", "--child", variant, str(length)]
                    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
                    figures[variant][length].append(float(done.stdout.split()[-1]))
        stop_server()
    medians = {
        variant: {n: round(statistics.median(runs), 1) for n, runs in by.items()} for variant, by in figures.items()
    }
    if arguments.as_json:
        print(json.dumps({"unit": "ms per durable task, median", "runs": figures, "median": medians}))
        return
    print(f"| ms per task | {' | '.join(f'{n} steps' for n in lengths)} | longest / shortest |")
    print("|---|" + "---|" * (len(lengths) + 1))
    for variant, by in medians.items():
        ratio = by[lengths[-1]] / by[lengths[0]]
        print(f"| {MEANING[variant]} | {' | '.join(str(by[n]) for n in lengths)} | {ratio:.2f} |")


def _environment(home: str) -> dict[str, str]:
    """Settings for the children: a home of their own, our Prefect defaults, and a server that this process runs."""
    os.environ.update(ANALYST_HOME=f"{home}/analyst", PREFECT_HOME=f"{home}/prefect", PREFECT_LOGGING_LEVEL="CRITICAL")
    os.environ.pop("PREFECT_API_URL", None)
    from runtime.prefect_server.connection import ensure_server
    from runtime.prefect_server.settings import apply_prefect_settings

    Path(home, "prefect").mkdir()
    apply_prefect_settings(quiet=True)
    return {**os.environ, "PREFECT_API_URL": ensure_server(), "BENCHMARK_HOME": home}


def run_child(variant: str, steps: int) -> float:
    """Run one variant in this process and return its milliseconds per task."""
    warnings.simplefilter("ignore")
    os.environ["PYDANTIC_AI_NO_BANNER"] = "1"
    measured = {"dbos": _dbos, "ours": _ours, "budget": _budget, "replay": _replay}.get(
        variant, lambda n: _upstream(variant, n)
    )
    seconds = asyncio.run(measured(steps))
    return seconds / (2 * steps + 1) * 1000


def _agent(steps: int, decorate: Callable[[Any], Any] = lambda tool: tool, **options: Any) -> Any:
    from pydantic_ai import Agent
    from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
    from pydantic_ai.models.function import AgentInfo, FunctionModel

    def answer(messages: list[ModelMessage], _: AgentInfo) -> ModelResponse:
        done = sum(isinstance(message, ModelResponse) for message in messages)
        return ModelResponse(parts=[ToolCallPart("step", {"i": done}) if done < steps else TextPart("done")])

    async def step(i: int) -> int:
        return i

    agent = Agent(FunctionModel(answer), name="overhead", **options)
    agent.tool_plain(decorate(step))
    return agent


def _limits() -> Any:
    from pydantic_ai.usage import UsageLimits

    return UsageLimits(request_limit=None)


async def _timed(run: Callable[[], Coroutine[Any, Any, Any]]) -> float:
    start = time.perf_counter()
    await run()
    return time.perf_counter() - start


async def _ours(steps: int) -> float:
    return (await _attempts(steps, 1))[0]


async def _budget(steps: int) -> float:
    return (await _attempts(steps, 1, budget="tokens=1000000000"))[0]


async def _replay(steps: int) -> float:
    return (await _attempts(steps, 2))[1]


async def _attempts(steps: int, attempts: int, budget: str | None = None) -> list[float]:
    """Run the agent inside a flow that fails until it has been tried `attempts` times."""
    from prefect import flow

    from agents import PrefectAgent
    from runtime.runs.record import record_run

    durable = PrefectAgent(_agent(steps))
    seconds: list[float] = []

    @flow(retries=attempts - 1)
    async def parent() -> None:
        await record_run(budget=budget)
        seconds.append(await _timed(lambda: durable.run("go", usage_limits=_limits())))
        if len(seconds) < attempts:
            raise RuntimeError("once more")

    await parent()
    return seconds


def _print_parts(lengths: list[int], rounds: int, *, as_json: bool) -> None:
    """Measure the parts in a process of its own for each length, and print the table."""
    with tempfile.TemporaryDirectory() as home:
        environment, figures = _environment(home), dict[int, dict[str, list[float]]]()
        for length in lengths:
            command = [sys.executable, "-m", "benchmarks.cost.overhead", "--child", "parts", f"{length}x{rounds}"]
            done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
            figures[length] = json.loads(done.stdout.splitlines()[-1])
    ratios = {
        n: statistics.median(a / b for a, b in zip(by["whole"], by["bare"], strict=True)) for n, by in figures.items()
    }
    if as_json:
        print(json.dumps({"unit": "ms of processor time per durable task", "runs": figures, "ratio": ratios}))
        return
    print("| steps | ms with recovery, ledger, trace | ms without | ratio, median of pairs |\n|---|---|---|---|")
    for n, by in figures.items():
        print(f"| {n} | {statistics.median(by['whole']):.2f} | {statistics.median(by['bare']):.2f} | {ratios[n]:.3f} |")


async def _parts(steps: int, rounds: int) -> dict[str, list[float]]:
    """Return the processor time per task, in milliseconds, of runs with and without recovery, ledger and trace."""
    from benchmarks.cost.bare_steps import bare_steps

    warnings.simplefilter("ignore")
    found: dict[str, list[float]] = {"whole": [], "bare": []}
    for number in range(2 * rounds + 2):
        bare = number % 4 in (1, 2)  # whole, bare, bare, whole: what grows from run to run meets both alike
        with bare_steps() if bare else nullcontext():
            began = time.process_time()
            await _attempts(steps, 1)
            spent = time.process_time() - began
        if number >= 2:  # the first runs load what is loaded once
            found["bare" if bare else "whole"].append(spent / (2 * steps + 1) * 1000)
    return found


async def _upstream(variant: str, steps: int) -> float:
    from prefect import flow
    from pydantic_ai.durable_exec.prefect import PrefectAgent, PrefectDurability

    if variant == "wrapper":
        runnable: Any = PrefectAgent(_agent(steps))
    else:
        runnable = _agent(steps, capabilities=[PrefectDurability()])

    @flow
    async def parent() -> float:
        return await _timed(lambda: runnable.run("go", usage_limits=_limits()))

    return await parent()


async def _dbos(steps: int) -> float:
    import logging
    import uuid

    from dbos import DBOS
    from pydantic_ai.durable_exec.dbos import DBOSDurability

    logging.disable(logging.WARNING)
    database = Path(os.environ["BENCHMARK_HOME"]) / f"dbos-{uuid.uuid4().hex}.sqlite"
    DBOS(config={"name": "overhead", "system_database_url": f"sqlite:///{database}", "run_admin_server": False})
    agent = _agent(steps, decorate=DBOS.step(), capabilities=[DBOSDurability()])

    @DBOS.workflow()
    async def parent() -> float:
        return await _timed(lambda: agent.run("go", usage_limits=_limits()))

    DBOS.launch()
    try:
        return await parent()
    finally:
        DBOS.destroy()


if __name__ == "__main__":
    main()
