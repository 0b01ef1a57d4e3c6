"""Private mode in flows: what agents work on, what the report says, and what others are told."""

from dataclasses import dataclass
from functools import partial

from anyio import to_thread

from agents.outputs import AnalysisRun
from analytics.privacy.private_copy import private_copy
from analytics.privacy.tokens import Tokens
from analytics.reading.dataset import Dataset
from runtime.settings import get_settings


@dataclass(frozen=True)
class Shown:
    """Data set and question that the agents of a run work on.

    Attributes:
        dataset: The data set, or its copy of private mode.
        question: The question, in private mode with tokens.
        asked: The question as it was asked.
        tokens: The way back from tokens; None without private mode.
        notes: What private mode left out, for the report.
    """

    dataset: Dataset
    question: str | None
    asked: str | None = None
    tokens: Tokens | None = None
    notes: tuple[str, ...] = ()

    def for_readers(self, run: AnalysisRun, dataset: Dataset) -> tuple[AnalysisRun, Dataset]:
        """The run and the data set that a report is about, with values instead of tokens."""
        if self.tokens is None:
            return run, dataset
        revealed = self.tokens.revealed(run).model_copy(update={"question": self.asked})
        return revealed, dataset.model_copy(update={"notes": [*dataset.notes, *self.notes]})

    def for_others(self, run: AnalysisRun) -> tuple[AnalysisRun, Dataset] | None:
        """The run and the data set as others are told of them; None if they may be told what the report says."""
        if self.tokens is None or get_settings().private_told == "names":
            return None
        return run, self.dataset


async def shown_to_agents(dataset: Dataset, question: str | None, *, private: bool) -> Shown:
    """Return what agents may work on: the data set, or in private mode a copy without values.

    Args:
        dataset: The data set as it was read.
        question: The user's question.
        private: Private mode is asked for. `ANALYST_PRIVATE` asks for it, too.

    Raises:
        DatasetError: Private mode leaves no column.
    """
    settings = get_settings()
    if not private and settings.private == "off":
        return Shown(dataset, question, question)
    make = partial(
        private_copy,
        dataset,
        rows=settings.private_rows,
        directory=settings.datasets_dir,
        columns=settings.private_columns,
    )
    copy = await to_thread.run_sync(make)
    hidden = None if question is None else copy.tokens.hide(question)
    return Shown(copy.dataset, hidden, question, copy.tokens, tuple(copy.notes))


def refuse_texts(model: str) -> None:
    """Refuse to show texts to a language model where `ANALYST_PRIVATE` is on.

    Raises:
        ValueError: It is on, and the model is not `offline`.
    """
    if get_settings().private == "on" and model != "offline":
        raise ValueError(
            "ANALYST_PRIVATE is on, and this flow shows texts to the model: take the model offline, or set "
            "ANALYST_PRIVATE=off for this run."
        )
