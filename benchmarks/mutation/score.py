"""Score of the tests: the share of mutants that a test notices, for each area of what the project promises.

Of each area some mutants are picked at random, the same ones for the same seed. Each is put into a process that has
imported the area's tests and run none. There run the tests that have called the changed function, the quickest first;
so a mutant takes a second or two. It is noticed when a test fails, or when they do not end. One that survives is either
a rule without a test or a change that makes no difference, which only a reader can tell: the score counts both.

Of tests that take long some are left out for each mutant, so on a busy machine, where all do, the score is too low.
"""

import argparse
import gc
import multiprocessing
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.mutation.mutants import Mutant, mutants
from tests.own_server import OwnServer

AREAS = {
    "keys": (
        [
            "agents/durable/keys/*.py",
            "cache_policies/digests/*.py",
            *(f"cache_policies/{name}.py" for name in ("locks", "policies", "task_results")),
        ],
        ["agents/durable/keys", "cache_policies"],
    ),
    "call path": (["cache_policies/call_path.py"], ["cache_policies"]),
    "leases and fencing": (["runtime/runs/attempts/*.py"], ["runtime/runs"]),
    "effects": (
        ["runtime/effects/*.py"],
        [
            *(f"runtime/test_{name}.py" for name in ("effects", "effects_at_once", "effects_in_the_store", "undo")),
            "agents/durable/test_undo_tools.py",
        ],
    ),
    "evidence": (
        [
            *(f"agents/grounding/{room}/*.py" for room in ("sentences", "binding", "checks", "claims", "verdicts")),
            *(f"agents/grounding/{name}.py" for name in ("checker", "evidence", "problems", "tool_calls/evidence_ids")),
        ],
        ["agents/grounding", "agents/test_analyst.py"],
    ),
    "events": (
        ["deployments/events/*.py", "runtime/dataset_events/*.py"],
        ["deployments/events", "deployments/test_triggers.py", "runtime/dataset_events"],
    ),
    "redaction": (["runtime/texts/redaction.py"], ["runtime/texts/test_redaction.py"]),
}
"""Files whose rules the project promises, and the tests that are about them."""

_OPTIONS = ["-p", "no:cacheprovider", "-p", "no:terminal"]

_MOST_SECONDS = 40.0
"""Most seconds of tests for a mutant; those that take long are left out first."""

_PATIENCE = (60.0, 3.0)
"""Seconds, and times of what the tests take without a change, after which they are held never to end. A single test is
given a minute."""

_fork = multiprocessing.get_context("fork")


