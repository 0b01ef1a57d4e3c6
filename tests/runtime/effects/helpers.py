"""Recipients, and rows of effects, that tests of effects share."""

import os
import subprocess
import sys
from functools import cache

import pytest
from sqlalchemy import select, update

import runtime.effects.claims
import runtime.effects.delivery
import runtime.store.engines
import runtime.store.migrations
from runtime.store.database import get_store
from runtime.store.tables import EffectRow


@pytest.fixture(autouse=True)
def no_delays(own_home, monkeypatch):
    monkeypatch.setattr(runtime.effects.delivery, "DELAYS", (0.0, 0.0))


class Recipient:
    """Takes everything, unless it is told to fail."""

    def __init__(self, *failures: Exception) -> None:
        self.keys: list[str] = []
        self.failures = list(failures)

    def deliver(self, key: str) -> str:
        self.keys.append(key)
        if self.failures:
            raise self.failures.pop(0)
        return f"receipt {len(self.keys)}"


def row(key: str):
    with get_store().reading() as connection:
        return connection.execute(select(EffectRow.__table__).where(EffectRow.key == key)).one()


@cache
def ended_process() -> int:
    """The id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def interrupted(key: str, **columns) -> None:
    """Make an effect look as if its process had been killed while it was delivering."""
    values = {"state": "sending", "receipt": None, "pid": ended_process()} | columns
    with get_store().writing() as connection:
        connection.execute(update(EffectRow).where(EffectRow.key == key).values(**values))


OTHER = """
import sys
from runtime.effects import perform
def deliver(key):
    print("delivering", flush=True)
    return sys.stdin.readline().strip() or None
print(perform("page", 1, deliver, scope="run").state, flush=True)
"""


@pytest.fixture
def other():
    """Another process that is at the effect, and waits for a line before it has done it."""
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "delivering\n"
    yield process
    process.kill()
    process.communicate()
