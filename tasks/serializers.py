"""Results of the deterministic tasks at rest: JSON, read back as the types that are listed here and no others."""

from pathlib import Path
from typing import Any, Literal, cast

from prefect.serializers import Serializer
from pydantic import TypeAdapter

from analytics.documents.corpus import Corpus, index_path
from analytics.reading.dataset import Dataset
from runtime.settings import get_settings
from tasks.charts.draw import Chart
from tasks.notify.report_notice import NotifyResult
from tasks.report.render import ReportFiles
from tasks.report.research_files import ResearchFiles
from tasks.tickets import Batch

_TYPES: dict[str, TypeAdapter[Any]] = {
    "dataset": TypeAdapter(Dataset),
    "charts": TypeAdapter(list[Chart]),
    "report files": TypeAdapter(ReportFiles),
    "notifications": TypeAdapter(list[NotifyResult]),
    "text": TypeAdapter(str),
    "corpus": TypeAdapter(Corpus),
    "research files": TypeAdapter(ResearchFiles),
    "tickets": TypeAdapter(Batch),
}


class KnownResult(Serializer):  # pyright: ignore[reportMissingTypeArgument] - Prefect cannot register a generic alias
    """Stores a value of one of the known types as JSON."""

    type: str = "analyst-stored"
    what: Literal[
        "dataset", "charts", "report files", "notifications", "text", "corpus", "research files", "tickets"
    ] = "text"
    """Name of the stored type. It has a default because Prefect's run states hold only the type of a serializer, and
    every listing of task runs reads them back."""

    def dumps(self, obj: Any) -> bytes:
        """Write `obj`; an exception, which Prefect stores for a failed task, as its text."""
        if isinstance(obj, BaseException):
            return TypeAdapter(str).dump_json(f"{type(obj).__name__}: {obj}")
        return _TYPES[self.what].dump_json(obj)

    def loads(self, blob: bytes) -> Any:
        """Read and check the value.

        Raises:
            ValueError: It is not what was stored, or its rows are gone, as on another machine, or lie elsewhere than in
                the data directory: Prefect then takes the result as not there, and the source is read again.
        """
        value = _TYPES[self.what].validate_json(blob)
        if isinstance(value, Dataset):
            _check_inside(value.snapshot)
            if not value.is_whole():
                raise ValueError(f"The rows of {value.name} are not at {value.snapshot} any more.")
        if isinstance(value, Corpus):
            _check_inside(index_path(value.directory, value.fingerprint))
            for source in value.datasets:
                _check_inside(cast(Dataset, source.dataset).snapshot)
        return value


def _check_inside(file: Path) -> None:
    """Check that a stored reference leads to data that we have kept: whoever forges a result could name any file."""
    if file.resolve().parent != get_settings().datasets_dir.resolve():
        raise ValueError(f"{file} is not in the data directory, so it is no snapshot of ours.")
