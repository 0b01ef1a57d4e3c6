"""Columns, or pairs of columns, that identify the rows of a table, and those that nearly do."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from analytics.columns import Series, is_number, parse_times
from analytics.engine.facts import facts_of
from analytics.engine.relation import Relation
from analytics.profile.roles import explain_role, numbers_and_facts
from analytics.results import Key, Keys, Role, SharedKey

_FEWEST_ROWS = 20
"""Rows without which values differ by chance."""
_NEARLY = 0.02
"""Share of rows that may share a value where a column is nearly a key."""
_REPEATING = 0.5
"""Different values for each row up to which a column is a part of a pair: with more it is nearly a key by itself."""
_MOST_PARTS = 10
"""Columns that are tried in pairs."""
_AS_CHANCE = 0.2
"""Rows that share a pair for each that would if values were put together by chance: a pair that is meant has fewer."""
_FEWEST_EXPECTED = 10
"""Such rows that chance would bring at least, without which it says nothing that there are none."""
_MOST_EXAMPLES, _MOST_NUMBERS = 3, 5
_METHOD = (
    "A key has a value of its own in every row; nearly one, in all but 2 % of the rows that have a value. Numbers that "
    "measure are no keys. Pairs are tried where no column is a key or nearly one, and told where far fewer rows share "
    "a pair than if the values were put together by chance."
)


def find_keys(frame: pd.DataFrame | Relation) -> Keys:
    """Find the columns, else the pairs of columns, that identify the rows, with the rows that break them.

    Identifiers, texts and times are tried, and categories in pairs. A key of texts that is only nearly one is told
    where there is no other.

    Args:
        frame: The rows; not changed. Of a large table whose different values were only estimated, those columns are
            not tried.

    Returns:
        Nothing for fewer than 20 rows.
    """
    roles = _roles(frame)
    rows = frame.rows if isinstance(frame, Relation) else len(frame)
    if rows < _FEWEST_ROWS:
        return Keys(candidates=[], method=_METHOD)
    found: list[Key] = []
    for name, (role, present, distinct) in roles.items():
        if role in ("identifier", "text", "time") and present and present - distinct <= _NEARLY * present:
            found.append(_key(frame, [name], present))
    found = [key for key in found if key.rows >= _FEWEST_ROWS and key.shared <= _NEARLY * key.rows]
    keys = [key for key in found if not key.shared and key.rows == rows]
    near = [key for key in found if key.shared and _is_meant(frame, key, roles[key.column][0], alone=not keys)]
    if not keys and not near:
        near = _pairs(frame, roles, rows)
    return Keys(candidates=[*keys, *sorted(near, key=lambda key: key.shared)], method=_METHOD)


def _is_meant(frame: pd.DataFrame | Relation, key: Key, role: Role, *, alone: bool) -> bool:
    """Tell whether a column is meant to be a key: an identifier, a date, and a text where there is nothing else."""
    if role != "time":
        return role == "identifier" or alone
    stamps = parse_times(frame.sample()[key.column] if isinstance(frame, Relation) else frame[key.column])
    known = None if stamps is None else stamps.dropna()
    return known is not None and bool((known == known.dt.normalize()).all())  # events come at the same time by chance


def _roles(frame: pd.DataFrame | Relation) -> dict[str, tuple[Role, int, int]]:
    """Role of each column with its present and different values."""
    if isinstance(frame, Relation):
        sample, facts = frame.sample(), facts_of(frame)
        return {
            name: (explain_role(sample[name], one.distinct, one).role, one.present - one.nan, one.distinct)
            for name, one in facts.items()
            if not one.is_estimate
        }
    found: dict[str, tuple[Role, int, int]] = {}
    for name in map(str, frame.columns):
        series: Series = frame[name]
        known = numbers_and_facts(series)[1]
        if known is not None and not known.is_whole and explain_role(series, 0, known).role == "number":
            continue  # numbers that measure are neither keys nor parts of one
        distinct = int(series.nunique())
        present = int(series.notna().sum()) if known is None else known.present
        found[name] = (explain_role(series, distinct, known).role, present, distinct)
    return found


def _pairs(frame: pd.DataFrame | Relation, roles: dict[str, tuple[Role, int, int]], rows: int) -> list[Key]:
    """The first pair that identifies the rows, else the one that most nearly does."""
    parts = [
        name
        for name, (role, present, distinct) in roles.items()
        if role in ("identifier", "category", "text", "time") and present == rows and 2 <= distinct <= _REPEATING * rows
    ][:_MOST_PARTS]
    # A time and a name are what tables of many things over time are keyed by.
    ordered = sorted(
        combinations(parts, 2), key=lambda two: -sum(roles[name][0] in ("time", "identifier") for name in two)
    )
    best: Key | None = None
    for pair in ordered:
        chance = rows**2 / (roles[pair[0]][2] * roles[pair[1]][2])
        if chance < _FEWEST_EXPECTED or roles[pair[0]][2] * roles[pair[1]][2] < rows:
            continue
        key = _key(frame, list(pair), rows)
        if key.shared <= min(_NEARLY * rows, _AS_CHANCE * chance) and (best is None or key.shared < best.shared):
            best = key
            if not key.shared:
                break
    return [] if best is None else [best]


def _key(frame: pd.DataFrame | Relation, columns: Sequence[str], rows: int) -> Key:
    numbers = _shared_by_sql(frame, columns) if isinstance(frame, Relation) else _shared(frame, columns)
    return Key(
        column=columns[0],
        other=columns[1] if len(columns) > 1 else None,
        rows=rows,
        shared=sum(count for _, count in numbers),
        examples=[SharedKey(rows=first, count=count) for first, count in numbers[:_MOST_EXAMPLES]],
    )


def _shared(frame: pd.DataFrame, columns: Sequence[str]) -> list[tuple[list[int], int]]:
    """Row numbers of each value that several rows have, in the order of the table."""
    table = pd.DataFrame({str(place): frame[name].to_numpy() for place, name in enumerate(columns)})
    for place, name in enumerate(columns):
        if is_number(frame[name]):
            table[str(place)] = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    table = table.dropna()
    names = list(table.columns)
    twice = table[table.duplicated(names, keep=False)]
    found: list[tuple[list[int], int]] = []
    for index in twice.groupby(names, sort=False).indices.values():
        numbers = [int(number) + 1 for number in sorted(twice.index[index])]
        found.append((numbers[:_MOST_NUMBERS], len(numbers)))
    return sorted(found)


def _shared_by_sql(relation: Relation, columns: Sequence[str]) -> list[tuple[list[int], int]]:
    names = [relation.sql(name) for name in columns]
    present = " AND ".join(f"{name} IS NOT NULL" for name in names)
    found = relation.ask(
        f"SELECT list_sort(min(row_number, {_MOST_NUMBERS})), count(*) FROM data WHERE {present} "  # noqa: S608 - our own names of columns
        f"GROUP BY {', '.join(names)} HAVING count(*) > 1 ORDER BY 1"
    )
    return [([number + 1 for number in numbers], count) for numbers, count in found]
