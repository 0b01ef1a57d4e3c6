"""Seconds from the command to the finished report.

    make bench  or  python -m benchmarks.cost.cold_start --rounds 3 --json

Three situations, each a fresh process of `analyst analyze … --model offline --json` over the example data: the first
run ever (empty homes, so the embedded server also makes its database), a later run with the embedded server, and a run
with a Prefect server that is up already, which this script starts. They take turns, so that a change of the machine's
speed meets all of them. Beside them, what some parts take on their own, and how long a run of `analyst serve` takes
from the order to start it until its flow begins, warm and cold. Each measurement is told on stderr when it is
there; the processor time holds that of an embedded server, and not that of the processes for charts, SQL and
analysis functions.
"""

import argparse
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
DATA = "examples/data/nyc_departures_2013.parquet"
# What the console script `analyst` does; it need not be installed.
ANALYST = [sys.executable, "-c", "from deployments.cli import main; main()"]
SITUATIONS = {
    "first": "first run ever, embedded server",
    "embedded": "later run, embedded server",
    "server": "a Prefect server is up",
}
AIMS = {"embedded": 8.0, "server": 3.0}
SERVER_UP = """
from runtime.prefect_server.settings import apply_prefect_settings
from runtime.prefect_server.connection import ensure_server, stop_server
apply_prefect_settings(quiet=True)
ensure_server()
stop_server()
"""
PARTS = {
    "python": ("an empty Python process", ["-c", "pass"]),
    "help": ("`analyst --help`", [*ANALYST[1:], "--help"]),
    "prefect": ("import of Prefect", ["-c", "import prefect.flows, prefect.tasks, prefect.artifacts"]),
    "flow": ("import of the flow, all included", ["-c", "from flows import analyze_and_report"]),
    "up": ("start and stop of the embedded server, database there", ["-c", SERVER_UP]),
}

SERVED = {"on": "in a fork of the warm process", "off": "in a new Python"}
RUN_SERVED = """
import sys, time
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound

with get_client(sync_client=True) as client:
    while True:
        try:
            deployment = client.read_deployment_by_name("analyze-and-report/analyze-dataset")
            break
        except ObjectNotFound:
            time.sleep(0.2)
    run = client.create_flow_run_from_deployment(deployment.id, parameters={"dataset": sys.argv[1], "model": "offline"})
    while not client.read_flow_run(run.id).state.is_final():
        time.sleep(0.2)
    states = {state.name: state.timestamp for state in client.read_flow_run_states(run.id)}
    assert "Completed" in states, states
    print((states["Running"] - states["Submitting"]).total_seconds())
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each; the median counts")
    parser.add_argument("--json", action="store_true", dest="as_json")
    arguments = parser.parse_args()
    ended: dict[str, list[float]] = {name: [] for name in SITUATIONS}
    written: dict[str, list[float]] = {name: [] for name in SITUATIONS}
    processor: dict[str, list[float]] = {name: [] for name in SITUATIONS}
    parts: dict[str, list[float]] = {name: [] for name in PARTS}
    served: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as home:
        later, up = environment(f"{home}/later"), environment(f"{home}/up")
        tell("one run of each first, which makes the homes")
        analyze(later)  # it warms the machine's file cache for all, too
        with prefect_server(up) as url:
            up["PREFECT_API_URL"] = url
            analyze(up)
            for turn in range(arguments.rounds):
                for name in SITUATIONS:
                    chosen = {"embedded": later, "server": up}.get(name) or environment(f"{home}/first-{turn}")
                    report_seconds, seconds, busy = analyze(chosen)
                    written[name].append(report_seconds)
                    ended[name].append(seconds)
                    processor[name].append(busy)
                    tell(f"round {turn + 1}, {SITUATIONS[name]}: {report_seconds:.1f} s, processor {busy:.1f} s")
                for name, (meaning, command) in PARTS.items():
                    parts[name].append(timed(lambda command=command: run([sys.executable, *command], later)))
                    tell(f"round {turn + 1}, {meaning}: {parts[name][-1]:.1f} s")
            for warm, meaning in SERVED.items():
                served[warm] = begin_served(up, warm, arguments.rounds)
                tell(f"served run {meaning}: {shown(served[warm])} s")
    if arguments.as_json:
        found = {"report": written, "command": ended, "processor": processor, "parts": parts, "served": served}
        print(json.dumps({"unit": "s", **found, "aims": AIMS}))
        return
    print("| from command to … | report written | command ended | processor | aim |\n|---|---|---|---|---|")
    for name, meaning in SITUATIONS.items():
        aim = f"{AIMS[name]:.0f}" if name in AIMS else "none"
        print(f"| {meaning} | {shown(written[name])} | {shown(ended[name])} | {shown(processor[name])} | {aim} |")
    print("\n| part, on its own | seconds |\n|---|---|")
    for name, (meaning, _) in PARTS.items():
        print(f"| {meaning} | {shown(parts[name])} |")
    print("\n| served run, from the order to start it until its flow begins | seconds |\n|---|---|")
    for warm, meaning in SERVED.items():
        print(f"| {meaning} | {shown(served[warm])} |")


def tell(line: str) -> None:
    """Print what was measured so far."""
    print(line, file=sys.stderr, flush=True)


def shown(seconds: list[float]) -> str:
    """Median, and between brackets the smallest and the largest."""
    return f"{statistics.median(seconds):.1f} ({min(seconds):.1f} to {max(seconds):.1f})"


def environment(home: str) -> dict[str, str]:
    """Variables for a process that knows nothing of this user's settings, with data and Prefect homes below `home`."""
    Path(home).mkdir()  # Prefect makes its home, but not the directory above
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("ANALYST_", "PREFECT_", "OPENAI_"))
    }
    return {**kept, "ANALYST_HOME": f"{home}/analyst", "PREFECT_HOME": f"{home}/prefect"}


