"""The steps of a research run that need no model, as Prefect tasks. The flow sets their cache policy."""

from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from agents.outputs.research import ResearchRun
from analytics.documents.corpus import Corpus
from analytics.documents.corpus_reader import read_corpus
from runtime.data_roots import confinement
from runtime.settings import get_settings
from runtime.texts.redaction import masking_errors
from tasks.artifacts import publish_markdown
from tasks.report import research_files as _report
from tasks.report_tasks import MOST_MARKDOWN
from tasks.serializers import KnownResult


@task(
    task_run_name="load sources",
    persist_result=True,
    result_serializer=KnownResult(what="corpus"),
    cache_policy=NO_CACHE,
)
@masking_errors()
def load_corpus(sources: list[str]) -> Corpus:
    """Read sources and keep them as a snapshot in the data directory.

    The policy set by the flow makes a retry of the run work on the texts it began with, whatever became of the sources.

    Raises:
        CorpusError: None of them can be read.
    """
    return read_corpus(sources, directory=get_settings().datasets_dir, roots=confinement())


@task(
    task_run_name="write summaries",
    persist_result=True,
    result_serializer=KnownResult(what="research files"),
    cache_policy=NO_CACHE,
)
def write_research(run: ResearchRun, directory: Path) -> _report.ResearchFiles:
    """Write the summaries; see `tasks.report.research_files.write_research`."""
    return _report.write_research(run, directory)


@task(
    task_run_name="publish summaries",
    persist_result=True,
    result_serializer=KnownResult(what="text"),
    cache_policy=NO_CACHE,
)
def publish_research(run: ResearchRun) -> str:
    """Put the technical summary among the run's Prefect artifacts.

    Returns:
        The artifact's id.
    """
    text = _report.render_technical(run)[:MOST_MARKDOWN]
    return publish_markdown(text, key="research", description=run.summaries.technical.headline[:500])
