"""Runs of tests whose steps are stored, and the files that they leave."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from prefect import flow

from agents import PrefectAgent
from agents.durable.steps.counts import counting
from cache_policies.policies import KEY_FORMAT
from runtime.settings import get_settings


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A data directory of the test's own, so that its results are the only ones."""
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path / "home"))
    get_settings.cache_clear()
    yield tmp_path / "home"
    monkeypatch.undo()
    get_settings.cache_clear()


def results(directory: Path) -> list[Path]:
    """Files of steps below a directory, which may hold a flow's own result and other files too."""
    return sorted(path for path in directory.rglob(f"{KEY_FORMAT}-*") if path.is_file() and path.parent.name != "keys")


async def run_twice(agent: PrefectAgent[Any, str], between: Callable[[], None] = lambda: None) -> list[tuple[int, int]]:
    """Run in a flow that is retried after `between`; returns steps made and replayed in each attempt."""
    attempts: list[tuple[int, int]] = []

    @flow(retries=1)
    async def parent() -> None:
        with counting() as counts:
            await agent.run("go")
        attempts.append((counts.made, counts.replayed))
        if len(attempts) == 1:
            between()
            raise RuntimeError("again")

    await parent()
    return attempts


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut": lambda content: content[: len(content) // 2],
    "last byte": lambda content: content[:-1],
    "garbage": lambda _: bytes(range(256)) * 4,
    "other JSON": lambda _: b'{"hello": "world"}',
    "a record of another kind": lambda _: b'{"result": 5, "metadata": {"serializer": {"type": "json"}}}',
    "a record without a kind": lambda _: b'{"result": "gASVAQ=="}',
    "a list": lambda _: b"[1, 2]",
    "one letter": lambda content: content.replace(b'"step":"', b'"step":"x', 1),
    "no content": lambda content: content[: content.index(b'"record":')] + b'"record":{}}',
}


def spoil(directory: Path) -> None:
    """Damage as many results as there are ways to do it, each in its own."""
    for path, damage in zip(results(directory), DAMAGES.values(), strict=False):
        path.write_bytes(damage(path.read_bytes()))


FRAME = pd.DataFrame({"day": pd.date_range("2026-01-01", periods=3), "count": [1, 2, 3]})
