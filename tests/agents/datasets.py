"""Data sets for tests of the agents."""

from pathlib import Path

import pandas as pd

from analytics.reading.dataset import Dataset

NYC = Path(__file__).parents[2] / "examples" / "data" / "nyc_departures_2013.parquet"


def dataset(frame: pd.DataFrame, folder: Path, name: str = "test") -> Dataset:
    """Snapshot a frame into `folder`."""
    path = folder / f"{name}.parquet"
    frame.to_parquet(path)
    columns = [str(column) for column in frame.columns]
    return Dataset(name=name, source="DataFrame", fingerprint=name, rows=len(frame), columns=columns, snapshot=path)


def nyc() -> Dataset:
    """The example data, read where it lies."""
    frame = pd.read_parquet(NYC)
    return Dataset(
        name=NYC.stem,
        source=str(NYC),
        fingerprint="nyc",
        rows=len(frame),
        columns=list(frame.columns),
        snapshot=NYC,
    )
