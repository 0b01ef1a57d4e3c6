"""Tools that fit the table: those that cannot work on its columns are not offered, so that small models choose less.

Nor is the profile itself once it is there: it takes no arguments, so that a second call can bring nothing new.
"""

from dataclasses import dataclass

from pydantic_ai import RunContext
from pydantic_ai.capabilities import AbstractCapability
from pydantic_ai.tools import AgentDepsT, ToolDefinition

from agents.grounding.tool_calls.evidence_ids import collect_evidence
from analytics.results import DatasetProfile

_ROWS_FOR_KEYS = 20
"""Rows below which values differ by chance."""

_FOR_LATER = frozenset({"find_keys", "find_silences", "regress"})
"""Tools that nobody calls before the columns are known: the first request has to fit small context windows."""


@dataclass
class FittingTools(AbstractCapability[AgentDepsT]):
    """Leaves out tools for columns that the table does not have, once its profile is there, and some until it is.

    It follows from the message history alone, so that a retry or a resumed run offers the same.
    """

    async def prepare_tools(self, ctx: RunContext[AgentDepsT], tool_defs: list[ToolDefinition]) -> list[ToolDefinition]:
        """The tools that the next request offers."""
        found = [item.result for item in collect_evidence(ctx.messages) if isinstance(item.result, DatasetProfile)]
        useless = _FOR_LATER if not found else unfit(found[-1]) if len(found) == 1 else frozenset[str]()
        return [tool for tool in tool_defs if tool.name not in useless and not (found and _is_profile(tool))]


def _is_profile(tool: ToolDefinition) -> bool:
    """Tell whether a tool shows the profile of the only data set, without a choice among several."""
    return tool.name == "profile_dataset" and not tool.parameters_json_schema.get("properties")


def unfit(profile: DatasetProfile) -> frozenset[str]:
    """Names of the tools that no column of a table fits."""
    from analytics.anomalies.unusual_rows import FEWEST_ROWS

    numbers = sum(column.role == "number" and column.distinct > 1 for column in profile.columns)
    groups = any(column.role in ("category", "boolean", "text", "identifier") for column in profile.columns)
    categories = sum(
        column.role in ("category", "boolean") and 2 <= column.distinct <= 50 for column in profile.columns
    )
    two_valued = any(column.distinct == 2 for column in profile.columns)
    fits = {
        "calculate_statistics": numbers > 0,
        "detect_anomalies": numbers > 0,
        "correlations": numbers > 1,
        "compare_groups": numbers > 0 and (groups or numbers > 1),
        "compare_periods": profile.time_column is not None
        or any("year" in each.name.lower() for each in profile.columns),
        "find_drivers": numbers > 0 and (groups or profile.time_column is not None),
        "find_keys": profile.rows >= _ROWS_FOR_KEYS,
        "find_silences": profile.time_column is not None,
        "find_unusual_rows": numbers > 1 and profile.rows >= FEWEST_ROWS,
        "missing_patterns": any(column.missing for column in profile.columns),
        "regress": numbers > 0 and numbers + categories > 1,
        "relate_columns": numbers + categories > 1,
        "relate_outcome": two_valued,
    }
    return frozenset(name for name, works in fits.items() if not works)
