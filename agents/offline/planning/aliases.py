"""Categories that say the same in other words, such as a name for a code: one of them is told."""

from collections.abc import Sequence

from analytics.results import ColumnProfile

MOST_CATEGORIES = 2
"""Categories by which the second measure is compared."""
FEWEST_NAMES = 5
"""Values from which on columns with the same counts are taken for the same in other words. With fewer, equal counts are
likely chance; with more, the query for the pairs settles it."""

_LONGEST_NAME = 40
"""Characters of a name that is told behind a code."""


def without_aliases(
    categories: Sequence[ColumnProfile], order: dict[str, int]
) -> tuple[list[ColumnProfile], dict[str, str]]:
    """Keep one of two columns that say the same (`carrier` and `airline`), the shorter one."""
    kept: list[ColumnProfile] = []
    aliases: dict[str, str] = {}
    for column in categories:
        counts = [top.count for top in column.top]
        twin = next(
            (other for other in kept if other.distinct == column.distinct and [t.count for t in other.top] == counts),
            None,
        )
        if twin is None or column.distinct < FEWEST_NAMES:
            kept.append(column)
            continue
        short, long = sorted((twin, column), key=lambda one: (sum(len(top.value) for top in one.top), order[one.name]))
        kept[kept.index(twin)] = short
        if _names_better(short, long):
            aliases[short.name] = long.name
    return kept, {name: alias for name, alias in aliases.items() if name in [c.name for c in kept[:MOST_CATEGORIES]]}


def _names_better(short: ColumnProfile, long: ColumnProfile) -> bool:
    """Check that the long form is a name for the short one, not the short one within a longer text."""
    names = [top.value for top in long.top]
    repeated = [code.value.casefold() in name.casefold() for code, name in zip(short.top, names, strict=False)]
    return max(map(len, names), default=0) <= _LONGEST_NAME and not all(repeated)
