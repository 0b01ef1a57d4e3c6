"""Large texts that DuckDB reads: the same tables as of the small reader, in limited memory."""

import csv
import io
import json
from pathlib import Path

import pandas as pd
import pytest

from analytics import DatasetError, read_dataset
from analytics.reading import formats
from analytics.reading.large import on_disk
from analytics.reading.large import texts as large_texts
from tests.thinned import thinned

ROWS = 60


@pytest.fixture
def all_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_texts, "LARGE_BYTES", 1)


def table(*columns: tuple[str, object], delimiter: str = ",") -> str:
    """A text with a line of names and rows of cells; each column is a function of the row, or a list."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(name for name, _ in columns)
    for row in range(ROWS):
        writer.writerow(cells[row % len(cells)] if isinstance(cells, list) else cells(row) for _, cells in columns)
    return out.getvalue()


NUMBERS = ("n", lambda row: row * 3)
TEXTS = {
    "plain": table(NUMBERS, ("x", lambda row: row / 7), ("d", ["2024-01-05", "2024-02-06"]), ("b", ["true", "false"])),
    "gaps": table(NUMBERS, ("x", ["1.5", "", "NA", "-", "7"]), ("s", ["a", "", " b ", "NA", "\u2013"])),
    "codes": table(("zip", ["01234", "98765"]), ("iso", ["NA", "ZA", "KE"]), ("part", ["1E19", "2E5", "3A4"])),
    "german": table(("k", ["1.234,5", "7,25"]), ("g", ["4.071", "98.919"]), NUMBERS, delimiter=";"),
    "money": table(("p", ["$1,200.50", "$7", "-$3.25"]), ("q", ["5 %", "7 %"]), ("r", ["(3.5)", "2.5"])),
    "dates": table(("d", ["31/01/24", "05/02/24"]), ("z", ["2024-01-05T10:00:00Z", "2024-01-06T11:30:00+02:00"])),
    "quoted": table(("t", ['say "x"', "two\nlines", "a,b"]), NUMBERS),
    "titles": "Report\n\n" + table(NUMBERS, ("x", lambda row: row / 4), ("s", ["a", "b"])) + "Source: us\n",
    "totals": table(("s", ["north", "south"]), NUMBERS) + f"Total,{sum(3 * row for row in range(ROWS))}\n",
    "big": table(("id", lambda row: "" if row == 5 else 2**53 + row), NUMBERS),
    "ragged": table(NUMBERS, ("x", [1]), ("y", [2])) + "7,8\n",
    "ambiguous": table(("v", ["1.234", "2.500"]), ("k", ["a", "b"]), delimiter=";"),
}  # fmt: skip
ODD_CELLS = [
    "12a",
    "1.5",
    "007",
    "0x1F",
    "1_000",
    "inf",
    "1e400",
    "2024-13-45",
    "2024-1-5",
    "yes",
    "9" * 20,
    "NULL",
    "-",
]


def both(tmp_path: Path, name: str, content: str, patch: pytest.MonkeyPatch) -> tuple[pd.DataFrame, pd.DataFrame]:
    (tmp_path / name).write_text(content)
    small = read_dataset(tmp_path / name, directory=tmp_path / "small")
    patch.setattr(large_texts, "LARGE_BYTES", 1)
    large = read_dataset(tmp_path / name, directory=tmp_path / "large")
    assert (small.form, set(small.notes)) == (large.form, set(large.notes))
    return small.frame(), large.frame()


@pytest.mark.parametrize("kind", thinned(TEXTS, 6))
def test_both_readers_give_the_same_table(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dialect, types, missing words, dates, totals and notes do not depend on the size of the file."""
    small, large = both(tmp_path, "t.csv", TEXTS[kind], monkeypatch)
    pd.testing.assert_frame_equal(small, large)


