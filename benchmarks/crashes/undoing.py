"""Kill a process before, during and after it undoes something, start it again, and count what was forgotten or twice.

Run it with `python -m benchmarks.crashes.effects --undo [--kills 200] [--json]`. Each job does one thing at each of
three recipients, over real HTTP, and undoes all in reverse order: one recipient drops what comes again under its key,
one can be asked, and one neither. The job ends by SIGKILL while it does or undoes: before it sends, while the recipient
is at it, after that took it, after its answer, or at a random instant. Then it is started again. Of the jobs that were
killed while they did something, every other one does the rest before it undoes, as a resumed run would.
"""

import json
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from benchmarks.crashes.killed_fork import run_forked
from runtime.effects import Undo, logged_effects, perform, undo_run

KINDS = ("keyed", "asked", "plain")
WHEN = ("before", "on the way", "arrived", "after")
"""When a job is killed: before it sends, while nothing has been taken, when it has been taken but not answered, and
when it has been answered but not marked."""

Kill = tuple[str, str, str]
"""A kill: in `do` or `undo`, the kind of recipient, and when."""


class _Desk:
    """The job as the functions that undo know it. A forked job sets it."""

    port = 0
    kill: Kill | None = None


def _send(verb: str, name: str, kind: str, key: str) -> None:
    """Tell a recipient; killed where the job is to be killed."""
    when = _Desk.kill[2] if _Desk.kill is not None and _Desk.kill[:2] == (verb, kind) else ""
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    inside = when if when in ("on the way", "arrived") else ""
    body = json.dumps({"message": f"{name}/{kind}/{verb}|{os.getpid()}|{inside}"}).encode()
    urlopen(Request(f"http://127.0.0.1:{_Desk.port}/keys", body, {"Idempotency-Key": key})).close()
    if when == "after":
        os.kill(os.getpid(), signal.SIGKILL)


def _has(key: str) -> bool:
    return json.load(urlopen(f"http://127.0.0.1:{_Desk.port}/has/{key}"))


def undo_keyed(name: str, key: str) -> None:
    """Undo at the recipient that drops what comes again under its key."""
    _send("undo", name, "keyed", key)


def undo_asked(name: str, key: str) -> None:
    """Undo at the recipient that can be asked."""
    _send("undo", name, "asked", key)


def undo_plain(name: str, key: str) -> None:
    """Undo at the recipient that neither knows keys nor can be asked."""
    _send("undo", name, "plain", key)


UNDO: dict[str, Undo[Any]] = {
    "keyed": Undo(undo_keyed, on_unknown="repeat"),
    "asked": Undo(undo_asked, ask=_has),
    "plain": Undo(undo_plain),
}


def _job(name: str, port: int, kill: Kill | None, report: Path, *, do: bool) -> None:
    _Desk.port, _Desk.kill = port, kill
    options: dict[str, dict[str, Any]] = {"keyed": {}, "asked": {"ask": _has}, "plain": {"on_unknown": "leave"}}
    for kind in KINDS if do else ():

        def deliver(key: str, kind: str = kind) -> str:
            _send("do", name, kind, key)
            return name

        perform(f"do {kind}", kind, deliver, scope=name, undo=UNDO[kind], **options[kind])
    left = undo_run(name, reason="the benchmark")
    report.write_text(json.dumps({one.action.removeprefix("do "): one.state for one in left}))


