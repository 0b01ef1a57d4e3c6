"""A data set that was read before, with hints."""

from pathlib import Path

from analytics.hints.hints import Hints
from analytics.reading.dataset import Dataset
from analytics.reading.read import read_dataset
from runtime.data_roots import DataRoots


def with_hints(
    dataset: Dataset, hints: Hints | str | Path, *, directory: Path | None = None, roots: DataRoots | None = None
) -> Dataset:
    """The rows of a data set as hints say: another data set, with a fingerprint of its own.

    Args:
        dataset: The data set; its own hints, if it has any, are replaced by these.
        hints: The hints, or a YAML file of them.
        directory: Where its snapshot is written; by default beside that of the data set.
        roots: Where a file of hints may be; by default anywhere.

    Raises:
        DatasetError: The hints do not fit the table.
    """
    where = directory or dataset.snapshot.parent
    read = read_dataset(dataset.frame(), directory=where, name=dataset.name, hints=hints, roots=roots)
    return read.model_copy(update={"source": dataset.source, "form": dataset.form, "notes": dataset.notes + read.notes})
