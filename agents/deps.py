"""What the agents' tools are given to work on."""

from dataclasses import dataclass

from analytics.dataset import Dataset


@dataclass(frozen=True)
class AnalystDeps:
    """Dependencies of one run of the analyst.

    Attributes:
        dataset: The data set under analysis. A reference: the rows stay in its snapshot.
    """

    dataset: Dataset
