"""The report: one typed model that every rendering takes and that holds all of the run's evidence."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from agents.outputs import Answered, Check, Evidence, ModelPart, ModelUsage, Severity, StepAnswer
from agents.outputs.claims import Claim
from analytics.results import Anomalies, DatasetProfile
from runtime.runs.spent import Spent
from tasks.charts.draw import Chart


class _Part(BaseModel):
    # By default an infinite or undefined float is written as null, and the file could not be read back.
    model_config = ConfigDict(frozen=True, ser_json_inf_nan="strings")


class ReportFinding(_Part):
    """A finding with its place in the report."""

    number: int
    """1, 2, 3, … through both lists of findings, worst first."""
    statement: str
    """Statement about the data."""
    severity: Severity
    """Severity of the finding."""
    evidence: list[str]
    """Ids of the tool results that show it."""
    charts: list[str]
    """Ids of the charts that stand here: a chart stands at the worst finding that it is the best chart for."""
    see: list[str]
    """Ids of charts for it that stand elsewhere."""
    unverified: list[str]
    """Numbers of the statement that the cited evidence does not hold."""
    unread: list[str] = []
    """Comparisons of the statement that the check could not read: they are neither right nor wrong by the evidence."""
    interpretation: list[str] = []
    """Words of the statement that give a cause which no result shows."""
    checks: list[Check] = []
    """Checked parts of the statement, each with the cell or computation that it rests on."""
    reason: str | None = None
    """Reason for the severity; null where a model chose it."""
    claims: list[Annotated[Claim, Field(discriminator="kind")]] = []
    """The statement in a form that can be computed again; only the offline model writes it."""
    model: str | None = None
    """Model that wrote it; null in a partial report, which is put together from what there is."""


class AnomalyCheck(_Part):
    """One column that was checked for unusual values."""

    evidence: str
    """Id of the tool result."""
    chart: str | None
    """Id of its chart, if there is one."""
    result: Anomalies
    """Method, threshold, counts and the worst values."""


class DataSource(_Part):
    """The data of the report."""

    name: str
    """Short name."""
    source: str
    """Source of the data, without credentials."""
    fingerprint: str
    """Digest of the content."""
    rows: int
    """Number of rows."""


class RunFacts(_Part):
    """Origin of the report: run, model and cost."""

    run_id: str
    """Id of the flow run."""
    model: str
    """Model that wrote the summary."""
    uses_language_model: bool
    """False when the rule-based offline model wrote it."""
    models: list[ModelPart] = []
    """The models of a chain, with the part that each had; empty for a run on one model."""
    usage: ModelUsage
    """Requests, tokens and price; a null price is an unknown one."""
    cached_calls: int
    """Calls answered from stored results."""
    spent: Spent | None = None
    """Spending of the run until the report was made, all attempts and failed requests included; null if unknown."""
    trace: str | None = None
    """Id of the outermost run, by which `analyst trace` shows what it did; null if no run was recorded."""
    versions: dict[str, str]
    """Versions of this project, of what it stands on, and of Python."""


class Report(_Part):
    """A data analysis ready to be read, in the order in which it is read."""

    title: str
    """The data that was analysed."""
    headline: str
    """The first sentence of the finding that answers the question, else of the worst one, shortened to fit. Findings
    with a mark are passed over."""
    severity: Severity
    """The worst severity of any finding."""
    question: str | None
    """The user's question; null for a general analysis."""
    answered: Answered | None = None
    """Answer status of the question; null when none was asked, or where a model did not say."""
    unanswered: str = ""
    """The part of the question that is not answered, and why."""
    created_at: datetime
    """When the report was made."""
    summary: str
    """For someone who reads nothing else."""
    summary_unverified: list[str]
    """Numbers of the summary that no evidence holds."""
    summary_unread: list[str] = []
    """Comparisons of the summary that the check could not read."""
    summary_interpretation: list[str] = []
    """Words of the summary that give a cause which no result shows."""
    steps: list[StepAnswer] = []
    """The steps of the investigation that it came from; empty for a single analysis."""
    findings: list[ReportFinding]
    """Key findings, most important first."""
    anomaly_findings: list[ReportFinding]
    """Findings about unusual values or times, worst first."""
    anomaly_checks: list[AnomalyCheck]
    """Every check for anomalies, those that flagged something first."""
    overview: DatasetProfile
    """Rows, columns and period of the data."""
    quality_notes: list[str]
    """Problems of data quality, and changes that were made to read the data."""
    recommendations: list[str]
    """Recommended next steps."""
    limitations: list[str]
    """Limits of what the data can show."""
    charts: list[Chart]
    """The charts that could be drawn, in the order in which they stand."""
    evidence: list[Evidence]
    """Every tool call of the run with its result."""
    data: DataSource
    """The data of the report."""
    run: RunFacts
    """The run that made the report."""
    stopped: str | None = None
    """Reason why the run ended before its time, which makes this a partial report; null for a whole one."""
    notes: list[str]
    """Parts missing from the report, such as a chart that failed."""
