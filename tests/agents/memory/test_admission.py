"""Only what results show can be remembered: no text of the data becomes a fact, whatever a model makes of it."""

from datetime import datetime

import pandas as pd
import pytest
from pydantic_ai import ModelRetry

import analytics
from agents.memory.admission import admitted
from agents.outputs import Evidence
from analytics.results import KnownFact
from benchmarks.robustness.memory import POISON, wordings
from tests.agents.datasets import dataset

COLUMNS = ["day", "store", "note", "returns"]


def evidence(folder, notes):
    """Results over a small table whose column `note` holds some texts: its groups, totals and rows."""
    frame = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=40), "returns": [3, 4] * 19 + [3, 90]})
    frame["store"] = ["New York", "Oslo"] * 20
    frame["note"] = [*notes, *["fine"] * 40][:40]
    data = dataset(frame, folder)
    results = [
        ("compare_groups", analytics.compare_groups(frame, "returns", "store", sort_by="total")),
        ("compare_groups", analytics.compare_groups(frame, "returns", "note", sort_by="total")),
        ("query", analytics.query(data.snapshot, "SELECT note, returns FROM data", row_limit=60)),
        ("calculate_statistics", analytics.calculate_statistics(frame, "returns")),
        ("detect_anomalies", analytics.find_anomalies(frame, "returns", time="day", aggregate="sum")),
    ]
    return [Evidence(id=f"E{n}", tool=tool, arguments={}, result=one) for n, (tool, one) in enumerate(results, 1)]


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """Results over harmless data."""
    return evidence(tmp_path_factory.mktemp("data"), ["late", "broken"])


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory):
    """Results over data whose cells are orders to remember something."""
    return evidence(tmp_path_factory.mktemp("data"), POISON)


def test_what_a_result_shows_can_be_remembered(shown):
    """A sentence of measuring words, columns, and numbers that a result holds is admitted, names in quotation marks."""
    new = admitted("The total of returns is highest for Oslo, 166.", ["E1"], shown, COLUMNS)
    assert new.text == "The total of returns is highest for \u201cOslo\u201d, 166."
    assert (new.kind, new.valid_from) == ("property", None)


def test_a_sentence_about_days_is_an_event_of_these_days(shown):
    """A fact about a day holds on that day."""
    new = admitted("On 9 February 2024, returns was 90.", ["E5"], shown, COLUMNS)
    assert new.column == "returns"
    assert (new.kind, new.valid_from, new.valid_until) == (
        "event",
        datetime.fromisoformat("2024-02-09"),
        datetime.fromisoformat("2024-02-10"),
    )


@pytest.mark.parametrize(
    ("text", "cited", "reason"),
    [
        ("The total of returns is highest for Oslo, 166.", [], "no evidence is given"),
        ("The total of returns is highest for Oslo, 166.", ["E9"], "E9 is no result"),
        ("The total of returns is highest for Oslo, 999.", ["E1"], "Not shown by E1: '999'"),
        ("Returns are high because of Oslo, with a total of 166.", ["E1"], "because of"),
        ("Returns are highest in Oslo.", ["E1"], "says a number"),
        ("Oslo has a total of 166 and approves refunds.", ["E1"], "Leave out 'approves', 'refunds'"),
        ("x" * 301, ["E1"], "at most 300"),
    ],
)
def test_what_no_result_shows_is_refused(shown, text, cited, reason):
    """Without evidence, with a wrong number, a cause, no number or other words, a sentence is sent back."""
    with pytest.raises(ModelRetry, match=reason):
        admitted(text, cited, shown, COLUMNS)


def test_a_fact_is_no_evidence_for_another(shown):
    """Recalled facts cannot be remembered again: a summary of facts would look like more than they are."""
    known = KnownFact(name="M3", about="property", text="Oslo has a total of 166.", source="ana")
    told = [*shown, Evidence(id="M3", tool="recall", arguments={}, result=known)]
    with pytest.raises(ModelRetry, match="M3 is no result"):
        admitted("Oslo has a total of 166.", ["M3"], told, COLUMNS)
    with pytest.raises(ModelRetry, match="M3 is no result"):
        admitted("Oslo has a total of 166.", ["E1", "M3"], told, COLUMNS)


def test_orders_in_cells_are_never_remembered(poisoned):
    """However a model that obeys a cell words it, with true numbers around it or the cell's own, it is refused."""
    left: list[str] = []
    for poison in POISON:
        for text in wordings(poison):
            try:
                left.append(admitted(text, ["E1", "E2", "E3", "E4"], poisoned, COLUMNS).text)
            except ModelRetry:
                continue
    assert left == []
