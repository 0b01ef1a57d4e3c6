"""Loading a data set: read once, kept as a snapshot, handed on as a reference."""

from pathlib import Path
from urllib.parse import urlsplit

from prefect import task
from prefect.cache_policies import NO_CACHE

from analytics.reading.dataset import Dataset
from analytics.reading.read import read_dataset
from runtime.data_roots import confinement
from runtime.settings import get_settings
from runtime.texts.redaction import masking_errors
from tasks.serializers import KnownResult


def _task_run_name() -> str:
    from prefect.runtime import task_run

    # The path alone: user, password and token of a URL are in its other parts.
    return f"load {Path(urlsplit(str(task_run.parameters['source'])).path).name}"


@task(
    task_run_name=_task_run_name,
    persist_result=True,
    result_serializer=KnownResult(what="dataset"),
    cache_policy=NO_CACHE,
)
@masking_errors()
def load_dataset(source: str | Path) -> Dataset:
    """Read a file or URL and keep its rows as a snapshot in the data directory.

    The policy set by the flow makes a retry of the run work on the rows it began with, whatever became of the source.

    Args:
        source: Path or URL of a CSV, TSV, Parquet, JSON, JSONL or Excel file.

    Raises:
        DatasetError: The source is missing, empty, damaged or of an unknown kind; the message says what to do.
    """
    settings = get_settings()
    # The schedule's data set was named in the settings, by the same person as the data roots.
    roots = None if str(source) == settings.schedule_dataset else confinement()
    return read_dataset(source, directory=settings.datasets_dir, roots=roots)
