"""Options that say which part of a data set is read."""

from dataclasses import asdict, dataclass

from cyclopts import Parameter


@Parameter(name="*")
@dataclass(frozen=True)
class Selecting:
    """Options of commands that read a data set."""

    table: str = ""
    """Table or view of a database (SQLite, DuckDB, PostgreSQL); needed where there are several."""
    query: str = ""
    """SELECT statement for a database, instead of a table."""
    sheet: str = ""
    """Sheet of a workbook; by default the first visible one."""
    columns: str = ""
    """Columns to read, with commas between."""
    where: str = ""
    """Condition on rows, such as "total > 0"."""
    sample: str = ""
    """Number of rows to take by chance."""
    hints: str = ""
    """YAML file of what you know of the columns; `analyst inspect DATA --hints-out FILE` writes one to correct."""

    def behind(self, dataset: str) -> str:
        """The data set's name with what was chosen behind it, as events and Python write it, too."""
        from analytics.reading.selection import Selection

        return Selection(**asdict(self)).behind(dataset)