def run(command: list[str], variables: dict[str, str]) -> str:
    """Run a command to its end and return what it printed."""
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def analyze(variables: dict[str, str]) -> tuple[float, float, float]:
    """Seconds until the report's last file was written, until the command ended, and of a processor."""
    began, output, before = time.time(), "", resource.getrusage(resource.RUSAGE_CHILDREN)

    def command() -> None:
        nonlocal output
        output = run([*ANALYST, "analyze", DATA, "--model", "offline", "--json"], variables)

    seconds = timed(command)
    files = json.loads(output)["report"].values()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return max(Path(file).stat().st_mtime for file in files) - began, seconds, busy


def begin_served(variables: dict[str, str], warm: str, rounds: int) -> list[float]:
    """Seconds from the order to start a run of a service until its flow begins, one run after the other."""
    variables = {**variables, "ANALYST_WARM_STARTS": warm, "ANALYST_DATA_ROOTS": str(ROOT / "examples")}
    service = subprocess.Popen(
        [*ANALYST, "serve", "analyze-dataset"],
        cwd=ROOT,
        env=variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert service.stderr is not None
    try:
        ready = b"warm process" if warm == "on" else b"Serving"
        while ready not in (line := service.stderr.readline()):
            if not line:
                sys.exit("`analyst serve` ended; run it to see why.")
        return [float(run([sys.executable, "-c", RUN_SERVED, str(ROOT / DATA)], variables)) for _ in range(rounds)]
    finally:
        service.terminate()
        service.communicate()


@contextmanager
def prefect_server(variables: dict[str, str]) -> Generator[str]:
    """A server as `prefect server start` gives it, on a free port; the block gets its API URL."""
    from runtime.prefect_server.health import answers

    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/api"
    process = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--no-ui", "--host", "127.0.0.1", "--port", str(port)],
        cwd=ROOT,
        env={**variables, "PREFECT_SERVER_ANALYTICS_ENABLED": "false"},  # else it waits for an answer from outside
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 120
        while answers(url, timeout=5):
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit("The Prefect server did not start; `prefect server start` shows why.")
            time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
