"""Charts for the evidence that findings cite."""

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress

from pydantic import BaseModel, ConfigDict

from agents.outputs import AnalysisRun, DataAnalysis, Evidence, Finding
from analytics.reading.dataset import Dataset
from analytics.results import Anomalies, Statistics
from tasks.charts.converter import pdf_of
from tasks.charts.drawing import Drawing
from tasks.text import format_number

logger = logging.getLogger(__name__)

MOST_CHARTS = 8

_Wanted = tuple[int, str, list[Evidence]]


class Chart(BaseModel):
    """One static picture of one piece of evidence."""

    model_config = ConfigDict(frozen=True)

    id: str
    """C1, C2, … in the order in which the report shows them."""
    evidence: str
    """Id of the tool result it shows."""
    title: str
    """The subject of the chart, with column and unit of aggregation."""
    alt: str
    """The message of the chart in words, for readers who cannot see it."""
    svg: str
    """The picture; empty when it could not be drawn."""
    stands_at: int | None = None
    """The finding it is shown at, as a position (0-based) in key findings and then anomalies."""
    also: list[int] = []
    """Other findings that it is the best chart for, which point to it."""
    problem: str | None = None
    """Reason why it could not be drawn."""


def worst_first(run: AnalysisRun) -> list[tuple[int, Finding]]:
    """Findings in the order of the report, with their position in key findings and then anomalies."""
    analysis = run.analysis if run.question else run.analysis.model_copy(update={"answered": None})
    return analysis.in_order()


def draw_charts(dataset: Dataset, run: AnalysisRun) -> list[Chart]:
    """Draw the one best chart of each finding, worst findings first, at most 8 charts.

    A chart that several findings would show stands at the worst of them. A chart that fails does not stop the others:
    it comes back without a picture and with its `problem`, which the report then tells, and the finding gets its next
    best.

    Args:
        dataset: The data the run was about.
        run: The run; evidence that no finding cites is not drawn.

    Returns:
        Charts in the order in which the report shows them.
    """
    with ThreadPoolExecutor(2, thread_name_prefix="charts") as pool:
        return _draw_charts(dataset, run, pool)


def draw_beforehand(
    dataset: Dataset, question: str | None, analysis: DataAnalysis, evidence: Sequence[Evidence]
) -> None:
    """Begin the charts of an analysis that is being checked, in the background; returns at once.

    The converter is idle then, and keeps the pictures for `draw_charts`, and as PDF for the report. What fails here is
    told there.

    Args:
        dataset: The data the analysis is about.
        question: The user's question, if there was one.
        analysis: The analysis, which may still change.
        evidence: What it cites.
    """
    run = AnalysisRun.model_construct(question=question, analysis=analysis, evidence=list(evidence))

    def work() -> None:
        with suppress(Exception), ThreadPoolExecutor(2, thread_name_prefix="charts") as pool:
            for chart in _draw_charts(dataset, run, pool, level=logging.DEBUG):
                if chart.svg:
                    pdf_of(chart.svg)

    threading.Thread(target=work, name="charts beforehand", daemon=True).start()


def _wanted(run: AnalysisRun) -> list[_Wanted]:
    """The findings that cite evidence, worst first: position, statement, and the evidence, best to draw first."""
    evidence = {item.id: item for item in run.evidence}
    first_anomaly = len(run.analysis.key_findings)
    return [
        (position, finding.statement, _best_first(cited, finding.statement, about_anomaly=position >= first_anomaly))
        for position, finding in worst_first(run)
        if (cited := [evidence[id_] for id_ in dict.fromkeys(finding.evidence) if id_ in evidence])
    ]


def _first_choices(wanted: list[_Wanted]) -> list[tuple[Evidence, str]]:
    """The best chart of each finding, each subject once: the evidence, and the statement that it is drawn for."""
    from tasks.charts.by_evidence import subject

    firsts: dict[tuple[str, str], tuple[Evidence, str]] = {}
    for _, statement, items in wanted:
        firsts.setdefault((items[0].id, subject(items[0].result, statement)), (items[0], statement))
    return [*firsts.values()][:MOST_CHARTS]


def _draw_charts(dataset: Dataset, run: AnalysisRun, pool: Executor, *, level: int = logging.WARNING) -> list[Chart]:
    from tasks.charts.by_evidence import draw, subject

    wanted = _wanted(run)

    def begin(item: Evidence, statement: str) -> Future[Drawing | None]:
        return pool.submit(lambda: draw(item.result, dataset.table(), statement))

    # The best chart of each finding is begun beforehand: one is put together while the converter works on another.
    begun = {(item.id, said): begin(item, said) for item, said in _first_choices(wanted)}
    tried: dict[tuple[str, str], Chart | None] = {}
    order: list[tuple[str, str]] = []
    for position, statement, items in wanted:
        for item in items:
            key = (item.id, subject(item.result, statement))
            if key not in tried:
                if len(order) == MOST_CHARTS:
                    continue
                try:
                    drawing = (begun.get((item.id, statement)) or begin(item, statement)).result()
                except Exception as error:
                    logger.log(level, "The chart of %s could not be drawn", item.id, exc_info=error)
                    problem = f"The chart of {item.id} could not be drawn ({type(error).__name__})."
                    tried[key] = Chart(id="", evidence=item.id, title="", alt="", svg="", problem=problem)
                    continue
                drawn = drawing and Chart(
                    id=f"C{len(order) + 1}",
                    evidence=item.id,
                    title=drawing.title,
                    alt=drawing.alt,
                    svg=drawing.svg,
                    stands_at=position,
                )
                tried[key] = drawn
                if drawn:
                    order.append(key)
                    break
            elif (known := tried[key]) and known.svg:
                tried[key] = known.model_copy(update={"also": [*known.also, position]})
                break
    return [chart for chart in tried.values() if chart]


def _best_first(cited: list[Evidence], statement: str, *, about_anomaly: bool) -> list[Evidence]:
    """Sort the evidence of one finding: what its chart should show comes first.

    A finding about an anomaly is shown by the line it sticks out of. Else the evidence about what the statement names
    comes first, and a histogram, which supports many statements and shows few, last.
    """
    lower = statement.lower()

    def rank(item: Evidence) -> tuple[bool, bool, bool]:
        result = item.result
        flagged = isinstance(result, Anomalies)
        told = flagged and any(format_number(anomaly.value) in statement for anomaly in result.worst[:5])
        if about_anomaly or told:
            return not flagged, not (flagged and result.time), False
        column = getattr(result, "column", None)
        return isinstance(result, Statistics), column is not None and column.lower() not in lower, flagged

    ranked = sorted(cited, key=rank)
    return sorted(ranked, key=lambda item: isinstance(item.result, Statistics))
