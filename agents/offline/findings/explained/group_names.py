"""Names of groups in sentences, with the full name beside a code where another column holds it."""

from agents.offline.findings.draft import Draft
from agents.offline.phrasing import name
from analytics.results import QueryResult

Aliases = dict[str, tuple[str, str]]
"""Full names of groups with the evidence that holds them."""


def named(by: str, group: str, aliases: Aliases, cited: list[str]) -> str:
    """A group as a sentence names it: month 8, \u201cA\u201d, HA, Hawaiian Airlines.

    Args:
        by: Column of the group.
        group: Value of the column.
        aliases: Full names of groups.
        cited: Evidence of the sentence, to which that of a full name is added.
    """
    full = aliases.get(group)
    if full is None and len(group) == 1 and not group.isdecimal():
        return f"\u201c{group}\u201d"  # A is no article here
    if full is None:
        return f"{name(by)} {group}" if group.isdecimal() else name(group)  # month 8, not a number by itself
    cited.append(full[1])
    return f"{name(group)}, {full[0]},"


def aliases_of(draft: Draft) -> dict[str, Aliases]:
    """Full names of groups by column, with the evidence that holds them."""
    found: dict[str, Aliases] = {}
    for evidence_id, result in draft.results(QueryResult):
        if len(result.columns) == 2 and draft.choice.aliases.get(result.columns[0]) == result.columns[1]:
            pairs = [(str(row[0]), str(row[1])) for row in result.rows]
            if len({code for code, _ in pairs}) == len(pairs):  # one name a code, or it is no name
                found[result.columns[0]] = {
                    code: (name(full).strip("\u201c\u201d"), evidence_id) for code, full in pairs
                }
    return found
