"""Score of `make mutate`: the share of changed operators that a test notices, for each module.

A change is noticed when a test fails, or does not end (`timed out`). One that no test notices survives: either a rule
without a test, or a change that makes no difference, such as another word in a message.
"""

import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

_NOTICED = ("killed", "timeout")
_NOT_TRIED = ("not checked", "check was interrupted by user", "skipped")


def main() -> None:
    """Print the survivors of the last run of mutmut, and the score of each module it tried, and of all."""
    command = [str(Path(sys.executable).parent / "mutmut"), "results", "--all", "true"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    modules: dict[str, Counter[str]] = defaultdict(Counter)
    for line in listed.splitlines():
        name, _, state = line.strip().partition(": ")
        if not state or state in _NOT_TRIED:
            continue
        modules[name.rpartition(".")[0]][state] += 1
        if state not in _NOTICED:
            print(f"{name}: {state}")
    if not modules:
        sys.exit("Nothing was tried: mutants/run.log says why.")
    for module, states in sorted(modules.items()):
        print(_line(module, states))
    print(_line("all", sum(modules.values(), Counter())))


def _line(name: str, states: Counter[str]) -> str:
    noticed = sum(states[state] for state in _NOTICED)
    survived = states.total() - noticed
    return (
        f"{name}: {noticed / states.total():.0%} of {states.total()} "
        f"({states['killed']} killed, {states['timeout']} timed out, {survived} survived)"
    )


if __name__ == "__main__":
    main()
