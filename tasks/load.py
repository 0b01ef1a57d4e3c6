"""Loading a data set: read once, kept as a snapshot, handed on as a reference."""

from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from analytics.dataset import Dataset
from analytics.reading import read_dataset
from runtime.settings import get_settings


@task(task_run_name="load {source}", persist_result=True, result_serializer="json", cache_policy=NO_CACHE)
def load_dataset(source: str | Path) -> Dataset:
    """Read a file or URL and keep its rows as a snapshot in the data directory.

    The policy set by the flow makes a retry of the run work on the rows it began with, whatever became of the source.

    Args:
        source: Path or URL of a CSV, TSV, Parquet, JSON, JSONL or Excel file.

    Raises:
        DatasetError: The source is missing, empty, damaged or of an unknown kind; the message says what to do.
    """
    return read_dataset(source, directory=get_settings().datasets_dir)