def main() -> None:
    """Print the survivors of each area, and its score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--area", choices=AREAS, help="one area; by default all")
    parser.add_argument("--mutants", type=int, default=40, help="at most so many of each area (default 40; 0: all)")
    parser.add_argument("--seed", type=int, default=1, help="another seed picks others")
    options = parser.parse_args()
    table = ["| area | mutants | tried | noticed | survived | score |", "|---|---|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as home, OwnServer(PREFECT_HOME=home) as server:
        server.wait()
        os.environ["ANALYST_TESTS_SERVER"] = server.url
        for area in [options.area] if options.area else AREAS:
            # Modules and settings of one area's tests are not those of the next.
            line = _in_fork(lambda area=area: _score(area, options.mutants, options.seed), None)
            table.append(line or f"| {area} | the run broke off |")
    print("\n", "\n".join(table), sep="")


def _in_fork(work: Callable[[], Any], seconds: float | None) -> Any:
    """Return what a function returns in a process of its own, which then ends; `None` if it does not end in time."""
    here, there = _fork.Pipe(duplex=False)

    def run() -> None:
        os.setpgid(0, 0)
        there.send(work())

    process = _fork.Process(target=run)
    process.start()
    there.close()
    try:
        return here.recv() if here.poll(seconds) else None
    except EOFError:
        return None
    finally:
        _end(process)


def _end(process: Any) -> None:
    """End a process with those that its tests have started."""
    try:
        os.killpg(process.pid, 9)
    except OSError:
        process.kill()
    process.join()


def _score(area: str, most: int, seed: int) -> str:
    """Try mutants of an area, and return its line of the table."""
    patterns, tests = AREAS[area]
    paths = [path for pattern in patterns for path in sorted(Path().glob(pattern)) if path.name != "__init__.py"]
    known = [mutant for path in paths for mutant in mutants(path)]
    arguments = [*_OPTIONS, "--timeout=0", *(f"tests/{path}" for path in tests)]
    pytest.main([*arguments, "--collect-only"])
    gc.freeze()
    run = _in_fork(lambda: _Calls.of(arguments, paths), None)
    for name in run.failed:
        print(f"{area}: {name} fails without a change and is left out", flush=True)
    counted = Counter[str]()
    for mutant in random.Random(seed).sample(known, min(most or len(known), len(known))):
        state = _state(mutant, run)
        counted[state] += 1
        if state != "noticed":
            print(f"{area}: {mutant}: {state}", flush=True)
    tried = counted["noticed"] + counted["survived"]
    score = f"{counted['noticed'] / tried:.0%}" if tried else "-"
    return f"| {area} | {len(known)} | {tried} | {counted['noticed']} | {counted['survived']} | {score} |"


def _state(mutant: Mutant, run: "_Calls") -> str:
    names = run.tests_of(mutant)
    if not names:
        return "survived"  # no test calls the function
    first, times = _PATIENCE
    limit = first + times * sum(run.seconds[name] for name in names)

    def test() -> str:
        if not mutant.put():
            return "not reached by name"
        chosen = _Chosen(names)
        files = dict.fromkeys(name.partition("::")[0] for name in names)
        pytest.main([*_OPTIONS, "--timeout=60", "-x", *files], plugins=[chosen])
        return "noticed" if chosen.failed else "survived"

    return _in_fork(test, limit) or "noticed"


class _Calls:
    """Plugin of pytest that notes which functions of some files each test calls."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = {str(path.resolve()): str(path) for path in paths}
        self._seen = set[tuple[str, str]]()
        self._shared: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self.calls: dict[str, set[tuple[str, str]]] = {}
        self.seconds: dict[str, float] = {}
        self.failed: list[str] = []

    @classmethod
    def of(cls, arguments: list[str], paths: Iterable[Path]) -> "_Calls":
        """Run tests, and return what they called."""
        calls = cls(paths)
        pytest.main(arguments, plugins=[calls])
        return calls

    def tests_of(self, mutant: Mutant) -> list[str]:
        """Return the tests that call the mutant's function, the quickest first."""
        path, cached = str(mutant.path), mutant.is_cached()
        found = [
            name
            for name, calls in self.calls.items()
            if name not in self.failed
            and any(file == path and (cached or function == mutant.function) for file, function in calls)
        ]
        chosen: list[str] = []
        left = _MOST_SECONDS
        for name in sorted(found, key=self.seconds.__getitem__):
            left -= self.seconds[name]
            if left >= 0 or not chosen:
                chosen.append(name)
        return chosen

    def _trace(self, frame: Any, *_: Any) -> None:
        path = self._paths.get(frame.f_code.co_filename)
        if path is not None:
            self._seen.add((path, frame.f_code.co_qualname.partition(".<locals>")[0]))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Note the calls of a test and its time."""
        self._seen = set()
        begun = time.perf_counter()
        threading.settrace(self._trace)
        sys.settrace(self._trace)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            self.calls[item.nodeid] = self._seen | self._shared[item.nodeid.partition("::")[0]]
            self.seconds[item.nodeid] = time.perf_counter() - begun

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Iterator[None]:
        """Note the calls of a fixture that several tests share for all of the file."""
        before, self._seen = self._seen, set()
        try:
            return (yield)
        finally:
            if fixturedef.scope != "function":
                self._shared[request.node.nodeid.partition("::")[0]] |= self._seen
            self._seen |= before

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test that fails."""
        if report.failed and report.nodeid not in self.failed:
            self.failed.append(report.nodeid)


class _Chosen:
    """Plugin of pytest that runs some tests, in their order."""

    def __init__(self, names: list[str]) -> None:
        self._order = {name: number for number, name in enumerate(names)}
        self.failed = False

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave the chosen tests."""
        kept = [item for item in items if item.nodeid in self._order]
        items[:] = sorted(kept, key=lambda item: self._order[item.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note that a test fails."""
        self.failed = self.failed or report.failed


if __name__ == "__main__":
    main()
