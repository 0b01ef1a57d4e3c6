"""Score of the tests: the share of changed operators that a test notices, for each module that carries promises.

A change is noticed when a test fails, or does not end. One that no test notices survives: either a rule without a
test, or a change that makes no difference, such as another word in a message. Modules are changed and tested by groups,
each with the tests that are about it; tests that take long for each change are left out. `tool.mutmut` in
pyproject.toml says which modules there are.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

TESTS = {
    "agents/durable/keys/": ["agents/durable/keys", "cache_policies/test_key_form.py"],
    "agents/grounding/": ["agents/grounding", "agents/test_analyst.py"],
    "cache_policies/": ["cache_policies"],
    "deployments/events/": ["deployments/events"],
    "runtime/dataset_events/": ["runtime/dataset_events"],
    "runtime/effects/": ["runtime/test_effects.py"],
    "runtime/texts/redaction.py": ["runtime/texts/test_redaction.py"],
    "runtime/runs/attempts/leases.py": ["runtime/runs/attempts/test_leases.py"],
    "runtime/runs/attempts/takeover.py": ["runtime/runs/attempts/test_leases.py"],
}
"""Tests for each beginning of a path."""

WITH_SERVER = ("deployments/events/",)
"""Groups whose tests need a Prefect server: one serves all changes."""

_NOTICED = ("killed", "timeout")
_NOT_TRIED = ("not checked", "check was interrupted by user", "skipped")


def main() -> None:
    """Print the survivors, and the score of each module that was tried and of all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", default="*", help="only modules such as runtime.texts.redaction or agents.*")
    parser.add_argument(
        "--mutants", type=int, default=0, help="at most so many changes of each module, picked at random"
    )
    parser.add_argument("--seed", type=int, default=1, help="another seed picks others")
    parser.add_argument("--group", help="only for use by this program: try the changes of one group")
    options = parser.parse_args()
    groups = [options.group] if options.group else TESTS
    picked = dict(_picked(groups, options.module, options.mutants, options.seed))
    if options.group:
        _try(options.group, picked[options.group])
        return
    states: dict[str, Counter[str]] = defaultdict(Counter)
    failed: list[str] = []
    for group, files in picked.items():
        tried = {name for names in files.values() for name in names}
        found = [(name, state) for name, state in _run(group, sys.argv[1:]) if name in tried]
        if not found:
            log = Path("mutants/run.log").read_text(errors="replace").strip().splitlines()
            failed.append(f"{group}: nothing was tried: {log[-1][:200] if log else 'the log is empty'}")
        for name, state in found:
            states[name.rpartition(".")[0]][state] += 1
            if state not in _NOTICED:
                print(f"{name}: {state}", flush=True)
    print(f"\n| module | {'sampled' if options.mutants else 'tried'} | killed | timed out | survived | score |")
    print("|---|---|---|---|---|---|")
    for module, counted in [*sorted(states.items()), ("all", sum(states.values(), Counter[str]()))]:
        print(_line(module, counted))
    if failed:
        sys.exit("\n".join(failed))


def _line(name: str, states: Counter[str]) -> str:
    noticed = sum(states[state] for state in _NOTICED)
    total = states.total()
    score = f"{noticed / total:.0%}" if total else "-"
    cells = (name, total, states["killed"], states["timeout"], total - noticed, score)
    return f"| {' | '.join(map(str, cells))} |"


def _picked(groups: Iterable[str], module: str, most: int, seed: int) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Yield each of the groups with the names of the changes to try, by file."""
    from mutmut.mutation.file_mutation import mutate_file_contents
    from mutmut.utils.format_utils import get_mutant_name

    patterns = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["mutmut"]["only_mutate"]
    for group in groups:
        files: dict[str, list[str]] = {}
        for path in sorted(Path().glob(f"{group}**/*.py" if group.endswith("/") else group)):
            if not fnmatch(str(path.with_suffix("")).replace("/", "."), module):
                continue
            if any(fnmatch(str(path), pattern) for pattern in patterns):
                names = [
                    get_mutant_name(path, name)
                    for name in mutate_file_contents(str(path), path.read_text()).mutant_names
                ]
                if most and len(names) > most:
                    names = random.Random(f"{seed} {path}").sample(names, most)
                if names:
                    files[str(path)] = names
        if files:
            yield group, files


def _run(group: str, arguments: list[str]) -> Iterator[tuple[str, str]]:
    """Try the changes of a group in a process of its own, and yield the state of each."""
    subprocess.run(["rm", "-rf", "mutants"], check=True)
    log = Path("mutants/run.log")
    log.parent.mkdir()
    command = [sys.executable, "-m", "benchmarks.mutations", *arguments, "--group", group]
    with log.open("wb") as out, _server(group) as environment:
        subprocess.run(command, stdout=out, stderr=out, env={**os.environ, **environment}, check=False)
    from mutmut.mutation.data import SourceFileMutationData
    from mutmut.stats import status_by_exit_code

    for meta in sorted(Path("mutants").rglob("*.py.meta")):
        data = SourceFileMutationData(path=meta.relative_to("mutants").with_suffix(""))
        data.load()
        for name, code in data.exit_code_by_key.items():
            if (state := status_by_exit_code[code]) not in _NOT_TRIED:
                yield name, state


@contextmanager
def _server(group: str) -> Iterator[dict[str, str]]:
    """Yield the environment of a group's tests, with a Prefect server of their own if they need one."""
    if group not in WITH_SERVER:
        yield {}
        return
    from tests.own_server import OwnServer

    with tempfile.TemporaryDirectory() as home, OwnServer(PREFECT_HOME=home) as server:
        server.wait()
        yield {"ANALYST_TESTS_SERVER": server.url}


def _try(group: str, files: dict[str, list[str]]) -> None:
    """Let mutmut change the files of a group, and run the tests of the group on each change."""
    from mutmut.__main__ import _run as run_mutmut
    from mutmut.configuration import ProcessIsolation, config

    settings = config()
    settings.only_mutate = list(files)
    settings.pytest_add_cli_args_test_selection = [f"tests/{path}" for path in TESTS[group]]
    if group in WITH_SERVER:
        # Threads of Prefect's client do not live on in a fork: each change gets a process in which no test has run.
        settings.process_isolation = ProcessIsolation.FORKSERVER
    else:
        settings.pytest_add_cli_args = [*settings.pytest_add_cli_args, "-p", "benchmarks.without_server"]
    run_mutmut([name for names in files.values() for name in names], 1)


if __name__ == "__main__":
    main()
