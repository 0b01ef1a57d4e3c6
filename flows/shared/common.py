"""Common parts of flows: parameters without secrets, tasks in threads, loading, the run's id and directory."""

import os
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar, cast
from urllib.parse import urlsplit

from anyio import to_thread
from prefect import Flow
from prefect.context import FlowRunContext
from prefect.utilities.annotations import opaque

from agents import TaskConfig
from analytics.errors import DatasetError
from analytics.reading.dataset import Dataset
from analytics.reading.frames import Frame
from analytics.reading.hinted import with_hints
from analytics.reading.read import read_dataset
from analytics.reading.selection import split_selection
from cache_policies import DURABLE
from flows.shared.progress import progress_step
from runtime.budget import BudgetLike
from runtime.data_roots import confinement
from runtime.ledger.ceilings import money_ceiling
from runtime.ledger.room import UnpricedModelError, no_price
from runtime.memory.access import MemoryUse
from runtime.models.prices import worst_price
from runtime.runs.enclosing import outermost_flow_run
from runtime.runs.entrypoints import json_parameters
from runtime.runs.record import budget_of, record_run
from runtime.settings import get_settings
from runtime.texts.redaction import target_without_secrets, without_secrets
from tasks.load import load_dataset
from tasks.memory import look_for_known_facts
from tasks.routing.routes import Routes
from tasks.routing.routes_file import load_configured_routes, load_routes

P = ParamSpec("P")
T = TypeVar("T")


