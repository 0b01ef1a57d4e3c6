"""Tables of keys and of silences: which rows share a value, and when no row came."""

from collections.abc import Iterator
from datetime import timedelta

from agents.grounding.results.measures import told_of, whole_table
from agents.grounding.tables.cells import Row, Table
from agents.grounding.tables.moments import moment_of
from analytics.results import Keys, Silences

_UNITS = {"days": timedelta(days=1), "hours": timedelta(hours=1), "minutes": timedelta(minutes=1)}


def key_tables(evidence: str, result: Keys) -> Iterator[Table]:
    """Rows of each key, how many share a value, and the numbers of some that do."""
    for key in result.candidates:
        numbers = [row for each in key.examples for row in each.rows]
        yield whole_table(
            evidence,
            (told_of("rows", "rows values key identify"), key.rows),
            (told_of("shared", "rows share shared twice repeat duplicate double"), key.shared),
            *((told_of(f"row {number}", "rows row share shared"), number) for number in numbers),
        )


def silence_tables(evidence: str, result: Silences) -> Iterator[Table]:
    """Length of each silence, and the rows that usually come in such a time."""
    for silence in result.silences:
        length = silence.until - silence.start
        measures = [(told_of("expected", "usually expected rows come", "other"), silence.expected)]
        measures += [(told_of(unit, unit, "other"), round(length / of, 1)) for unit, of in _UNITS.items()]
        values = {measure.name: value for measure, value in measures}
        moments = {"start": moment_of(silence.start), "until": moment_of(silence.until)}
        table = Table(evidence, {m.name: m for m, _ in measures}, [Row({}, moments, values)], complete=False)
        yield table
    yield whole_table(
        evidence,
        (told_of("silences", "silences times gaps outages such"), result.in_all),
        (told_of("gaps", "gaps checked"), result.checked),
    )
