"""Findings of the offline model about how many rows each value of a category has, in tables of things."""

from agents.offline.findings.draft import Draft
from agents.offline.phrasing import listed, name, number, places_alone
from agents.outputs.claims import NumberClaim, RowFilter
from analytics.results import ColumnProfile

_MOST_TOLD, _MOST_VALUES = 3, 2
"""Values of a category that are told, and categories."""
_FEWEST_ROWS, _LEAST_ROWS = 20, 3
"""Rows of a table in which values are counted, and rows of each value that is told."""
_MOST_DISTINCT = 0.2
"""Different values as a part of the rows up to which a column says of what kind the things are."""


def write_counts(draft: Draft) -> None:
    """Add the most frequent values of the categories of a table without time: so many things of each kind."""
    profile = draft.profile
    if profile.time_column or profile.rows < _FEWEST_ROWS:
        return
    kinds = [
        column
        for column in profile.columns
        if column.role == "category" and column.top and 3 <= column.distinct <= _MOST_DISTINCT * profile.rows
    ]
    chosen = [category.name for category in draft.choice.categories]
    kinds.sort(key=lambda column: chosen.index(column.name) if column.name in chosen else len(chosen))
    for place, column in enumerate(kinds[:_MOST_VALUES]):
        _say(draft, column, place)


def _say(draft: Draft, column: ColumnProfile, place: int) -> None:
    present = draft.profile.rows - column.missing
    few = column.top[:_MOST_TOLD]
    whole = sum(top.count for top in column.top) == present
    alone = places_alone([number(top.count) for top in column.top], len(few))
    if len(column.top) <= len(few) and not whole:
        alone = min(alone, len(few) - 1)  # the next one may have as many rows
    told = [top for top in few[:alone] if top.count >= _LEAST_ROWS and not top.value.strip().isdecimal()]
    if len(told) < min(alone, len(few)) or not told:
        return
    parts = [f"{name(top.value)} ({number(top.count)})" for top in told]
    rows = f"the {number(present)} rows that have one"
    one = f"is {name(told[0].value)}, in {number(told[0].count)} of {rows}"
    several = f"are {listed(parts)}, of {rows}"
    draft.say(
        f"The most frequent {'values' if len(told) > 1 else 'value'} of {name(column.name)} "
        f"{several if len(told) > 1 else one}.",
        [draft.profile_id],
        "low",
        claims=[
            NumberClaim(aggregate="values", column=column.name, value=present),
            *(
                NumberClaim(aggregate="rows", where=[RowFilter(column=column.name, equals=top.value)], value=top.count)
                for top in told
            ),
        ],
        reason="It says of what kind the rows are.",
        topic=[column.name, "(rows)"],
        rank=0.2 - 0.01 * place,
    )
