"""Old records and files are removed when a person says so, and nothing that is still needed."""

import os
import time

import pytest
from sqlalchemy import insert, select, update

from deployments.cli import run
from runtime.dataset_events.claims import claim
from runtime.dataset_events.events import Arrival, DatasetEvent
from runtime.ledger.notes import note
from runtime.memory.search import show
from runtime.memory.writing import add, forget
from runtime.settings import get_settings
from runtime.store.database import get_store
from runtime.store.retention import Removed, remove_older
from runtime.store.tables import (
    AccountRow,
    ArrivalRow,
    EffectRow,
    FindingRow,
    MemoryChangeRow,
    MemoryFactRow,
    MemoryWordRow,
    SpanRow,
)
from tests.runtime.memory.test_facts import ADMIN, fact
from tests.runtime.stored_runs import add_run, add_spans, change_run, read_run

pytestmark = pytest.mark.usefixtures("own_home")

YEAR = 365 * 86400.0


def arrival(version, name="sales"):
    return Arrival(deployment="analyze", events=[DatasetEvent(id=version, name=name, version=version)])


def age(table, seconds, *of):
    store = get_store()
    column = "created" if table is ArrivalRow else "updated"
    with store.writing() as connection:
        connection.execute(update(table).where(*of).values(**{column: store.now(connection) - seconds}))


def result(name, age_seconds):
    file = get_settings().results_dir / "00" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("{}")
    then = time.time() - age_seconds
    os.utime(file, (then, then))
    return file


def finding(identity, state):
    columns = {"dataset": "sales", "subject": {}, "title": "t", "severity": "high", "destinations": [], "run": "r"}
    values = {**columns, "identity": identity, "state": state, "occasion": 1, "missed": 0, "created": 0, "updated": 0}
    with get_store().writing() as connection:
        connection.execute(insert(FindingRow).values(**values))


def effect(key):
    columns = {"scope": "r", "action": "a", "state": "sent", "claims": 1, "host": "h", "machine": "m", "pid": 1}
    with get_store().writing() as connection:
        connection.execute(insert(EffectRow).values(key=key, created=0, updated=0, **columns))


def test_only_what_is_old_is_removed():
    """Records and files that were used since stay; the counts are those of removed ones."""
    old, new = add_run(state="completed"), add_run(state="completed")
    change_run(old, updated=0.0)
    for key in ("old", "new"):
        effect(key)
    age(EffectRow, 0, EffectRow.key == "new")
    files = result("old", YEAR), result("new", 0)
    assert remove_older(90) == Removed(runs=1, effects=1, updates=0, findings=0, results=1)
    assert read_run(new) is not None
    with get_store().reading() as connection:
        assert connection.execute(select(EffectRow.key)).scalars().all() == ["new"]
    assert [file.exists() for file in files] == [False, True]


def test_an_older_version_is_known_for_ever():
    """The newest update of each data set stays, so that an older one that comes late is still left out."""
    for version in ("1", "2", "3"):
        claim(arrival(version), f"run-{version}")
        age(ArrivalRow, YEAR - int(version), ArrivalRow.version == version)
    claim(arrival("1", name="other"), "run-other")
    age(ArrivalRow, YEAR, ArrivalRow.dataset == "other")
    assert remove_older(90).updates == 2
    assert claim(arrival("2"), "run-late") == ("superseded", "run-3", "3")
    assert claim(arrival("1", name="other"), "run-again").verdict == "duplicate"


def test_a_finding_that_is_still_there_stays():
    """A finding that was routed and has not gone is not routed again after its record became old."""
    finding("gone", "closed")
    finding("there", "open")
    assert remove_older(90).findings == 1
    with get_store().reading() as connection:
        assert connection.execute(select(FindingRow.identity)).scalars().all() == ["there"]


def test_a_dry_run_removes_nothing(capsys):
    """`analyst clean --dry-run` says what would go, and it is there afterwards."""
    old = add_run(state="completed")
    change_run(old, updated=0.0)
    file = result("old", YEAR)
    assert run(["clean", "--dry-run"]) == 0
    assert "Would remove 1 runs" in " ".join(capsys.readouterr().out.split())
    assert read_run(old) is not None
    assert file.exists()
    assert run(["clean", "--days", "30"]) == 0
    assert not file.exists()


def test_what_runs_need_is_not_removed(capsys):
    """Less than a day is refused: it would take the results of runs that are under way."""
    assert run(["clean", "--days", "0.5"]) == 2
    assert run(["clean", "--days", "nan"]) == 2
    assert "at least one" in capsys.readouterr().err


def test_sums_go_with_their_run_and_long_after_their_month():
    """A run's spending is kept as long as the run, and a month's spending until no ceiling asks for it."""
    run = add_run(state="completed")
    for key in (run, "gone"):
        note(key, micros=1, tokens=1)
    with get_store().reading() as connection:
        every = set(connection.execute(select(AccountRow.key)).scalars())
    age(AccountRow, YEAR / 6)
    remove_older(30)
    with get_store().reading() as connection:
        assert set(connection.execute(select(AccountRow.key)).scalars()) == every - {"run gone"}
    age(AccountRow, YEAR)
    remove_older(30)
    with get_store().reading() as connection:
        assert connection.execute(select(AccountRow.key)).scalars().all() == [f"run {run}"]


def test_a_trace_goes_with_its_run():
    """The trace of a run, and the page that was written of it, are kept as long as the run."""
    old, new = add_run(state="completed"), add_run(state="completed")
    add_spans(old, {}, updated=0.0)
    add_spans(new, {}, updated=0.0)
    page = get_settings().traces_dir / f"{old}.html"
    page.touch()
    os.utime(page, (0, 0))
    change_run(old, updated=0.0)
    remove_older(30)
    with get_store().reading() as connection:
        assert connection.execute(select(SpanRow.run)).scalars().all() == [new]
    assert not page.exists()


def test_facts_stay_unless_they_were_forgotten():
    """A fact that was forgotten long ago is removed with its history, and nothing else of the memory."""
    for text in ("One.", "Two."):
        add(ADMIN, fact(text))
    forget(ADMIN, 1)
    remove_older(30)
    assert len(show(ADMIN, 1)[1]) == 2
    age(MemoryFactRow, YEAR)
    remove_older(30)
    with get_store().reading() as connection:
        rows = [select(MemoryFactRow.id), select(MemoryChangeRow.fact), select(MemoryWordRow.fact)]
        assert [connection.execute(one).scalars().all() for one in rows] == [[2], [2], [2]]
