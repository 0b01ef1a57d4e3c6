"""Delimited text, read strictly: no row is dropped, no cell is invented, and what was decided is noted.

Arrow splits the lines with every cell as text, because it names ragged rows and transcodes; each column then gets
the narrowest type that all its cells have, so that postal codes keep their zeros.
"""

import codecs
import csv
from pathlib import Path
from typing import Any

import pandas as pd

from analytics.columns import Series, listing, parse_times
from analytics.errors import DatasetError

# Spellings of a missing cell, as pandas reads them.
_MISSING = ["", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "#N/A", "<NA>", "-nan", "-NaN"]
_BLOCK = 1 << 24
"""Bytes that Arrow reads at once; a row must fit."""
_UNDEFINED_IN_CP1252 = bytes([0x81, 0x8D, 0x8F, 0x90, 0x9D])
_DATE_FORMATS = [
    ("%Y/%m/%d", r"\d{4}/\d{1,2}/\d{1,2}"),
    ("%m/%d/%Y", r"\d{1,2}/\d{1,2}/\d{4}"),
    ("%d/%m/%Y", r"\d{1,2}/\d{1,2}/\d{4}"),
    ("%d.%m.%Y", r"\d{1,2}\.\d{1,2}\.\d{4}"),
    ("%d-%m-%Y", r"\d{1,2}-\d{1,2}-\d{4}"),
    ("%Y-%m", r"\d{4}-\d{2}"),
    ("%d %b %Y", r"\d{1,2} [A-Za-z]{3} \d{4}"),
    ("%d-%b-%Y", r"\d{1,2}-[A-Za-z]{3}-\d{4}"),
]
_CLOCKS = [("", ""), (" %H:%M", r" \d{1,2}:\d{2}"), (" %H:%M:%S", r" \d{1,2}:\d{2}:\d{2}")]


def read_delimited(path: Path, shown: str, delimiter: str | None) -> tuple[pd.DataFrame, list[str]]:
    """Read a CSV or TSV file.

    Args:
        path: The file, not compressed.
        shown: Its name for messages.
        delimiter: The separator, or None to tell it from the first line: comma, semicolon, tab or bar.

    Returns:
        The rows, with names as they stand in the file, and notes on what was decided.

    Raises:
        DatasetError: Empty, binary, or rows of different lengths (it names the row).
    """
    encoding, notes, quote_open = _encoding(path, shown)
    with path.open(encoding=encoding, newline="") as file:
        head = next((line for line in file if line.strip()), "")
    if not head:
        raise DatasetError(f"{shown}: the file is empty")
    try:
        separator = delimiter or max(",;\t|", key=lambda mark: len(next(csv.reader([head], delimiter=mark), [])))
        width = len(next(csv.reader([head], delimiter=separator), []))
    except csv.Error as error:
        raise DatasetError(f"{shown}: the first line is no list of column names ({error})") from None
    table = _read(path, shown, encoding.removesuffix("-sig"), separator, width + 100)  # a name may hold line breaks
    frame, names = _frame(table)
    if quote_open and any(frame[name].str.contains("\n", regex=False).any() for name in frame.columns):
        raise DatasetError(f"{shown}: a quote is left open, so that lines run together; close it or double it")
    if all(_is_number(name) for name in names):
        first = pd.DataFrame([names], columns=frame.columns)
        frame = pd.concat([first, frame], ignore_index=True)
        names = [f"column_{position}" for position in range(1, len(names) + 1)]
        notes.append("The first line holds only numbers, so it was read as data; the columns have no names.")
    columns = [_typed(frame.iloc[:, i], str(names[i]), separator, notes) for i in range(frame.shape[1])]
    typed = pd.concat(columns, axis=1) if columns else pd.DataFrame()
    typed.columns = pd.Index(names, dtype=object)
    return typed, _merged(notes)


def _encoding(path: Path, shown: str) -> tuple[str, list[str], bool]:
    """UTF-8 if the whole file is; UTF-16 by its mark or its zero bytes; else the Western one-byte encoding.

    Returns:
        The encoding, a note if it is not UTF-8, and whether the number of quotes is odd.
    """
    with path.open("rb") as file:
        head = file.read(4096)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16", ["The file is UTF-16, not UTF-8; it was read as that."], False
        if b"\0" in head:
            even, odd = head[::2].count(0), head[1::2].count(0)
            if max(even, odd) > 0.4 * len(head) / 2 and min(even, odd) < 0.05 * len(head) / 2:
                guess = "utf-16-be" if even > odd else "utf-16-le"
                return guess, ["The file is UTF-16, not UTF-8; it was read as that."], False
            raise DatasetError(f"{shown}: this is not text; is the file name's ending right?")
        decoder = codecs.getincrementaldecoder("utf-8")()
        file.seek(0)
        undefined, valid, quotes = False, True, 0
        while chunk := file.read(1 << 22):
            quotes += chunk.count(b'"')
            undefined = undefined or any(byte in chunk for byte in _UNDEFINED_IN_CP1252)
            if valid:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    valid = False
    if valid:
        return ("utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"), [], quotes % 2 == 1
    name, encoding = ("Latin-1", "latin-1") if undefined else ("Windows-1252", "cp1252")
    return encoding, [f"The file is not UTF-8; it was read as {name}. Check letters with accents."], quotes % 2 == 1


