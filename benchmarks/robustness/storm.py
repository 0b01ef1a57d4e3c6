"""Many runs at once against a model server of which a third of the answers are faulty, in every way that is known.

    python -m benchmarks.robustness.storm --runs 500 --json

Each run asks the model twice: it books an order with a tool, and gives the total. Faults that pass by themselves must
leave no trace: the total is right and the order booked once. A twentieth of the runs meets a fault that does not pass,
such as a spent quota, and must fail with that message. The script goes by `--seed`, but which run gets which fault
depends on the order of arrival.

Figures: runs that ended right or failed rightly, orders booked twice, what was spent against the ceiling of the day,
requests for each one that would do without faults, and the most memory that the process took.
"""

import argparse
import asyncio
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.servers.model_server import ChatRequest, ModelServer, Reply, ToolCall, calls, fails, says

FAULTY = 0.3
"""Share of answers that are faulty."""
PERMANENT = 0.05
"""Share of runs that meet a fault which does not pass."""
MOST_AT_ONCE = 40
"""Runs under way at a time."""
IN_A_ROW = 3
"""Faults of a run in a row; with more, some runs would rightly give up."""
CEILING = 5.0
"""US dollars of the day: far more than is needed, so that every request is reserved and none is refused."""
SETTINGS = {
    "ANALYST_MODEL_RETRY_DELAY": "0.05",
    "ANALYST_MODEL_IDLE_SECONDS": "10",  # a busy machine keeps the server from answering for some seconds
    "ANALYST_MODEL_SECONDS": "60",
    "ANALYST_MODEL_ANSWER_BYTES": "500000",
    "ANALYST_DAILY_USD": str(CEILING),
    "ANALYST_PRICES": "openai-chat:storm=1/2",
}

PASSING: dict[str, Callable[[int], Reply]] = {
    "rate limited": lambda _: fails(429, "slow down", retry_after="1"),
    "overloaded": lambda _: fails(503),
    "server error": lambda _: fails(500),
    "bad gateway": lambda _: Reply(status=502, body=b"<html>Bad Gateway</html>"),
    "connection cut": lambda _: Reply(drop=True),
    "silence": lambda _: Reply(trickle=30.0),
    "endless answer": lambda _: Reply(trickle=0.0),
    "half a JSON": lambda _: Reply(body=b'{"id": "x", "choices": ['),
    "no choices": lambda _: Reply(body=b'{"id": "x", "created": 0, "model": "storm", "choices": []}'),
    "absurd token count": lambda order: says(f"The total is {3 * order}.", input_tokens=10**12),
    "empty answer": lambda _: says(""),
    "prose": lambda order: says(f"The total is {3 * order}."),
    "wrong schema": lambda _: calls("final_result", total="many", currency="EUR"),
    "NaN": lambda _: Reply(tools=[ToolCall(name="final_result", arguments='{"total": NaN, "currency": "EUR"}')]),
    "no such tool": lambda order: calls("boook", order=order),
    "wrong argument": lambda _: calls("book", order="the first one"),
    "broken arguments": lambda _: Reply(tools=[ToolCall(name="book", arguments='{"order": ')]),
}
"""Faults that pass by themselves, or that the model mends when it is told."""
LASTING: dict[str, tuple[Callable[[], Reply], str]] = {
    "quota": (lambda: Reply(status=429, code="insufficient_quota", text="You exceeded your current quota"), "quota"),
    "key": (lambda: fails(401, "Incorrect API key"), "401"),
    "rejected": (lambda: fails(400, "unknown parameter"), "400"),
}
"""Faults that do not pass, each with a part of the message with which the run must fail."""


class Storm:
    """Script of the model server.

    Args:
        seed: Of the faults.
        lasting: The lasting fault of each order that meets one.
    """

    def __init__(self, seed: int, lasting: dict[int, str]) -> None:
        self._random = random.Random(seed)
        self._lasting = lasting
        self._row: Counter[int] = Counter()
        self._lock = threading.Lock()
        self.faults: Counter[str] = Counter()

    def __call__(self, request: ChatRequest) -> Reply:
        """Answer a request of any run."""
        order = int(str(request.messages[0]["content"]).rsplit(" ", 1)[1].rstrip("."))
        with self._lock:
            if order in self._lasting:
                self.faults[self._lasting[order]] += 1
                return LASTING[self._lasting[order]][0]()
            if self._row[order] < IN_A_ROW and self._random.random() < FAULTY:
                self._row[order] += 1
                fault = self._random.choice(list(PASSING))
                self.faults[fault] += 1
                return PASSING[fault](order)
            self._row[order] = 0
        booked = any(
            message.get("role") == "tool" and "booked" in str(message["content"]) for message in request.messages
        )
        return calls("final_result", total=3 * order, currency="EUR") if booked else calls("book", order=order)


