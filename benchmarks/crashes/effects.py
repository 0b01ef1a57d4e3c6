"""Kill a process before, during and after it tells someone, start it again, and count what was lost or came twice.

Run it with `python -m benchmarks.crashes.effects [--kills 200] [--json]`. Each job tells four recipients once each,
over real SMTP and HTTP to a process of its own: a mail and a web hook whose recipients drop what they know by its key;
one that takes no keys but can be asked; and one that takes none, cannot be asked, and is told at most once. The job
ends by SIGKILL: before the send, while the recipient is at it, after its answer and before that was marked, or at a
random instant. Then it is started again and runs to its end.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

_RECIPIENTS = Path(__file__).with_name("effect_recipients.py")
KINDS = ("mail", "webhook", "asked", "at most once")
TAKE_KEYS = ("mail", "webhook")
WHEN = ("before", "on the way", "arrived", "after")
"""When a job is killed: before it sends, while it sends and nothing has been taken, when it has been taken but not
answered, and when it has been answered but not marked."""


def _job(name: str, ports: dict[str, int], kill: tuple[str, str] | None, report: Path) -> None:
    """Tell all four recipients, and write down what became of it. Killed at `kill`: which recipient, and when."""
    from runtime.effects import perform
    from tasks.notify import recipients
    from tasks.notify import report_notice as notify

    def when(kind: str) -> str:
        return kill[1] if kill is not None and kill[0] == kind else ""

    def told_about(kind: str, deliver: Callable[..., Any]) -> Callable[..., Any]:
        def killing(*arguments: Any) -> Any:
            if when(kind) == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            receipt = deliver(*arguments)
            if when(kind) == "after":
                os.kill(os.getpid(), signal.SIGKILL)
            return receipt

        return killing

    def text(kind: str) -> str:
        return f"{name}/{kind}|{os.getpid()}|{when(kind) if when(kind) in ('on the way', 'arrived') else ''}"

    def post(kind: str) -> Callable[[str], None]:
        def deliver(key: str) -> None:
            body = json.dumps({"message": text(kind)}).encode()
            urlopen(Request(f"http://127.0.0.1:{ports['hook']}/plain", body, {"Idempotency-Key": key})).close()

        return told_about(kind, deliver)

    def has(key: str) -> bool:
        return json.load(urlopen(f"http://127.0.0.1:{ports['hook']}/has/{key}"))

    outcomes: dict[str, dict[str, Any]] = {}
    targets = {
        "mail": f"mailto://127.0.0.1:{ports['mail']}?from=a@example.org&to=b@example.org&mode=insecure",
        "webhook": f"json://127.0.0.1:{ports['hook']}/keys",
    }
    for kind, target in targets.items():
        notify.recipients_of = lambda target, kind=kind: [
            replace(recipient, deliver=told_about(kind, recipient.deliver))
            for recipient in recipients.recipients_of(target)
        ]
        message = recipients.Message(subject=kind, body=text(kind))
        told = notify.tell(target, message, kind, scope=name)
        outcomes[kind] = {"happened": told.sent, "unsure": told.uncertain is not None}
    for kind, options in (("asked", {"ask": has}), ("at most once", {"on_unknown": "leave"})):
        done = perform(f"post {kind}", kind, post(kind), scope=name, **options)
        outcomes[kind] = {"happened": done.happened, "unsure": done.state == "unknown" or done.repeated}
    report.write_text(json.dumps(outcomes))


def _warm_up() -> None:
    """Import and read all that a job needs, so that a job is a fork and takes milliseconds."""
    from runtime.store.database import get_store
    from tasks.notify import http_outcomes as wire
    from tasks.notify import mail, recipients
    from tasks.notify import report_notice as notify

    get_store()
    for target in ("json://127.0.0.1", "mailto://127.0.0.1?from=a@example.org&mode=insecure"):
        recipients.recipients_of(target)
    with wire.watching(""):
        assert mail
        assert notify


class Bench:
    """Runs jobs against one set of recipients, all in one data directory.

    Args:
        folder: Where the store and the jobs' reports go.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._receivers = subprocess.Popen(
            [sys.executable, str(_RECIPIENTS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._receivers.stdout is not None
        self._ports: dict[str, int] = json.loads(self._receivers.stdout.readline())
        self.kills: Counter[str] = Counter()
        self.problems: list[str] = []

    @property
    def port(self) -> int:
        """Port of the recipients of HTTP."""
        return self._ports["hook"]

    def close(self) -> None:
        """End the recipients."""
        self._receivers.communicate("")

    def run(self, name: str, kill: tuple[str, str] | float | None) -> float:
        """Run a job, kill it, and start it again until it ends.

        Args:
            name: The job.
            kill: Which recipient and when, or after how many seconds.

        Returns:
            Seconds until it was killed or had ended.
        """
        report, began = self._folder / f"{name}.json", time.monotonic()
        code = self._start(name, kill, report)
        seconds = time.monotonic() - began
        if code == -signal.SIGKILL:
            self.kills["at random" if isinstance(kill, float) else kill[1] if kill else "?"] += 1
            code = self._start(name, None, report)
        elif not isinstance(kill, float) and kill is not None:
            self.problems.append(f"{name} was not killed {kill[1]} {kill[0]}")
        if code != 0:
            self.problems.append(f"{name} ended with {code}")
        return seconds

    def _start(self, name: str, kill: tuple[str, str] | float | None, report: Path) -> int:
        from benchmarks.crashes.killed_fork import run_forked

        after, place = (kill, None) if isinstance(kill, float) else (None, kill)
        return run_forked(lambda: _job(name, self._ports, place, report), after)

    def figures(self, jobs: list[str]) -> dict[str, Any]:
        """Count for each kind of recipient: lost, doubled, and what the jobs said about it."""
        arrived = json.load(urlopen(f"http://127.0.0.1:{self._ports['hook']}/received"))
        said = {name: json.loads((self._folder / f"{name}.json").read_text()) for name in jobs}
        figures: dict[str, Any] = {}
        for kind in KINDS:
            here = [(effect, key) for effect, key in arrived if effect.endswith(f"/{kind}")]
            # A recipient that takes keys drops what comes under a key that it knows.
            accepted = Counter(effect for effect, _ in (set(here) if kind in TAKE_KEYS else here))
            lost = [name for name in jobs if not accepted[f"{name}/{kind}"]]
            figures[kind] = {
                "lost": len(lost),
                "lost_unsaid": sum(said[name][kind]["happened"] for name in lost),
                "doubled": sum(count - 1 for count in accepted.values()),
                "sent_again": len(here) - len({effect for effect, _ in here}),
                "said_to_be_unsure": sum(outcomes[kind]["unsure"] for outcomes in said.values()),
            }
        return figures


def undo_kills(bench: Bench, folder: Path, kills: int, seed: int) -> dict[str, Any]:
    """Return the figures of `benchmarks/crashes/undoing.py`, with the recipients of `bench`."""
    from benchmarks.crashes.undoing import run_kills

    try:
        return run_kills(folder, bench.port, kills, seed)
    finally:
        bench.close()


def main() -> None:
    """Run all jobs, and say how many effects were lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--undo", action="store_true", help="kill around undoing: see benchmarks/crashes/undoing.py")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()

    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="analyst-effects-") as folder:
        os.environ["ANALYST_HOME"] = folder
        os.environ["ANALYST_STORE_URL"] = f"sqlite:///{folder}/store.db"
        _warm_up()
        bench = Bench(Path(folder))
        if options.undo:
            figures = undo_kills(bench, Path(folder), options.kills, options.seed)
            print(
                json.dumps(figures)
                if options.json
                else "\n".join(f"{name}: {value}" for name, value in figures.items())
            )
            sys.exit(bool(figures["wrong"]))
        try:
            jobs = ["first", "second"]
            seconds = [bench.run(name, None) for name in jobs][-1]
            chance = random.Random(options.seed)
            scripted = [(kind, when) for when in WHEN for kind in KINDS]
            chance.shuffle(scripted)
            while bench.kills.total() < options.kills and len(bench.problems) < 20:
                number = len(jobs) - 2
                kill = scripted[(number // 2) % len(scripted)] if number % 2 == 0 else chance.uniform(0, seconds)
                jobs.append(f"job{number}")
                bench.run(jobs[-1], kill)
            recipients = bench.figures(jobs)
        finally:
            bench.close()
    figures = {
        "kills": bench.kills.total(),
        "killed": dict(bench.kills),
        "jobs": len(jobs),
        "recipients": recipients,
        "problems": bench.problems,
        "seconds": round(time.monotonic() - began, 1),
    }
    print(json.dumps(figures) if options.json else "\n".join(f"{name}: {value}" for name, value in figures.items()))
    keyed = [recipients[kind] for kind in TAKE_KEYS]
    silent = sum(figure["lost_unsaid"] for figure in recipients.values())
    wrong = sum(figure["lost"] + figure["doubled"] for figure in keyed) + recipients["asked"]["lost"] + silent
    sys.exit(bool(wrong or bench.problems or recipients["at most once"]["doubled"]))


if __name__ == "__main__":
    main()