def _read(path: Path, shown: str, encoding: str, separator: str, columns: int) -> Any:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    ragged: list[Any] = []

    def note_ragged(row: Any) -> str:
        ragged.append(row)
        return "skip"

    try:
        table = arrow_csv.read_csv(
            path,
            # One thread, or Arrow does not know the numbers of ragged rows.
            read_options=arrow_csv.ReadOptions(
                encoding=encoding, block_size=_BLOCK, use_threads=False, autogenerate_column_names=True
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=separator, newlines_in_values=True, invalid_row_handler=note_ragged
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={f"f{position}": pa.string() for position in range(columns)},
                strings_can_be_null=True,
                null_values=_MISSING,
            ),
        )
    except (pa.ArrowInvalid, UnicodeError):
        # Arrow's message quotes the row, and the file may be anything.
        raise DatasetError(f"{shown}: cannot be read as delimited text; is a quote left open?") from None
    if ragged:
        first = ragged[0]
        more = f" ({len(ragged):,} such rows in all)" if len(ragged) > 1 else ""
        raise DatasetError(
            f"{shown}: row {first.number} has {first.actual_columns} cells, the first row has {first.expected_columns}"
            f"{more}. Fix the row, or quote cells that hold {separator!r}"
        )
    return table


def _frame(table: Any) -> tuple[pd.DataFrame, list[str]]:
    frame = table.to_pandas(strings_to_categorical=False)
    names = ["" if pd.isna(name) else str(name) for name in frame.iloc[0]]
    return frame.iloc[1:].reset_index(drop=True), names


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _typed(column: Series, name: str, separator: str, notes: list[str]) -> Series:
    """The column in the narrowest type that every cell has; text as it was when there is none."""
    text = column.str.strip()
    text = text.mask(text == "")
    present = text.dropna()
    if present.empty:
        return column.astype("float64")
    if present.str.fullmatch(r"[+-]?\d+").all():
        if present.str.match(r"[+-]?0\d").any():
            notes.append(f"Kept as text for their leading zeros: {name}")
            return column
        if present.str.len().max() > 18:
            notes.append(f"Kept as text, too long for exact numbers: {name}")
            return column
        whole: Any = present.astype("int64")
        if len(present) == len(text):
            return whole
        exact = bool(whole.abs().max() <= 2**53)  # beyond, a float would change digits
        return whole.astype("float64" if exact else "Int64").reindex(text.index)
    if separator == ";" and present.str.fullmatch(r"[+-]?\d+(?:,\d+)?").all():
        notes.append(f"Decimal commas read as decimal points: {name}")
        commas: Any = pd.to_numeric(text.str.replace(",", "."))
        return commas.astype("float64")
    if _are_codes_with_e(present):
        notes.append(f"Kept as text, since codes such as 1E19 are no numbers: {name}")
        return column
    if not present.str.match(r"[+-]?0\d").any():
        numbers: Any = pd.to_numeric(text, errors="coerce")
        if numbers.notna().sum() == len(present):
            return numbers.astype("float64")
    if present.str.lower().isin(["true", "false"]).all():
        flags = text.str.lower().map({"true": True, "false": False})
        return flags.astype("bool" if len(present) == len(text) else "boolean")
    stamps = parse_times(text) if present.iloc[0][:4].isdigit() else None
    if stamps is None and present.iloc[0][:1].isdigit():
        stamps = _dates(text, present, name, notes)
    return column.where(text.notna()) if stamps is None else stamps


def _are_codes_with_e(present: Series) -> bool:
    """Check that cells look like part numbers such as 7E8 rather than like scientific notation.

    Programs that write a power of ten give its sign or a decimal point: 7e+08, 7.0E8.
    """
    if not present.str.fullmatch(r"\d+[eE]\d+").any():
        return False
    return not present.str.contains(r"\.|[eE][+-]", regex=True).any()


def _dates(text: Series, present: Series, name: str, notes: list[str]) -> Series | None:
    """Times where every cell has the same usual date format other than ISO 8601; else None."""
    for date_format, pattern in _DATE_FORMATS:
        for clock_format, clock in _CLOCKS:
            if not (
                present.head(20).str.fullmatch(pattern + clock).all() and present.str.fullmatch(pattern + clock).all()
            ):
                continue
            parsed = pd.to_datetime(text, format=date_format + clock_format, errors="coerce")
            if parsed.notna().sum() != len(present):
                continue
            if date_format == "%m/%d/%Y" and int(parsed.dt.day.max()) <= 12:
                notes.append(f"Dates read as month/day/year, though day/month would fit too: {name}")
            return parsed
    return None


def _merged(notes: list[str]) -> list[str]:
    """Notes of one kind, which differ in the column only, as one note."""
    kinds: dict[str, list[str]] = {}
    for note in notes:
        kind, _, name = note.partition(": ")
        kinds.setdefault(kind, []).extend([name] if name else [])
    return [f"{kind}: {listing(names)}." if names else kind for kind, names in kinds.items()]
