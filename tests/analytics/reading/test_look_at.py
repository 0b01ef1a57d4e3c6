"""A look at a table that is not kept."""

import pytest

from analytics.engine import relation
from analytics.engine.relation import Relation
from analytics.profile.profile import profile_dataset
from analytics.reading.read import look_at, read_dataset

TEXT = "day,shop,amount,sold,open\n" + "".join(
    f"2024-01-{day:02},{'ab'[day % 2]},{day / 4},{'' if day == 3 else day},{day % 3 == 0}\n" for day in range(1, 31)
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text(TEXT)
    return path


def test_a_look_finds_what_reading_finds_and_writes_nothing(file, tmp_path):
    """Description and profile are those of the snapshot, hints included, without the snapshot."""
    hints = tmp_path / "hints.yaml"
    hints.write_text("columns:\n  sold:\n    role: price\n")
    for source in (str(file), f"{file}#hints={hints}"):
        kept = read_dataset(source, directory=tmp_path / "kept")
        seen, table = look_at(source, directory=tmp_path / "look")
        assert seen.model_dump(exclude={"snapshot"}) == kept.model_dump(exclude={"snapshot"})
        assert profile_dataset(table) == profile_dataset(kept.table())
        assert list((tmp_path / "look").iterdir()) == []


def test_a_look_at_a_large_table_keeps_its_rows_on_disk(file, tmp_path, monkeypatch):
    """A table that analytic functions take from disk is written, and given as a relation."""
    monkeypatch.setattr(relation, "LARGE_ROWS", 10)
    seen, table = look_at(str(file), directory=tmp_path / "look")
    assert isinstance(table, Relation)
    assert seen.is_whole()