def main() -> None:
    """Run the storm in a process of its own, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--child", metavar="URL", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    lasting = _lasting(arguments.runs, arguments.seed)
    if arguments.child:
        print(json.dumps(asyncio.run(measure(arguments.runs, lasting))))
        return
    from benchmarks.cost.overhead import _environment
    from runtime.prefect_server.connection import stop_server

    storm = Storm(arguments.seed, lasting)
    with tempfile.TemporaryDirectory() as home, ModelServer(storm) as server:
        environment = _environment(home) | server.environment() | SETTINGS
        command = [
            sys.executable,
            "-m",
            "benchmarks.robustness.storm",
            "--runs",
            str(arguments.runs),
            "--seed",
            str(arguments.seed),
        ]
        done = subprocess.run(
            [*command, "--child", "yes"], env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
        stop_server()
        figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        needed = 2 * (arguments.runs - len(lasting)) + len(lasting)
        figures |= {"requests": server.count, "requests_needed": needed, "faults": dict(storm.faults)}
    if arguments.as_json:
        print(json.dumps(figures))
        return
    print(f"{figures['right']} of {figures['runs']} runs ended right or failed with the right message")
    for order, error in figures["wrong"].items():
        print(f"  order {order}: {error}")
    print(f"orders booked twice: {figures['booked_twice']}; booked, but the run failed: {figures['booked_in_vain']}")
    print(f"spent: {figures['usd']:.4f} of {CEILING:g} US dollars")
    print(f"requests: {figures['requests']}, {figures['requests'] / needed:.2f} for each that is needed without faults")
    print(f"{figures['seconds']:.0f} s, at most {figures['peak_mb']:.0f} MB")
    print(f"faults: {sum(figures['faults'].values())}, of {len(figures['faults'])} kinds")


def _lasting(runs: int, seed: int) -> dict[int, str]:
    chance = random.Random(seed)
    orders = chance.sample(range(1, runs + 1), max(1, round(PERMANENT * runs)))
    return {order: list(LASTING)[place % len(LASTING)] for place, order in enumerate(sorted(orders))}


async def measure(runs: int, lasting: dict[int, str]) -> dict[str, Any]:
    """Make all runs and return the figures that this process knows.

    Args:
        runs: Number of runs.
        lasting: The lasting fault of each order that meets one.
    """
    warnings.simplefilter("ignore")
    os.environ["PYDANTIC_AI_NO_BANNER"] = "1"
    from prefect import flow

    booked: Counter[int] = Counter()
    agent = _agent(booked)
    turn = asyncio.Semaphore(MOST_AT_ONCE)

    @flow
    async def handle(order: int) -> int:
        return (await agent.run(f"Book order {order}")).output.total

    async def one(order: int) -> str | None:
        """The reason why a run is wrong; None for one that is right."""
        async with turn:
            try:
                total = await handle(order)
            except Exception as error:  # noqa: BLE001 - what it is decides whether it is right
                text = f"{type(error).__name__}: {error}"
                return None if order in lasting and LASTING[lasting[order]][1] in text else text
        return None if total == 3 * order and order not in lasting else f"total {total}"

    started = time.perf_counter()
    ended = dict(zip(range(1, runs + 1), await asyncio.gather(*map(one, range(1, runs + 1))), strict=True))
    return {
        "runs": runs,
        "right": sum(reason is None for reason in ended.values()),
        "wrong": {order: reason for order, reason in ended.items() if reason},
        "booked_twice": sum(count > 1 for count in booked.values()),
        "booked_in_vain": sum(1 for order in booked if ended[order] is not None),
        "usd": _spent(),
        "ceiling": CEILING,
        "seconds": time.perf_counter() - started,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _agent(booked: Counter[int]) -> Any:
    from pydantic import BaseModel
    from pydantic_ai import Agent

    from agents import PrefectAgent

    class Total(BaseModel):
        total: int
        currency: str

    agent = Agent("openai-chat:storm", name="orders", output_type=Total, retries=5)

    @agent.tool_plain
    def book(order: int) -> str:
        """Book an order."""
        booked[order] += 1
        return f"order {order} is booked. " + "The receipt has many lines. " * 20

    return PrefectAgent(agent)


def _spent() -> float:
    from sqlalchemy import func, select

    from runtime.store.database import get_store
    from runtime.store.tables import AccountRow

    with get_store().reading() as connection:
        micros = connection.execute(select(func.max(AccountRow.micros)).where(AccountRow.key.like("day%"))).scalar()
    return (micros or 0) / 1e6


if __name__ == "__main__":
    main()