class PrivateFlow(Flow[P, Coroutine[Any, Any, T]]):
    """Base of flows that override `serialize_parameters` to keep secrets from Prefect."""

    def serialize_parameters(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Return parameters as JSON."""
        return json_parameters(self, parameters)

    def with_options(self, *args: Any, **kwargs: Any) -> Self:
        """Return this flow with other options. Prefect's method would return a plain `Flow`, which sends secrets."""
        changed = cast(Self, super().with_options(*args, **kwargs))
        changed.__class__ = type(self)
        return changed


async def in_thread(task: Any, *args: Any, **kwargs: Any) -> Any:
    """Run a task in a thread, since it would block the other runs of this event loop. Its results are stored.

    Prefect looks through no argument for results of other tasks: it would visit each part of the evidence, twice.
    """
    values = [opaque(value) for value in args]
    named = {name: opaque(value) for name, value in kwargs.items()}
    return await to_thread.run_sync(partial(task.with_options(cache_policy=DURABLE), *values, **named))


async def begin_run(model: str, budget: BudgetLike | None = None, *, dataset: str | None = None) -> None:
    """Record the run, so that a killed one can be resumed from here on, and refuse a budget that cannot be kept.

    Args:
        model: Full name of the model, or of several with commas between.
        budget: What the run may spend.
        dataset: Name of what it is about, where no parameter says so.

    Raises:
        BudgetError: The budget is none, is in money and the model has no known price, or there is no store to keep it.
    """
    await record_run(model=model, dataset=dataset, budget=budget)
    run = outermost_flow_run()
    kept = budget_of(str(run.flow_run.id)) if run is not None and run.flow_run is not None else None
    if ceiling := money_ceiling(kept):
        unpriced = [one for one in model.split(",") if worst_price([one], 1) is None]
        if unpriced:
            raise UnpricedModelError(no_price(unpriced, ceiling))


def current_run_id() -> str:
    """Return the id of the flow run around this point.

    Raises:
        RuntimeError: There is no flow run.
    """
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        raise RuntimeError("This runs as a Prefect flow: call the flow, not its function.")
    return str(context.flow_run.id)


def report_directory(out: str | Path | None, run_id: str) -> Path:
    """Return the directory for the files of a run.

    Args:
        out: The directory that was named; by default one of the run's own in the directory of reports. In a run of a
            deployment it is relative to the directory of reports.
        run_id: The run.

    Raises:
        ValueError: The run is of a deployment, and `out` is not in the directory of reports.
    """
    if out is None:
        return get_settings().reports_dir / run_id
    if confinement() is None:
        return Path(out).expanduser().absolute()
    root = Path(os.path.realpath(get_settings().reports_dir))
    directory = Path(os.path.realpath(root / out))  # links are resolved, so that none leads out
    if not directory.is_relative_to(root):
        raise ValueError(
            "out is not in the directory of reports, and a run of a deployment writes nowhere else: name a directory "
            "below ANALYST_REPORT_ROOT, or leave it out."
        )
    return directory


class DatasetFlow(PrivateFlow[Concatenate[str | Path | Dataset, P], T]):
    """Flow over a data set. A data frame is written to a snapshot, and secrets are not sent to Prefect."""

    def __call__(  # pyright: ignore[reportIncompatibleMethodOverride] - one signature, not Prefect's overloads
        self, dataset: str | Path | Dataset | Frame, *args: P.args, **kwargs: P.kwargs
    ) -> Coroutine[Any, Any, T]:
        """Start a run. Later changes of a frame do not change the run."""
        if not isinstance(dataset, str | Path | Dataset):
            dataset = read_dataset(dataset, directory=get_settings().datasets_dir)
        return super().__call__(dataset, *args, **kwargs)

    def serialize_parameters(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Remove secrets of notification targets and URLs from the parameters that Prefect stores."""
        shown = dict(parameters)
        if notify := cast(Sequence[str], parameters.get("notify") or ()):
            shown["notify"] = [target_without_secrets(target) for target in notify]
        if isinstance(dataset := parameters.get("dataset"), str) and "://" in dataset:
            shown["dataset"] = without_secrets(dataset)
        return super().serialize_parameters(shown)


def flow_run_name(verb: str) -> str:
    """Return the name of the current flow run, such as `analyze sales.csv`."""
    from prefect.runtime import flow_run

    dataset: Any = flow_run.parameters.get("dataset", "")
    name = dataset.name if isinstance(dataset, Dataset) else Path(urlsplit(str(dataset)).path).name
    return f"{verb} {name}"[:80]


async def load(dataset: str | Path | Dataset, hints: str | Path | None = None) -> Dataset:
    """Read a data set, once for all attempts of the run.

    Args:
        dataset: Path, URL, or a data set that was read before.
        hints: YAML file of what is known of its columns, in place of the hints that it has.

    Raises:
        DatasetError: The data set cannot be read, or the run is of a deployment and the data set is under no data root.
    """
    if isinstance(dataset, Dataset):
        if confinement() is not None:
            _check_snapshot(dataset)
        if hints is None:
            return dataset
        given = partial(with_hints, directory=get_settings().datasets_dir, roots=confinement())
        return await to_thread.run_sync(given, dataset, hints)
    if hints is not None:
        address, chosen = split_selection(str(dataset))
        dataset = replace(chosen, hints=str(hints)).behind(address)
    with progress_step("load"):
        # As text, since a resumed run gets its parameters as text. Another type would give another key.
        return await in_thread(load_dataset, str(dataset))


def _check_snapshot(dataset: Dataset) -> None:
    # Parameters of a deployment could describe a data set with any file as its snapshot.
    if dataset.snapshot.resolve().parent != get_settings().datasets_dir.resolve():
        said = (
            "A run of a deployment takes a path or URL of a data set, or one whose snapshot is in the data directory."
        )
        raise DatasetError(said)


async def memory_use(dataset: Dataset) -> MemoryUse:
    """Return what agents may do with the memory in this run, the same in all its attempts.

    Args:
        dataset: The data set that they work on. In private mode they may do nothing, since facts have names.
    """
    if get_settings().memory == "off" or dataset.private_rows is not None:
        return "off"
    return await in_thread(look_for_known_facts, dataset.name)


async def read_routes(path: str | Path | None) -> Routes | None:
    """Read the rules that route findings or tickets; `None` without a path.

    Raises:
        RoutesError: They cannot be used, or the run is of a deployment and they are not below `ANALYST_ROUTES_ROOT`.
    """
    if path is None:
        return None
    if (roots := confinement()) is not None:
        return await to_thread.run_sync(load_configured_routes, path, roots)
    return await to_thread.run_sync(load_routes, path)


def reading_tools() -> TaskConfig:
    """Return options for tools that only read a snapshot: they may safely run again, and an analysis may do without."""
    settings = get_settings()
    return TaskConfig(
        retries=settings.tool_retries, retry_delay_seconds=settings.tool_retry_delay, withdrawn_on_failure=True
    )
