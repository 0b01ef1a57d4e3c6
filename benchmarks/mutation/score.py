"""Score of the tests: the share of mutants that a test notices, for each area of what the project promises.

Of each area some mutants are picked at random, the same ones for the same seed. Each is put into a process that has
imported the area's tests and run none. There run the tests that go through the changed line, the quickest first; so a
mutant takes a second or two. It is noticed when a test fails, or when they do not end. One that survives is either
a rule without a test or a change that makes no difference, which only a reader can tell: the score counts both.

Of tests that take long some are left out for each mutant. Which ones does not depend on how busy the machine is, since
the seconds of the processor count for that.
"""

import argparse
import gc
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from benchmarks.mutation.mutants import Mutant, mutants
from tests.servers.own_server import OwnServer

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
        ["runtime/effects", "agents/durable/test_undo_tools.py"],
    ),
    "evidence": (
        [
            *(f"agents/grounding/{room}/**/*.py" for room in ("sentences", "binding", "checks", "claims")),
            *(f"agents/grounding/{room}/**/*.py" for room in ("quantified", "numbers", "texts", "verdicts")),
            *(
                f"agents/grounding/{name}.py"
                for name in ("checker", "output_check", "problems", "tool_calls/evidence_ids")
            ),
        ],
        ["agents/grounding", "agents/test_analyst.py", "agents/test_researcher.py"],
    ),
    "events": (
        ["deployments/events/*.py", "runtime/dataset_events/*.py"],
        ["deployments/events", "deployments/test_triggers.py", "runtime/dataset_events"],
    ),
    "redaction": (["runtime/texts/redaction.py"], ["runtime/texts/test_redaction.py"]),
}
"""Files whose rules the project promises, and the tests that are about them."""

_OPTIONS = ["-p", "no:cacheprovider", "-p", "no:terminal", "--timeout=0"]

_MOST_SECONDS = 40.0
"""Most seconds of the processor, of tests for a mutant; those that take long are left out first."""

_PATIENCE = (20.0, 3.0)
"""Seconds, and times of what the tests take without a change, after which they are held never to end."""

_fork = multiprocessing.get_context("fork")


def main() -> None:
    """Print the survivors of each area, and its score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--area", choices=AREAS, help="one area; by default all")
    parser.add_argument("--mutants", type=int, default=40, help="at most so many of each area (default 40; 0: all)")
    parser.add_argument("--seed", type=int, default=1, help="another seed picks others")
    options = parser.parse_args()
    table = ["| area | mutants | tried | noticed | survived | score |", "|---|---|---|---|---|---|"]
    every: list[tuple[int, int, int]] = []
    with tempfile.TemporaryDirectory() as home, OwnServer(PREFECT_HOME=home) as server:
        server.wait()
        os.environ["ANALYST_TESTS_SERVER"] = server.url
        for area in [options.area] if options.area else AREAS:
            # Modules and settings of one area's tests are not those of the next.
            counted = _in_fork(lambda area=area: _score(area, options.mutants, options.seed), None)
            table.append(_line(area, *counted) if counted else f"| {area} | the run broke off |")
            every += [counted] if counted else []
    if len(every) > 1:
        known, noticed, survived = (sum(counts) for counts in zip(*every, strict=True))
        table.append(_line("all", known, noticed, survived))
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


def _line(area: str, known: int, noticed: int, survived: int) -> str:
    tried = noticed + survived
    score = f"{noticed / tried:.0%}" if tried else "-"
    return f"| {area} | {known} | {tried} | {noticed} | {survived} | {score} |"


def _score(area: str, most: int, seed: int) -> tuple[int, int, int]:
    """Try mutants of an area; return how many there are, how many tests noticed, and how many survived."""
    patterns, tests = AREAS[area]
    paths = [path for pattern in patterns for path in sorted(Path().glob(pattern)) if path.name != "__init__.py"]
    known = [mutant for path in paths for mutant in mutants(path)]
    chosen = random.Random(seed).sample(known, min(most or len(known), len(known)))
    trials = _Trials(area, paths, chosen)
    pytest.main([*_OPTIONS, *(f"tests/{path}" for path in tests)], plugins=[trials])
    return len(known), trials.counted["noticed"], trials.counted["survived"]


class _Trials:
    """Plugin of pytest that tries mutants on the tests collected, instead of running these.

    Each mutant gets a process of its own, in which tests have been imported and none has run.
    """

    def __init__(self, area: str, paths: Iterable[Path], chosen: Iterable[Mutant]) -> None:
        self._area, self._paths, self._chosen = area, paths, chosen
        self.counted = Counter[str]()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run all tests unchanged, then those of each mutant."""
        gc.freeze()
        items = {item.nodeid: item for item in session.items}
        run = _in_fork(lambda: _Lines.of(session.items, self._paths), None)
        for name in run.names:
            print(f"{self._area}: {name} fails without a change and is left out", flush=True)
        for mutant in self._chosen:
            state = _state(mutant, run, items)
            _clear(Path(os.environ["ANALYST_TESTS_ROOT"]))
            self.counted[state] += 1
            if state != "noticed":
                print(f"{self._area}: {mutant}: {state}", flush=True)
        return True


