"""Charts for the evidence that findings cite."""

import logging

from pydantic import BaseModel, ConfigDict

from agents.outputs import SEVERITIES, AnalysisRun, Finding
from analytics.dataset import Dataset

logger = logging.getLogger(__name__)

MOST_CHARTS = 8


class Chart(BaseModel):
    """One static picture of one piece of evidence."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    id: str
    """C1, C2, … in the order in which the report shows them."""
    evidence: str
    """Id of the tool result it shows."""
    title: str
    """What it shows, with column and unit of aggregation."""
    alt: str
    """What can be read off it, in words."""
    svg: str
    """The picture; empty when it could not be drawn."""
    problem: str | None = None
    """Why it could not be drawn."""


def draw_charts(dataset: Dataset, run: AnalysisRun) -> list[Chart]:
    """Draw the evidence that findings cite: at most 8 charts, those of the worst findings first to be drawn.

    A chart that fails does not stop the others: it comes back without a picture and with its `problem`, which the
    report then tells.

    Args:
        dataset: The data the run was about.
        run: The run; evidence that no finding cites is not drawn.

    Returns:
        Charts in the order in which the report shows them.
    """
    from tasks.chart_kinds import draw

    evidence = {item.id: item for item in run.evidence}
    findings = [*run.analysis.key_findings, *run.analysis.anomalies]
    drawn: dict[str, Chart] = {}
    for id_ in _cited(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))):
        if len(drawn) == MOST_CHARTS:
            break
        if id_ not in evidence:
            continue
        try:
            drawing = draw(evidence[id_].result, dataset.frame())
        except Exception as error:
            logger.warning("The chart of %s could not be drawn", id_, exc_info=error)
            problem = f"The chart of {id_} could not be drawn ({type(error).__name__})."
            drawn[id_] = Chart(id="", evidence=id_, title="", alt="", svg="", problem=problem)
            continue
        if drawing is not None:
            drawn[id_] = Chart(id="", evidence=id_, title=drawing.title, alt=drawing.alt, svg=drawing.svg)
    shown = [drawn[id_] for id_ in _cited(findings) if id_ in drawn]
    return [chart.model_copy(update={"id": f"C{number}"}) for number, chart in enumerate(shown, start=1)]


def _cited(findings: list[Finding]) -> list[str]:
    """Evidence ids in the order in which `findings` cite them, each once."""
    return list(dict.fromkeys(id_ for finding in findings for id_ in finding.evidence))
