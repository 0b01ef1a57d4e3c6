"""Triage of many tickets, killed on the way and resumed: is the model asked twice about any?

    python -m benchmarks.crashes.triage_many --tickets 10000 --json

`analyst triage` works on tickets with a scripted model on this machine that answers at once, and hands each over to a
file. The process is killed (SIGKILL) when half of the requests have come, and `analyst resume` goes on. Counted are the
requests to the model and the lines of the file; measured are the time of both together and the largest memory of a
process. The same tickets are then triaged offline, by the rules, without routes.
"""

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.servers.model_server import ChatRequest, ModelServer, Reply, calls

ROOT = Path(__file__).parents[2]
ANALYST = [sys.executable, "-c", "from deployments.cli import main; main()"]
ROUTES = "destinations: {queue: {file: queue.jsonl}}\nunsure: {to: queue}\nfallback: queue\n"


def _answer(request: ChatRequest) -> Reply:
    ticket: dict[str, str] = json.loads(request.messages[-1]["content"].partition("\n")[2])
    return calls(
        "final_result",
        severity="low",
        category="question",
        priority=4,
        confidence=0.9,
        reason="It asks something.",
        quotes=[ticket["text"]],
    )


def measure(tickets: int, concurrency: int) -> dict[str, Any]:
    """Triage `tickets`, with a kill in the middle, then offline."""
    with tempfile.TemporaryDirectory() as name, ModelServer(_answer) as model:
        home = Path(name)
        inbox, routes, queue = home / "inbox.csv", home / "routes.yaml", home / "queue.jsonl"
        log = home / "stderr.txt"
        inbox.write_text("id,text\n" + "".join(f"T-{i},What does plan number {i} cost?\n" for i in range(tickets)))
        routes.write_text(ROUTES)
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("ANALYST_", "PREFECT_"))}
        environment |= {"ANALYST_HOME": name, "PREFECT_HOME": str(home / "prefect"), **model.environment()}

        def start(*arguments: str) -> subprocess.Popen[bytes]:
            with log.open("ab") as errors:
                return subprocess.Popen(
                    [*ANALYST, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors
                )

        def result_of(process: subprocess.Popen[bytes]) -> dict[str, Any]:
            output, _ = process.communicate()
            if process.returncode not in (0, 1):  # 1: some tickets were not delivered, which the figures show
                sys.exit(f"{process.args} ended with {process.returncode}: {output!r}\n{log.read_text()}")
            return json.loads(output)

        options = ["--routes", str(routes), "--concurrency", str(concurrency), "--out", str(home / "out"), "--json"]
        began = time.perf_counter()
        first = start("triage", str(inbox), "--model", "openai:scripted", *options)
        model.wait_for(tickets // 2, timeout=24 * 3600)
        first.send_signal(signal.SIGKILL)
        first.wait()
        killed_at = model.count
        done = result_of(start("resume", "--json"))["result"]["tickets"]
        seconds = time.perf_counter() - began
        sent = [json.loads(line)["id"] for line in queue.read_text().splitlines()]
        asked = model.count
        began = time.perf_counter()
        rules = result_of(start("triage", str(inbox), "--model", "offline", "--out", str(home / "offline"), "--json"))
        offline_seconds = time.perf_counter() - began
    return {
        "tickets": tickets,
        "concurrency": concurrency,
        "killed_after_requests": killed_at,
        "requests": asked,
        "triaged": sum(ticket["triage"] is not None for ticket in done),
        "handed_over": len(sent),
        "handed_over_twice": len(sent) - len(set(sent)),
        "seconds": round(seconds, 1),
        "offline_seconds": round(offline_seconds, 1),
        "offline_triaged": sum(ticket["triage"] is not None for ticket in rules["tickets"]),
        "largest_process_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Triage of many tickets, killed in the middle")
    parser.add_argument("--tickets", type=int, default=1_000)
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    figures = measure(options.tickets, options.concurrency)
    if options.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):<24} {value}")


if __name__ == "__main__":
    main()