def _state(mutant: Mutant, run: "_Lines", items: dict[str, pytest.Item]) -> str:
    names = run.tests_of(mutant)
    if not names:
        return "survived"  # no test goes through the line
    first, times = _PATIENCE
    limit = first + times * sum(run.seconds[name] for name in names)

    def test() -> str:
        if not mutant.put():
            return "not reached by name"
        return "noticed" if _fails([items[name] for name in names]) else "survived"

    return _in_fork(test, limit) or "noticed"


def _fails(items: Sequence[pytest.Item]) -> bool:
    """Run tests until one fails, and return whether one does."""
    noted = _Failures()
    items[0].config.pluginmanager.register(noted)
    return any(_run(item, following) or noted.names for item, following in pairwise([*items, None]) if item)


def _run(item: pytest.Item, following: pytest.Item | None) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def _clear(folder: Path) -> None:
    """Remove what the tests of a mutant have left in their home."""
    for each in folder.iterdir():
        if each.is_dir():
            shutil.rmtree(each, ignore_errors=True)


class _Failures:
    """Plugin of pytest that notes the tests that fail."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test that fails."""
        if report.failed and report.nodeid not in self.names:
            self.names.append(report.nodeid)


class _Lines(_Failures):
    """Plugin of pytest that notes through which lines of some files each test goes, and how long it takes."""

    def __init__(self, paths: Iterable[Path]) -> None:
        super().__init__()
        self._paths = {str(path.resolve()): str(path) for path in paths}
        self._seen = set[tuple[str, int]]()
        self._shared: dict[str, set[tuple[str, int]]] = defaultdict(set)
        self.lines: dict[str, set[tuple[str, int]]] = {}
        self.seconds: dict[str, float] = {}
        self._busy: dict[str, float] = {}

    @classmethod
    def of(cls, items: Sequence[pytest.Item], paths: Iterable[Path]) -> "_Lines":
        """Run tests, and return the lines through which they went."""
        lines = cls(paths)
        items[0].config.pluginmanager.register(lines)
        for item, following in pairwise([*items, None]):
            if item:
                _run(item, following)
        return lines

    def tests_of(self, mutant: Mutant) -> list[str]:
        """Return the tests that go through the mutant's lines, the quickest first."""
        path, cached = str(mutant.path), mutant.is_cached()
        first, last = mutant.lines
        found = [
            name
            for name, lines in self.lines.items()
            if name not in self.names
            and any(file == path and (cached or first <= line <= last) for file, line in lines)
        ]
        chosen: list[str] = []
        left = _MOST_SECONDS
        for name in sorted(found, key=self._busy.__getitem__):
            left -= self._busy[name]
            if left >= 0 or not chosen:
                chosen.append(name)
        return chosen

    def _trace(self, frame: FrameType, event: str, _: Any) -> Any:
        path = self._paths.get(frame.f_code.co_filename)
        if path is None:
            return None
        if event == "line":
            self._seen.add((path, frame.f_lineno))
        return self._trace

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Note the lines of a test and its time."""
        self._seen = set()
        begun, busy = time.perf_counter(), time.process_time()
        threading.settrace(self._trace)
        sys.settrace(self._trace)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            self.lines[item.nodeid] = self._seen | self._shared[item.nodeid.partition("::")[0]]
            self.seconds[item.nodeid] = time.perf_counter() - begun
            self._busy[item.nodeid] = time.process_time() - busy

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Iterator[None]:
        """Note the lines of a fixture that several tests share for all of the file."""
        before, self._seen = self._seen, set()
        try:
            return (yield)
        finally:
            if fixturedef.scope != "function":
                self._shared[request.node.nodeid.partition("::")[0]] |= self._seen
            self._seen |= before


if __name__ == "__main__":
    main()
