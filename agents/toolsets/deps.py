"""Dependencies of agents: the data that their tools work on."""

from dataclasses import dataclass

from analytics.documents.corpus import Corpus
from analytics.reading.dataset import Dataset


@dataclass(frozen=True)
class AnalystDeps:
    """Dependencies of one run of the analyst.

    Attributes:
        dataset: The data set under analysis. A reference: the rows stay in its snapshot.
    """

    dataset: Dataset


@dataclass(frozen=True)
class ResearchDeps:
    """Dependencies of one run of the researcher.

    Attributes:
        corpus: The sources. A reference: passages and rows stay in their snapshots.
    """

    corpus: Corpus
