"""The rows of a table that an entry and a time mean."""

from collections.abc import Sequence
from dataclasses import replace

from agents.grounding.binding.owners import Owner
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.words import stems_of_name
from agents.grounding.reading.written_dates import WrittenDate
from agents.grounding.tables.cells import Row, Table
from agents.grounding.tables.moments import Moment, means


def rows_of(table: Table, owner: Owner, vocabulary: Vocabulary) -> list[Row] | None:
    """Rows of a table that an owner means; None if the table is about something else.

    An owner without names means every row.
    """
    rows = list(table.rows)
    if "coefficient" in table.measures:  # named by two columns, in `cells_for`
        return rows
    for mention in owner.mentions:
        if mention.date:
            if _of_another_year(table, mention.date, vocabulary):
                return None
            rows = _rows_at(table, rows, mention.date, mention in owner.hard) or []
            if not rows:
                return None
            continue
        if table.timed and not mention.columns & table.columns and _is_time_as_well(mention, owner):
            continue  # the February of another result's months of the year is that of the time named
        names = vocabulary.same(mention.names)
        if mention.columns & table.columns or any(names & row.called for row in table.rows):
            # In its own column first: what another table has beside `felon 0` may be a 1 of something else.
            rows = _so_called(rows, mention) or [row for row in rows if names & row.called]
            if not rows:
                return None
        elif mention in owner.hard and not names & table.filters and not _is_measured(mention, table):
            return None
    return rows


def rows_named(table: Table, mention: Mention, vocabulary: Vocabulary, scope: Sequence[Mention] = ()) -> list[Row]:
    """Rows that a name or time means, among those of a scope; none if the table is about something else."""
    return rows_of(table, Owner((mention, *scope), frozenset({mention})), vocabulary) or []


def _so_called(rows: list[Row], mention: Mention) -> list[Row]:
    """Rows that have a name in a column that holds it."""
    columns = mention.columns
    return [row for row in rows if any(row.names.get(one, "").casefold() in mention.names for one in columns)]


def _is_time_as_well(mention: Mention, owner: Owner) -> bool:
    return any(m.date and m.start <= mention.start and mention.end <= m.end for m in owner.mentions)


def _of_another_year(table: Table, date: WrittenDate, vocabulary: Vocabulary) -> bool:
    """Return whether a table is by the months of all years, while another one cited has the year that is meant."""
    moments = [moment for row in table.rows for moment in row.moments.values()]
    if date.year is None or not moments or any(m.year is not None for m in (*moments, *table.kept)):
        return False
    return any(m.year == date.year for other in vocabulary.tables for row in other.rows for m in row.moments.values())


def _is_measured(mention: Mention, table: Table) -> bool:
    """Return whether the table measures the column of a name: its rows have shares of `survived 1`, not rows of it."""
    stems = [stems_of_name(column) for column in mention.columns]
    return any(one and one <= measure.words for one in stems for measure in table.measures.values())


def _rows_at(table: Table, rows: list[Row], date: WrittenDate, hard: bool) -> list[Row] | None:
    if table.timed:
        there = [row for row in rows if not row.moments or any(_at(date, moment) for moment in row.moments.values())]
        return there if any(row.moments for row in there) else None
    if any(_at(date, moment) for moment in table.kept):
        return rows
    year_only = not any(date.key[1:])
    return rows if year_only or not hard else None


def _at(date: WrittenDate, moment: Moment) -> bool:
    if means(date, moment):
        return True
    return date.month_first and means(replace(date, day=date.month, month=date.day), moment)
