"""A damaged file is read, or refused in an error that names it: mutations of small files of every format."""

import bz2
import gzip
import io
import json
import random
import warnings
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics import DatasetError, read_dataset
from analytics.profile.profile import profile_dataset
from analytics.reading.read import UNEXPECTED
from tests.analytics.reading.workbooks.test_ods import HEAD, TAIL, cell, row
from tests.analytics.reading.workbooks.test_ods import sheet as ods_sheet
from tests.analytics.reading.workbooks.test_ods import text as text_cell
from tests.thinned import thinned

ROOT = Path(__file__).parents[3]
EVERY_FEW = 15
"""Mutations of each file in an ordinary run."""


def _table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "day": pd.date_range("2024-01-30", periods=8),
            "city": ["Köln", "Århus", "NA", "", None, "a;b", 'say "x"', "Łódź"],
            "n": [1, 2, 3, None, 5, 6, 7, 9007199254740993],
            "share": ["1,5 %", "2,25 %", "-", "0 %", "7 %", "8 %", "9 %", "10 %"],
        }
    )


def _files() -> dict[str, bytes]:
    table = _table()
    text = table.to_csv(index=False)
    excel, parquet = io.BytesIO(), io.BytesIO()
    table.to_excel(excel, index=False)
    table.to_parquet(parquet)
    rows = json.loads(table.to_json(orient="records", date_format="iso"))
    return {
        "plain.csv": text.encode(),
        "quoted.csv": ("# export\nsep=;\n" + text.replace(",", ";")).encode("cp1252", "replace"),
        "wide.csv": text.encode("utf-16"),
        "spaces.txt": b"id when size\n1 01/02/24 1e3\n2 31/12/24 .5\n3 15/06/24 7\n",
        "titles.tsv": b"Table 1\t\t\n\nregion\tyear\tcount\nNorth\t2021\t1.234\nTotal\t2021\t1.234\nSource: x\t\t\n",
        "packed.csv.gz": gzip.compress(text.encode()),
        "rows.json": json.dumps(
            {"meta": {"page": 1}, "data": [{**row, "at": {"x": [1, {"y": 2}]}} for row in rows]}
        ).encode(),
        "lines.jsonl": "\n".join(map(json.dumps, rows)).encode(),
        "book.xlsx": excel.getvalue(),
        "table.parquet": parquet.getvalue(),
        **_packed(text.encode(), rows),
    }


def _packed(text: bytes, rows: list[object]) -> dict[str, bytes]:
    """The table in other packings and formats."""
    zipped, sheet, feather, nested = (io.BytesIO() for _ in range(4))
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", text)
    with zipfile.ZipFile(sheet, "w", zipfile.ZIP_DEFLATED) as archive:
        cells = [row(*(cell("float", f"{n}") for n in range(3)), text_cell("\u00e4")) for _ in range(4)]
        archive.writestr("content.xml", HEAD + ods_sheet("Data", row(*map(text_cell, "abcd")), *cells) + TAIL)
    pyarrow.feather.write_feather(_table(), feather, compression="lz4")
    columns = {"l": [[1, 2], None], "s": [{"a": 1}, None], "b": [b"1", b"\xff"], "i": [None, 2**60]}
    pyarrow.parquet.write_table(pa.table(columns), nested)
    packed = pa.compress(text, codec="zstd", asbytes=True)
    return {
        "packed.csv.bz2": bz2.compress(text),
        "packed.csv.zst": packed,
        "packed.zip": zipped.getvalue(),
        "sheet.ods": sheet.getvalue(),
        "table.feather": feather.getvalue(),
        "nested.parquet": nested.getvalue(),
        "lines.jsonl.gz": gzip.compress("\n".join(map(json.dumps, rows)).encode()),
    }


FILES = _files()


def mutated_member(content: bytes, chance: random.Random) -> bytes:
    """An archive in which one of the files within is mutated, so that it unpacks."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        members = {name: source.read(name) for name in source.namelist()}
    chosen = chance.choice([name for name, data in members.items() if data])
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, mutated(data, chance) if name == chosen else data)
    return target.getvalue()


def mutated(content: bytes, chance: random.Random) -> bytes:
    """A file with a few bytes changed, left out, doubled or moved."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at, length = chance.randrange(len(data) + 1), chance.choice([1, 1, 2, 8, 64])
        kind = chance.randrange(5)
        if kind == 0:
            data[at : at + length] = b""
        elif kind == 1:
            data[at:at] = data[at : at + length] * chance.choice([1, 3])
        elif kind == 2:
            data[at:at] = chance.choice(
                [b"\0", b'"', b"\n", b"\r", b",", b";;", b"\xff", b"\xc3\x28", b"{", b"]", b"1e999", b"\\"]
            )
        elif kind == 3:
            data[at : at + 1] = bytes([chance.randrange(256)])
        else:
            del data[at:]
        if not data:
            data = bytearray(b"x")
    return bytes(data)


def check(folder: Path, name: str, content: bytes) -> None:
    """A file is read and profiled, or refused in an error that names it and is no accident."""
    path = folder / name
    path.write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            profile_dataset(read_dataset(path, directory=folder / "kept", max_bytes=1 << 24).frame())
        except DatasetError as error:
            said, cause = str(error), error.__cause__
        else:
            return
    assert name in said
    assert UNEXPECTED not in said, repr(cause)
    assert len(said) < 400


@pytest.mark.parametrize("name", thinned(FILES, 4))
def test_damaged_files_are_read_or_refused(name: str, tmp_path: Path) -> None:
    """A damaged file of any format never raises anything but a `DatasetError` that names it."""
    chance = random.Random(name)
    for number in range(EVERY_FEW):
        inside = number % 2 and name.endswith((".xlsx", ".ods", ".zip"))
        check(tmp_path, name, (mutated_member if inside else mutated)(FILES[name], chance))


@given(st.text(alphabet=st.sampled_from("ab10.,;:|\"'\t\n\r#% -/()Ä€$é\0"), min_size=1, max_size=80))
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_read_or_refused(tmp_path: Path, text: str) -> None:
    """Any text in a .csv file is read, or refused in an error that names the file."""
    check(tmp_path, "any.csv", text.encode())


@pytest.mark.scale
@pytest.mark.parametrize("name", [*FILES, *(f"{path.name}" for path in (ROOT / "examples" / "data").glob("*.csv"))])
def test_many_damaged_files_are_read_or_refused(name: str, tmp_path: Path) -> None:
    """The rule holds for two thousand mutations of each file, and for the head of each example."""
    content = FILES[name] if name in FILES else (ROOT / "examples" / "data" / name).read_bytes()[:20_000]
    chance = random.Random(f"many {name}")
    for number in range(2000):
        inside = number % 2 and name.endswith((".xlsx", ".ods", ".zip"))
        check(tmp_path, name, (mutated_member if inside else mutated)(content, chance))