class UndoBench:
    """Runs jobs against one set of recipients.

    Args:
        folder: Where the jobs' reports go. The store of the settings should be there, too.
        port: Port of the recipients.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self._folder, self._port = folder, port
        self.kills: Counter[str] = Counter()
        self.jobs: list[str] = []
        self.problems: list[str] = []

    def run(self, kill: Kill | float | None) -> float:
        """Run a job, kill it, and start it again until it ends.

        Args:
            kill: Where it is killed, or after how many seconds.

        Returns:
            Seconds until it was killed or had ended.
        """
        name = f"undo{len(self.jobs)}"
        self.jobs.append(name)
        report, began = self._folder / f"{name}.json", time.monotonic()
        after, place = (kill, None) if isinstance(kill, float) else (None, kill)
        code = run_forked(lambda: _job(name, self._port, place, report, do=True), after)
        seconds = time.monotonic() - began
        if code == -signal.SIGKILL:
            self.kills[f"{kill[0]}, {kill[2]}" if isinstance(kill, tuple) else "at random"] += 1
            do = len(self.jobs) % 2 == 0 and not any(one.state.startswith("undo") for one in logged_effects(name))
            code = run_forked(lambda: _job(name, self._port, None, report, do=do))
        elif isinstance(kill, tuple):
            self.problems.append(f"{name} was not killed: {kill}")
        if code != 0:
            self.problems.append(f"{name} ended with {code}")
        return seconds

    def figures(self) -> dict[str, Any]:
        """Count for each kind of recipient what was undone twice, blindly, out of order or never."""
        arrived: list[list[str]] = json.load(urlopen(f"http://127.0.0.1:{self._port}/received"))
        said = {name: json.loads((self._folder / f"{name}.json").read_text()) for name in self.jobs}
        mine = [(one, key) for one, key in arrived if one.rsplit("/", 1)[-1] in ("do", "undo")]
        counts: dict[str, Any] = {}
        for kind in KINDS:
            here = [(one, key) for one, key in mine if one.split("/")[1] == kind]
            # A recipient that takes keys drops what comes under a key that it knows.
            done = Counter(one for one, _ in (dict.fromkeys(here) if kind == "keyed" else here))
            of = {name: (done[f"{name}/{kind}/do"], done[f"{name}/{kind}/undo"], said[name].get(kind)) for name in said}
            counts[kind] = {
                "done": sum(do > 0 for do, _, _ in of.values()),
                "undone": sum(undo > 0 for _, undo, _ in of.values()),
                "undone_twice": sum(undo > 1 for _, undo, _ in of.values()),
                "undone_blindly": sum(undo > 0 and not do for do, undo, _ in of.values()),
                "said_to_be_unknown": sum("unknown" in str(state) for _, _, state in of.values()),
                "forgotten": sum(
                    do > 0 and not undo and "unknown" not in str(state) for do, undo, state in of.values()
                ),
                "said_wrongly": sum(state == "undone" and not undo for _, undo, state in of.values()),
            }
        place = {one: number for number, (one, _) in enumerate(mine)}
        orders = [[place.get(f"{name}/{kind}/undo") for kind in reversed(KINDS)] for name in self.jobs]
        found = [[at for at in order if at is not None] for order in orders]
        return {**counts, "out_of_order": sum(order != sorted(order) for order in found)}


def run_kills(folder: Path, port: int, kills: int, seed: int) -> dict[str, Any]:
    """Run jobs until so many were killed.

    Args:
        folder: Where the reports go.
        port: Port of the recipients.
        kills: How many.
        seed: Seed of the instants.

    Returns:
        Figures, with `wrong`: how much of what must not happen did.
    """
    bench, chance, began = UndoBench(folder, port), random.Random(seed), time.monotonic()
    bench.run(None)
    seconds = bench.run(None)
    scripted = [(verb, kind, when) for verb in ("do", "undo") for when in WHEN for kind in KINDS]
    chance.shuffle(scripted)
    while bench.kills.total() < kills and len(bench.problems) < 20:
        number = len(bench.jobs)
        bench.run(scripted[(number // 2) % len(scripted)] if number % 2 == 0 else chance.uniform(0, seconds))
    found = bench.figures()
    never = ("undone_twice", "undone_blindly", "forgotten", "said_wrongly")
    wrong = sum(found[kind][name] for kind in KINDS for name in never)
    return {
        "kills": bench.kills.total(),
        "killed": dict(bench.kills),
        "jobs": len(bench.jobs),
        **found,
        "wrong": wrong + found["out_of_order"] + len(bench.problems),
        "problems": bench.problems,
        "seconds": round(time.monotonic() - began, 1),
    }
