"""`analyst memory` keeps facts, for people."""

import json

import pytest

from deployments.cli import run
from runtime.memory.access import Access
from runtime.memory.types import NewFact
from runtime.memory.writing import propose
from tests.runtime.stored_runs import add_run

pytestmark = pytest.mark.usefixtures("own_home")


@pytest.fixture
def said(capsys, monkeypatch):
    """Run a command on a wide terminal, where nothing is folded; return what it printed, and check its exit code."""
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words, code=0):
        capsys.readouterr()
        assert run(["memory", *words]) == code
        out = capsys.readouterr()
        return out.out if code == 0 else out.err

    return call


def rows(text):
    return [json.loads(line) for line in text.splitlines()]


BLIZZARD = ("The blizzard Nemo closed the airports.", "--dataset", "flights", "--kind", "event")


def test_a_fact_is_added_found_changed_and_brought_back(said):
    """A fact that a person adds is listed with its source; its changes are in the history and can be reverted."""
    assert said("add", *BLIZZARD, "--from", "2013-02-08", "--to", "2013-02-09") == f"M1: {BLIZZARD[0]}\n"
    (found,) = json.loads(said("list", "blizzard", "--json"))
    assert (found["valid_from"], found["valid_until"]) == ("2013-02-08T00:00:00", "2013-02-10T00:00:00")
    assert "2013-02-08 to 2013-02-09" in said("list")
    said("edit", "M1", "--text", "A blizzard closed the airports.", "--note", "no name")
    assert said("forget", "m1") == "Forgotten: M1.\n"
    assert said("list", "blizzard").startswith("No facts.")
    assert said("list", "--all").splitlines()[1].split()[:3] == ["M1", "forgotten", "flights"]
    assert said("revert", "M1", "--version", "1") == f"M1 is confirmed: {BLIZZARD[0]}\n"
    assert [(one["action"], one["note"]) for one in json.loads(said("history", "M1", "--json"))] == [
        ("added", None),
        ("edited", "no name"),
        ("forgotten", None),
        ("reverted", None),
    ]
    assert "reverted" in said("history", "M1")
    assert "2013-02-08 to 2013-02-09" in said("show", "M1")


def test_an_event_of_a_day_needs_no_end(said):
    """An event without an end is of the day on which it began; one without a time is refused."""
    said("add", *BLIZZARD, "--from", "2013-02-08")
    assert json.loads(said("show", "M1", "--json"))["valid_until"] == "2013-02-09T00:00:00"
    assert "An event has a time" in said("add", "Storm.", "--kind", "event", code=2)


def test_all_of_a_run_is_forgotten(said):
    """Facts that agents of a run proposed are listed with run and evidence, confirmed by a person, and forgotten."""
    run_id = add_run()
    agent = Access(role="agent", by="data_analyst", origin=run_id, tenant="", dataset="flights")
    for text in ("EWR is highest.", "JFK is lowest."):
        propose(agent, NewFact(text=text), ["E2"])
    listed = json.loads(said("list", "--run", run_id[:8], "--json"))
    assert [(one["id"], one["source"]["run"], one["source"]["evidence"]) for one in listed] == [
        (2, run_id, ["E2"]),
        (1, run_id, ["E2"]),
    ]
    assert f"data_analyst in run {run_id[:8]}" in said("list")
    assert said("edit", "M1", "--confirm") == "M1 is confirmed: EWR is highest.\n"
    assert said("forget", "--run", run_id[:8]) == "Forgotten: M1, M2.\n"
    assert said("forget", "--run", run_id) == "Nothing came from that run.\n"


def test_memory_moves_to_another_host(said, tmp_path, monkeypatch):
    """A backup is restored in another home; an export has one object a line."""
    said("add", "Returns are late.", "--expires", "2999-01-01")
    assert [one["text"] for one in rows(said("export"))] == ["Returns are late."]
    assert said("backup", str(tmp_path / "m.jsonl")).startswith("1 facts are in")
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path / "other"))
    assert said("restore", str(tmp_path / "m.jsonl")) == "1 facts were restored.\n"
    assert "2999-01-02" in said("show", "M1")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["show", "M7"], "There is no fact M7"),
        (["show", "seven"], "no name of a fact"),
        (["edit", "M1"], "Nothing is changed"),
        (["forget"], "Name a fact"),
        (["forget", "--run", "nope"], "`analyst runs` lists them"),
        (["add", "x" * 301], "at most 300 characters"),
        (["add", "x", "--from", "May"], "no day or time"),
        (["restore", "/dev/null"], "no whole backup"),
    ],
)
def test_errors_are_for_people(said, words, reason):
    """A command that cannot be done is refused in a line or two that say why."""
    assert reason in said(*words, code=2)
