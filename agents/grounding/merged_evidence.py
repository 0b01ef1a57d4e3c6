"""Several analyses of one data set made one: their evidence gets ids that mean the same everywhere."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.grounding.results.tables import names_in
from agents.outputs import DataAnalysis, Evidence, Finding
from analytics.results import KnownFact

_ID = re.compile(r"\bE\d+\b")


@dataclass(frozen=True)
class Part:
    """Findings and evidence of one agent.

    Attributes:
        analysis: Its findings; None for an agent that has none, such as a planner.
        evidence: Its tool results under its own ids, which every agent counts from E1.
    """

    analysis: DataAnalysis | None
    evidence: Sequence[Evidence]


def merge(parts: Sequence[Part]) -> tuple[list[Evidence], list[Part]]:
    """Number the evidence of all parts anew, E1, E2, … through all of them, and let the findings cite the new ids.

    A result that two agents got from the same tool is one result: analysts that work side by side all look at the
    profile, and the report would hold it as often.

    Args:
        parts: What the agents found, in the order of the ids to be.

    Returns:
        All evidence, each result once, and the parts with the new ids.
    """
    merged: dict[str, Evidence] = {}
    facts: dict[str, Evidence] = {}
    renamed: list[Part] = []
    for part in parts:
        ids: dict[str, str] = {}
        own: dict[str, Evidence] = {}
        for item in part.evidence:
            content = f"{item.tool} {item.result.model_dump_json()}"
            if isinstance(item.result, KnownFact):  # whose name is the same for all
                known = facts.setdefault(item.id, item)
            else:
                known = merged.setdefault(content, item.model_copy(update={"id": f"E{len(merged) + 1}"}))
            ids[item.id] = known.id
            own[known.id] = known
        analysis = part.analysis and _renamed(part.analysis, ids, names_in(part.evidence))
        renamed.append(Part(analysis, list(own.values())))
    return [*merged.values(), *facts.values()], renamed


def _renamed(analysis: DataAnalysis, ids: Mapping[str, str], names: set[str]) -> DataAnalysis:
    def text(words: str) -> str:
        # Texts cite now and then too; what the data itself calls E3 stays what it is called.
        return _ID.sub(lambda id_: id_[0] if id_[0] in names else ids.get(id_[0], id_[0]), words)

    def finding(item: Finding) -> Finding:
        cited = dict.fromkeys(ids[id_] for id_ in item.evidence if id_ in ids)
        return item.model_copy(update={"statement": text(item.statement), "evidence": list(cited)})

    return analysis.model_copy(
        update={
            "summary": text(analysis.summary),
            "key_findings": [finding(item) for item in analysis.key_findings],
            "anomalies": [finding(item) for item in analysis.anomalies],
            "recommendations": [text(item) for item in analysis.recommendations],
            "limitations": [text(item) for item in analysis.limitations],
        }
    )
