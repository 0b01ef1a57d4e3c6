"""Work on wide tables grows with the number of columns, and not with its square: steps are counted, not seconds."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from agents.grounding.tool_calls.evidence_ids import collect_evidence
from agents.offline.planning.related import most_important
from agents.outputs import Evidence
from analytics.panels import entity_column
from analytics.results import RelatedColumns
from tests.agents.datasets import dataset
from tests.agents.offline.test_analyst import analyse

WIDTHS = [200, 400]


class _Name(str):
    """A name that counts how often it is looked up."""

    __slots__ = ()
    looked_up = 0

    def __hash__(self):
        _Name.looked_up += 1
        return super().__hash__()


@pytest.mark.parametrize("width", WIDTHS)
def test_each_measure_is_compared_with_the_few_that_say_the_same(width, monkeypatch):
    """A column is not compared with all that were kept before it."""
    monkeypatch.setattr(_Name, "looked_up", 0)
    columns = [SimpleNamespace(name=_Name(f"m{n}"), distinct=9, minimum=0.5, maximum=2.5) for n in range(width)]
    related = RelatedColumns(pairs=[], related=0, tested=0, wholes=[], method="")
    kept = most_important(columns, related, 100, lambda column: 0.0, "m0")  # type: ignore[arg-type]
    assert len(kept) == width
    assert _Name.looked_up <= 10 * width


@pytest.mark.parametrize("width", WIDTHS)
def test_the_things_of_a_panel_are_looked_for_once_in_each_column(width, monkeypatch):
    """The times of a table are numbered once, and not again for each column of text."""
    frame = pd.DataFrame({f"word {n}": ["a", "b", "c", "c"] * 10 for n in range(width)})
    frame["day"] = np.repeat(pd.date_range("2024-01-01", periods=10), 4)
    calls: list[object] = []
    factorize = pd.factorize
    monkeypatch.setattr(pd, "factorize", lambda *given, **named: calls.append(given) or factorize(*given, **named))
    assert entity_column(frame, "day") is None
    assert len(calls) == width + 1


@pytest.mark.parametrize("width", WIDTHS)
async def test_the_profile_of_a_table_is_read_back_a_few_times(width, tmp_path, monkeypatch, unchecked):
    """Each tool that ends reads back only its own tool's results, not the profile, which is long in a wide table."""
    chance = np.random.default_rng(1)
    frame = pd.DataFrame(chance.normal(size=(40, width)), columns=[f"m{n}" for n in range(width)])
    data, read = dataset(frame, tmp_path), list[str]()
    validate = Evidence.model_validate
    monkeypatch.setattr(Evidence, "model_validate", lambda item: read.append(item["tool"]) or validate(item))
    result = await analyse(data)
    monkeypatch.undo()
    assert len(collect_evidence(result.all_messages())) > read.count("profile_dataset") / 2
    assert read.count("profile_dataset") <= 10
