"""Counts by category: what kinds of things a table without time holds."""

import numpy as np
import pandas as pd

from agents.outputs import Finding
from tests.agents.datasets import dataset
from tests.agents.offline.oracle import false_claims
from tests.agents.offline.test_analyst import analyse


async def counted(frame: pd.DataFrame, tmp_path: object) -> list[Finding]:
    found = (await analyse(dataset(frame, tmp_path))).output
    assert false_claims(found, frame) == []
    return [each for each in found.key_findings if each.statement.startswith("The most frequent value")]


def places(zones: list[str]) -> pd.DataFrame:
    altitude = np.random.default_rng(4).gamma(2, 400, len(zones)).round()
    return pd.DataFrame(
        {"name": [f"Field {chr(65 + n % 26)}{n}" for n in range(len(zones))], "zone": zones, "alt": altitude}
    )


async def test_the_most_frequent_kinds_of_things_are_told_with_their_counts(tmp_path):
    """A table with a row for each place says how many lie in which zone, and both checks pass."""
    zones = ["Denver"] * 30 + ["Chicago"] * 45 + ["Boston"] * 60 + ["Reno"] * 5 + [None] * 3
    (found,) = await counted(places(zones), tmp_path)
    told = (
        "The most frequent values of zone are Boston (60), Chicago (45) and Denver (30), of the 140 rows that have one."
    )
    assert found.statement == told
    assert not found.unverified


async def test_values_of_equal_counts_have_no_order(tmp_path):
    """Where several kinds have as many things, only those before them are told, and none if all have."""
    (found,) = await counted(places(["Boston"] * 60 + ["Chicago"] * 30 + ["Denver"] * 30), tmp_path)
    assert found.statement == "The most frequent value of zone is Boston, in 60 of the 120 rows that have one."
    other = tmp_path / "even"
    other.mkdir()
    assert await counted(places(["Boston", "Chicago", "Denver"] * 30), other) == []


async def test_a_table_over_time_tells_no_counts(tmp_path):
    """Where rows have times, what happened when matters, and counts of all times together are left out."""
    frame = places(["Boston"] * 60 + ["Chicago"] * 45 + ["Denver"] * 30)
    frame["day"] = pd.date_range("2024-01-01", periods=len(frame))
    assert await counted(frame, tmp_path) == []
