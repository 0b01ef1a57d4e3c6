"""The flow `research_and_summarize`: sources in, checked findings and summaries for three audiences out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from anyio import to_thread
from pydantic import BaseModel, ConfigDict
from pydantic_ai import capture_run_messages
from pydantic_ai.messages import ModelMessage

from agents import PrefectAgent
from agents.authorship import author_of, parts_of, usage_of_answers
from agents.durable.steps.counts import counting
from agents.grounding.tool_calls.evidence_ids import collect_evidence
from agents.models import choose_model, resolve_model_name
from agents.offline.research import OfflineResearcher, OfflineWriter, findings_so_far, summaries_by_rules
from agents.outputs import ModelPart, ModelUsage
from agents.outputs.research import AudienceSummaries, ResearchFindings, ResearchRun
from agents.partial import failed_tools_in_words
from agents.recovery.withdrawn_tools import withdrawn_tools
from agents.researcher import build_researcher, build_writer, research_prompt, writer_prompt
from agents.toolsets.deps import ResearchDeps
from analytics.documents.corpus import Corpus, Skipped, source_without_secrets
from flows.once_per_event import once_for_each_event
from flows.shared.common import P, PrivateFlow, T, begin_run, current_run_id, in_thread, reading_tools, report_directory
from flows.shared.private_mode import refuse_texts
from flows.shared.progress import progress_step
from runtime.budget import BudgetExceeded, BudgetLike
from runtime.texts.redaction import masked
from tasks.report.research_files import ResearchFiles
from tasks.research_tasks import load_corpus, publish_research, write_research
from tasks.trace.link import link_trace


class ResearchOutcome(BaseModel):
    """Result of a research run."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    run_id: str
    """Id of the Prefect flow run."""
    model: str
    """Model that answered, with its provider, or `offline`."""
    findings: ResearchFindings
    """Findings from the sources, each with its citations."""
    summaries: AudienceSummaries
    """A summary of the findings for each of three audiences."""
    files: ResearchFiles
    """Paths of the files."""
    read: int
    """Number of sources that were searched."""
    skipped: list[Skipped]
    """Named sources, and files in named folders, that were not read."""
    models: list[ModelPart] = []
    """The models of a chain, with the part that each had; empty for a run on one model."""
    usage: ModelUsage
    """Requests, tokens and price of both agents."""
    cached_calls: int
    """Model and tool calls that were answered from stored results."""


class ResearchFlow(PrivateFlow[P, T]):
    """Flow that removes secrets from the URLs that Prefect stores."""

    def serialize_parameters(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Remove users, passwords and queries from the URLs of sources."""
        sources = cast(Sequence[str | Path], parameters.get("sources") or ())
        return super().serialize_parameters(
            {**parameters, "sources": [source_without_secrets(source) for source in sources]}
        )


async def _research_and_summarize(
    topic: str,
    sources: Sequence[str | Path],
    model: str | None = None,
    out: str | Path | None = None,
    budget: BudgetLike | None = None,
) -> ResearchOutcome:
    """Find out what sources say about a topic, and write a technical, an executive and a general summary.

    Args:
        topic: Topic or question.
        sources: Folders of documents, documents (text, Markdown, HTML, PDF), data sets, and http(s) URLs of either.
        model: Model by name, such as `openai:gpt-5-mini`; by default from the settings and keys, else `offline`.
        out: Directory for the files; by default one for this run in the data directory.
        budget: What the run may spend: US dollars, text such as `usd=0.5,requests=40`, or a `runtime.budget.Budget`.

    Raises:
        ValueError: The topic is empty, or a run of a deployment may not write to `out`.
        CorpusError: None of the sources can be read.
        ModelConfigurationError: The model is unknown or its key is missing.
        BudgetError: The budget cannot be kept.
        BudgetExceeded: The budget is spent. What is known was written, and the run can be resumed with a larger one.
    """
    if not topic.strip():
        raise ValueError("The topic is empty: say what to find out.")
    run_id = current_run_id()
    directory = report_directory(out, run_id)
    name = resolve_model_name(model)
    refuse_texts(name)
    await begin_run(name, budget, dataset=" ".join(topic.split())[:60])
    with progress_step("load"):
        # As text, since a resumed run gets its parameters as text. Another type would give another key.
        corpus: Corpus = await in_thread(load_corpus, [str(source) for source in sources])
    run, spent = await _research(topic, corpus, name)
    with progress_step("write"):
        files: ResearchFiles = await in_thread(write_research, run, directory)
        await in_thread(publish_research, run)
    await to_thread.run_sync(link_trace)
    if spent is not None:
        spent.report = str(files.technical)
        raise spent
    return ResearchOutcome(
        run_id=run_id,
        model=run.model,
        models=run.models,
        findings=run.findings,
        summaries=run.summaries,
        files=files,
        read=run.read,
        skipped=run.skipped,
        usage=run.usage,
        cached_calls=run.cached_calls,
    )


research_and_summarize = ResearchFlow(
    once_for_each_event(_research_and_summarize),
    name="research-and-summarize",
    flow_run_name=lambda: _flow_run_name(),
    persist_result=False,  # the steps are stored, as in `flows.analysis`
)
research_and_summarize.__doc__ = _research_and_summarize.__doc__


async def _research(topic: str, corpus: Corpus, name: str) -> tuple[ResearchRun, BudgetExceeded | None]:
    """Run one agent that searches and one that writes, with every call a durable step.

    Returns:
        The run, and the error by which a budget ended it before its time.
    """
    findings: ResearchFindings | None = None
    summaries: AudienceSummaries | None = None
    spent: BudgetExceeded | None = None
    messages: list[ModelMessage] = []
    written: list[ModelMessage] = []
    researcher = PrefectAgent(build_researcher(corpus), tool_task_config=reading_tools())
    writer = PrefectAgent(build_writer())
    with counting() as steps:
        try:
            with capture_run_messages() as messages:
                found = await researcher.run(
                    research_prompt(topic, corpus),
                    deps=ResearchDeps(corpus=corpus),
                    model=choose_model(name, offline=OfflineResearcher),
                )
            failed = failed_tools_in_words(withdrawn_tools(messages), "the research")
            findings = found.output.model_copy(update={"open_questions": [*failed, *found.output.open_questions]})
            # The writer gets only the findings, so no unchecked text of a source reaches it.
            with capture_run_messages() as written:
                answered = await writer.run(
                    writer_prompt(topic, findings), deps=findings, model=choose_model(name, offline=OfflineWriter)
                )
            summaries = answered.output
        except BudgetExceeded as error:
            spent = error
    findings = findings or findings_so_far(messages)
    run = ResearchRun(
        topic=topic,
        findings=findings,
        summaries=summaries or summaries_by_rules(findings),
        evidence=collect_evidence(messages),
        read=len(corpus.sources),
        skipped=corpus.skipped,
        skipped_in_all=corpus.skipped_in_all,
        model=author_of(name, written or messages),
        models=parts_of(name, messages, written),
        usage=usage_of_answers(name, messages, written),
        cached_calls=steps.replayed,
        stopped=None if spent is None else masked(str(spent)),
    )
    return run, spent


def _flow_run_name() -> str:
    from prefect.runtime import flow_run

    return f"research {' '.join(str(flow_run.parameters.get('topic', '')).split())}"[:80]
