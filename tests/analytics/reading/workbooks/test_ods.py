"""OpenDocument spreadsheets."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from analytics import DatasetError, read_dataset

NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)
HEAD = (
    f"<office:document-content {NAMES}><office:automatic-styles>"
    '<style:style style:name="off"><style:table-properties table:display="false"/></style:style>'
    "</office:automatic-styles><office:body><office:spreadsheet>"
)
TAIL = "</office:spreadsheet></office:body></office:document-content>"


def text(value: str, times: int = 1) -> str:
    return (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{times}">'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


def cell(kind: str, value: str) -> str:
    name = {"date": "date-value", "boolean": "boolean-value"}.get(kind, "value")
    typed = f'office:value-type="{kind}" office:{name}="{value}"'
    return f"<table:table-cell {typed}><text:p>shown</text:p></table:table-cell>"


def row(*cells: str, times: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def sheet(name: str, *rows: str, style: str = "on") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}</table:table>'


EMPTY = '<table:table-cell table:number-columns-repeated="16000"/>'
SALES = sheet(
    "Sales",
    row(text("day"), text("shop"), text("total"), text("paid"), EMPTY),
    row(cell("date", "2024-01-31"), text("north"), cell("currency", "12.5"), cell("boolean", "true")),
    row(cell("date", "2024-02-29"), text("south"), cell("float", "3"), cell("boolean", "false"), times=3),
    row(EMPTY, times=1_000_000),
)


def write(path: Path, *sheets: str) -> Path:
    with ZipFile(path, "w") as archive:
        archive.writestr("content.xml", HEAD + "".join(sheets) + TAIL)
    return path


def test_a_sheet_is_read(tmp_path: Path) -> None:
    """The first visible sheet with a table is read, with repeated rows, typed cells, and a note on the others."""
    secret = sheet("Secret", row(text("a")), style="off")
    source = write(tmp_path / "a.ods", secret, sheet("Blank"), SALES, sheet("Notes", row(text("x")), row(text("y"))))
    dataset = read_dataset(source, directory=tmp_path)
    frame = dataset.frame()
    assert frame["total"].tolist() == [12.5, 3, 3, 3]
    assert str(frame["day"].dtype).startswith("datetime64")
    assert frame["paid"].tolist() == [True, False, False, False]
    assert dataset.notes[0] == "Read the sheet 'Sales'; not read: Blank, Notes; hidden: Secret."
    assert read_dataset(f"{source}#sheet=notes", directory=tmp_path).frame().iloc[-1, 0] == "y"
    with pytest.raises(DatasetError, match="no sheet 'x'"):
        read_dataset(f"{source}#sheet=x", directory=tmp_path)


def test_what_is_no_spreadsheet_is_refused(tmp_path: Path) -> None:
    """Damaged files, empty ones, and cells without end are refused with the reason."""
    (tmp_path / "a.ods").write_bytes(b"PK")
    with pytest.raises(DatasetError, match="not a readable"):
        read_dataset(tmp_path / "a.ods", directory=tmp_path)
    with pytest.raises(DatasetError, match="empty"):
        read_dataset(write(tmp_path / "b.ods", sheet("Blank")), directory=tmp_path)
    endless = sheet("Endless", row(text("x", 16_000), times=1_000_000))
    with pytest.raises(DatasetError, match="more than 50,000,000 cells"):
        read_dataset(write(tmp_path / "c.ods", endless), directory=tmp_path)