@pytest.mark.parametrize("cell", thinned(ODD_CELLS, 4))
def test_a_cell_that_the_sample_does_not_show_counts(
    tmp_path: Path, cell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cell that fits none of its columns makes of them what it makes of them in a small file."""
    from analytics.reading.delimited import column_plan

    monkeypatch.setattr(column_plan, "_sample_rows", lambda text, found: [["1", "1.5", "2024-01-05", "true"]] * 9)
    rows = "".join(f"{row},{row}.5,2024-01-{row % 28 + 1:02},true\n" for row in range(40))
    small, large_ = both(tmp_path, "t.csv", f"w,f,t,b\n{rows}{cell},{cell},{cell},{cell}\n{rows}", monkeypatch)
    pd.testing.assert_frame_equal(small, large_)


@pytest.mark.usefixtures("all_is_large")
def test_a_clean_large_text_is_never_a_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the small reader nor the one of Parquet in memory is called; a part is chosen on disk."""
    for module, name in ((formats, "read_delimited"), (large_texts, "read_parquet")):
        monkeypatch.setattr(module, name, None)
    monkeypatch.setattr(on_disk.relation, "LARGE_ROWS", 10)
    (tmp_path / "t.csv").write_text(TEXTS["plain"])
    dataset = read_dataset(f"{tmp_path / 't.csv'}#where=n > 30&columns=n,b", directory=tmp_path / "kept")
    assert (dataset.columns, dataset.rows) == (["n", "b"], ROWS - 11)
    assert [path.name for path in (tmp_path / "kept").iterdir()] == [dataset.snapshot.name]


@pytest.mark.usefixtures("all_is_large")
def test_placeholders_and_epochs_of_a_huge_text_are_replaced_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a table too large for memory, a sample is described; what cannot be done is said."""
    monkeypatch.setattr(large_texts, "read_parquet", None)
    monkeypatch.setattr(large_texts, "COLUMN_ROWS", 10)
    monkeypatch.setattr(on_disk.relation, "LARGE_ROWS", 10)
    text = table(
        ("created_at", lambda row: 1_704_067_200 + 60 * row), ("v", ["-999", "20", "21", "22", "23"]), ("d", [20240131])
    ) + "1704067200,22,20240131\n"  # fmt: skip
    (tmp_path / "t.csv").write_text(text)
    dataset = read_dataset(tmp_path / "t.csv", directory=tmp_path / "kept")
    frame = dataset.frame()
    assert frame["created_at"].iloc[1] == pd.Timestamp("2024-01-01 00:01")
    assert frame["v"].isna().sum() == ROWS / 5
    assert any(note.startswith("By a sample: -999") for note in dataset.notes)


HUGE = {
    "moments": table(
        ("Date", ["31/01/2024", "05/02/2024"]), ("Time", ["18:00", "6.30.15 pm", "", "12:05 am"]), NUMBERS,
        *((name, ["-200", "7.5", "8.5", "9.25", "8"]) for name in ("CO", "NOx", "Ozone")),
    ),
    "bad moments": table(("Date", ["31/01/2024", "05/02/2024"]), ("Time", ["18:00", "12:05", "noon"]), NUMBERS),
    "months": table(("Year", [2021, 2022]), ("Month", [1, 2, 12]), NUMBERS),
    "quarters": table(("Year", [2021, 2022]), ("Quarter", [1, 2, 4]), NUMBERS),
}  # fmt: skip


@pytest.mark.parametrize("kind", HUGE)
def test_columns_and_sentinels_of_a_huge_text_are_those_of_a_small_one(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Date and time of day become one moment, and a number that stands apart in several columns is missing."""
    (tmp_path / "t.csv").write_text(HUGE[kind])
    small = read_dataset(tmp_path / "t.csv", directory=tmp_path / "small")
    for module, name, value in (
        (large_texts, "LARGE_BYTES", 1), (large_texts, "COLUMN_ROWS", 10), (large_texts, "read_parquet", None),
        (on_disk.relation, "LARGE_ROWS", 10),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, value)
    large = read_dataset(tmp_path / "t.csv", directory=tmp_path / "large")
    pd.testing.assert_frame_equal(small.frame(), large.frame())
    assert not [note for note in large.notes if note.startswith("Seen in a sample")]


def test_json_lines_of_both_readers_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nested objects, lists of objects and gaps of JSON lines give the same table either way."""
    rows = [
        {"id": row, "at": {"x": row / 3}, "lines": [{"q": row}] * (row % 3), "s": None if row == 4 else f"s {row % 5}"}
        for row in range(ROWS)
    ]
    small, large = both(tmp_path, "t.jsonl", "\n".join(map(json.dumps, rows)), monkeypatch)
    pd.testing.assert_frame_equal(small, large, check_dtype=False)


@pytest.mark.usefixtures("all_is_large")
def test_a_damaged_large_text_is_refused(tmp_path: Path) -> None:
    """A row with too many cells, and a header alone, are errors that name the file, as in a small one."""
    (tmp_path / "t.csv").write_text(TEXTS["plain"] + "1,2,3,4,5\n")
    with pytest.raises(DatasetError, match=r"t\.csv: row 62 has 5 cells"):
        read_dataset(tmp_path / "t.csv", directory=tmp_path / "kept")
    (tmp_path / "h.csv").write_text("a,b\n")
    with pytest.raises(DatasetError, match=r"h\.csv: there is a line of 2 column names"):
        read_dataset(tmp_path / "h.csv", directory=tmp_path / "kept")


@pytest.mark.usefixtures("all_is_large")
@pytest.mark.scale
def test_rows_keep_their_order(tmp_path: Path) -> None:
    """More rows than one thread takes at once stand in the snapshot as in the text."""
    rows = 400_000
    (tmp_path / "t.csv").write_text("n,s\n" + "".join(f"{row},{'NA' if row % 9 else 'x'}\n" for row in range(rows)))
    dataset = read_dataset(tmp_path / "t.csv", directory=tmp_path / "kept")
    assert dataset.frame()["n"].is_monotonic_increasing
    assert dataset.rows == rows


def test_a_wide_text_of_few_rows_is_read_as_a_small_one(tmp_path, monkeypatch):
    """A text that is large by its columns is not cast by DuckDB, whose time goes by columns; a long one is."""
    wide, long = tmp_path / "wide.csv", tmp_path / "long.csv"
    wide.write_text("1,2,3\n" * 9_000)
    long.write_text("1,2\n" * 13_500)
    monkeypatch.setattr(large_texts, "LARGE_BYTES", 50_000)
    assert [large_texts.is_large(path) for path in (wide, long)] == [False, True]
    monkeypatch.setattr(large_texts, "LARGE_BYTES", 10_000)
    assert large_texts.is_large(wide)
