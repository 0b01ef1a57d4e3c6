"""A draft of an analysis held against its evidence. A command has it done in the second process.

The check is a hundred modules with their patterns. They are imported when the first draft is there, or beforehand.
"""

from collections.abc import Sequence
from typing import NamedTuple

from agents.outputs import DataAnalysis, Evidence
from analytics.results import DatasetProfile


class CheckedDraft(NamedTuple):
    """The outcome of a check: something to ask the model, or the analysis with what failed marked."""

    asked: list[str]
    """Problems that the model is asked to mend, in words; empty if it is not asked."""
    analysis: DataAnalysis


def check_draft(
    analysis: DataAnalysis,
    evidence: Sequence[Evidence],
    profile: DatasetProfile | None,
    name: str,
    *,
    may_ask: bool,
) -> CheckedDraft:
    """Hold an analysis against what it may cite.

    Args:
        analysis: What to check.
        evidence: All that it may cite.
        profile: The data's profile, if it is not among the evidence.
        name: The data set's name, which the analysis may say.
        may_ask: The model may be asked once more. Otherwise what failed is marked.
    """
    from agents.grounding.checker import Checker
    from agents.grounding.problems import CheckedAnalysis, marked

    read = CheckedAnalysis(analysis, Checker(evidence, profile, [name]))
    if may_ask and (asked := [str(problem) for problem in read.problems if problem.told]):
        return CheckedDraft(asked, analysis)
    return CheckedDraft([], marked(read))
