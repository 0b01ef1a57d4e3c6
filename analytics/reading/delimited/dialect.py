"""Dialect of delimited text, told from a sample of whole lines: delimiter, quote, escape, lines above the table.

Method: each delimiter and quote splits the sample; the best has rows of equal length with cells that look like values,
after van den Burg, Nazábal and Sutton, "Wrangling messy CSV files by detecting row and type patterns", 2019. Python's
`csv.Sniffer` goes by counts of characters alone and takes letters for delimiters.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

_DELIMITERS = [",", ";", "\t", "|", "^", "~", "\x01", "\x1f", ":", " "]
"""Candidates; of equally good ones the first is taken."""
_MOST_ROWS = 300
"""Rows that candidates are compared by."""
_MOST_CELLS = 20_000
"""Cells that candidates are compared by, in wide tables."""
_VALUE = re.compile(
    r"""\s*(?:
        [-+(]?\s?[^\w\s,;|]?\s?\d[\d.,'\u00a0 ]*(?:[eE][-+]?\d+)?\s?[%)\u20ac]?   # number, money, share
      | \d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ][\d:.+Z-]+)?(?:\s?[APap][Mm])?      # date
      | [-\w.+/&()'\u2019%\#@]*(?:[ ][-\w.+/&()'\u2019%\#@]+)*\.?                 # words
    )\s*""",
    re.VERBOSE,
)
COMMENTS = ("#", "%", "//", "--", "!", "*")
"""Beginnings of comment lines."""


@dataclass(frozen=True)
class Dialect:
    """The rule by which lines are split into cells."""

    delimiter: str
    """One character; a space stands for any run of spaces and tabs."""
    quote: str = '"'
    """The quote, or an empty text when cells are never quoted."""
    backslash: bool = False
    """Quotes within cells are escaped by a backslash, not doubled."""
    spaced: bool = False
    """Spaces after a delimiter do not belong to the cell, so that a quote may follow them."""
    comment: str = ""
    """Beginning of comment lines, which are left out; empty when there are none."""
    skip: int = 0
    """Lines above the table that are not read, such as `sep=;`."""

    def rows(self, lines: Iterable[str]) -> "Iterable[list[str]]":
        """Split lines into rows of cells; blank lines are empty rows."""
        if self.delimiter == " ":
            return (_split_at_spaces(line, self.quote) for line in lines)
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            doublequote=not self.backslash,
            escapechar="\\" if self.backslash else None,
            skipinitialspace=self.spaced,
        )


def _split_at_spaces(line: str, quote: str) -> list[str]:
    if quote and quote in line:
        return [whole.strip(quote) for whole in re.findall(rf"{quote}[^{quote}]*{quote}|\S+", line)]
    return line.split()


def sniff(sample: list[str], delimiter: str | None) -> Dialect:
    """Tell the dialect of a text.

    Args:
        sample: Its first lines, whole, with their ends.
        delimiter: The delimiter, where the file's name says it.
    """
    skip = 0
    if sample and (said := re.fullmatch(r"\"?sep=(.)\"?\s*", sample[0], re.IGNORECASE)):
        skip, delimiter = 1, said[1]
    elif sample and re.fullmatch(r"\"?sep=\t?\"?[\r\n]*", sample[0], re.IGNORECASE):
        skip, delimiter = 1, "\t"
    lines = sample[skip:]
    comment = _comment(lines)
    if comment:
        lines = [line for line in lines if not line.startswith(comment)] or lines
    text = "".join(lines)
    best, best_score = Dialect(delimiter or ","), -1.0
    for quote, backslash in _quotings(text):
        for mark in [delimiter] if delimiter else _DELIMITERS:
            if mark not in text and mark not in ", " and not delimiter:
                continue
            spaced = mark != " " and re.search(rf"{re.escape(mark)} +{quote}", text) is not None
            candidate = Dialect(mark, quote, backslash=backslash, spaced=spaced)
            score = _score(candidate, lines)
            if score > best_score * 1.001:
                best, best_score = candidate, score
    return replace(best, comment=_without_heading(comment, sample[skip:], best), skip=skip)


def _without_heading(comment: str, lines: list[str], found: Dialect) -> str:
    """The beginning of comment lines without a line of names that is written as one: `#id,name`, or that below `##`."""
    marked = [line for line in lines if comment and line.startswith(comment)]
    if (
        comment != "#"
        or not marked
        or marked[-1][1:2].isspace()
        or not all(line.startswith("##") for line in marked[:-1])
    ):
        return comment
    try:
        names = next(iter(found.rows(marked[-1:])))
        widths = Counter(len(row) for row in found.rows([line for line in lines if not line.startswith("#")]) if row)
    except (StopIteration, csv.Error):
        return comment
    is_heading = len(names) > 1 and [width for width, _ in widths.most_common(1)] == [len(names)]
    return comment if not is_heading or marked[-1].startswith("##") else "##" if len(marked) > 1 else ""


def _quotings(text: str) -> list[tuple[str, bool]]:
    """Quotes to try, and whether a backslash escapes them."""
    found = [('"', False)]
    if '\\"' in text:
        found.append(('"', True))
    if re.search(r"(?:^|[,;\t|] ?)'[^'\n]*'(?:[,;\t|\r\n]|$)", text, re.MULTILINE):
        found = [("'", False), *(found if '"' in text else [])]
    return found


def _comment(lines: list[str]) -> str:
    """The beginning of comment lines: it opens the text, and few of the other lines."""
    first = next((line for line in lines if line.strip()), "")
    for mark in COMMENTS:
        if first.startswith(mark):
            having = sum(line.startswith(mark) for line in lines)
            return mark if having < 0.5 * len(lines) or (mark == "#" and having < len(lines)) else ""
    return ""


def _score(candidate: Dialect, lines: list[str]) -> float:
    """Sum over row lengths of rows times (cells - 1) / cells, by number of lengths; times the share of plain cells."""
    rows: list[list[str]] = []
    cells = 0
    try:
        for row in candidate.rows(lines):
            if any(row):
                rows.append(row)
                cells += len(row)
            if len(rows) >= _MOST_ROWS or cells >= _MOST_CELLS:
                break
    except csv.Error:
        return -1.0
    if not rows:
        return -1.0
    lengths = Counter(map(len, rows))
    if candidate.delimiter in " :" and not (len(lengths) == 1 and len(rows) > 2 and _has_numbers(rows[1:])):
        return -0.5  # words and times of day are no columns
    pattern = sum(count * max(0.001, length - 1) / length for length, count in lengths.items()) / len(lengths)
    return pattern * sum(_VALUE.fullmatch(cell[:200]) is not None for row in rows for cell in row) / cells


def _has_numbers(rows: list[list[str]]) -> bool:
    return any(all(re.fullmatch(r"[-+]?[\d.,]+", cell) for cell in column) for column in zip(*rows, strict=True))
