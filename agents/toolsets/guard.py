"""Guard around the analysis functions that tools call: a time limit, and errors that the model is told."""

import logging
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from pydantic_ai import ModelRetry

from analytics.errors import AnalysisInputError, DatasetError
from analytics.reading.dataset import Dataset
from analytics.results import AnalysisResult
from analytics.second_process.process import call_in_second_process
from analytics.sql.process import SqlProcessError
from runtime.settings import get_settings
from runtime.texts.redaction import masked

P = ParamSpec("P")
R = TypeVar("R")
A = TypeVar("A", bound=AnalysisResult)

_NOT_THE_MODELS_FAULT = (OSError, DatasetError, SqlProcessError)
"""Errors that another argument would not avoid: a snapshot that is gone, an engine that does not start."""

_logger = logging.getLogger(__name__)


def looked_at(dataset: Dataset, function: Callable[P, A], *args: P.args, **kwargs: P.kwargs) -> A:
    """Call a function over a data set as `guarded` does, in the second process if a command has started it.

    In private mode, what stands for few rows is kept back.
    """

    @wraps(function)  # for the log
    def look(*args: P.args, **kwargs: P.kwargs) -> A:
        if dataset.private_rows is None:
            return call_in_second_process(dataset, function, *args, **kwargs)
        from analytics.privacy.results import privately

        return privately(dataset, function, *args, **kwargs)

    return guarded(look, *args, **kwargs)


def guarded(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function with arguments that a model chose.

    The time limit is `ANALYST_TOOL_SECONDS`. Python cannot interrupt a thread: a function that is late goes on in the
    background until it ends by itself, and its result is dropped. The functions of `analytics` all end.

    Raises:
        ModelRetry: The arguments do not fit the data, the function failed on them, or it took too long; the message is
            for the model.
        OSError, DatasetError, SqlProcessError: The data or the machine is at fault, not the arguments.
    """
    seconds = get_settings().tool_seconds
    outcome: dict[str, Any] = {}
    finished = threading.Event()

    def call() -> None:
        try:
            outcome["value"] = function(*args, **kwargs)
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
            outcome["error"] = error
        finally:
            finished.set()

    # A daemon thread, so that a call that never returns does not keep the process alive.
    threading.Thread(target=call, daemon=True).start()
    if not finished.wait(seconds):
        raise ModelRetry(
            f"This took longer than {seconds:g} s and was given up. Use other columns, or query with a filter."
        )
    error = outcome.get("error")
    if error is None:
        return outcome["value"]
    if isinstance(error, AnalysisInputError):
        raise ModelRetry(masked(str(error))) from error
    if isinstance(error, _NOT_THE_MODELS_FAULT) or not isinstance(error, Exception):
        raise error
    _logger.warning("A data tool failed: %s in %s", type(error).__name__, getattr(function, "__name__", function))
    raise ModelRetry(
        f"The tool failed on these arguments ({type(error).__name__}). Use other columns, or the query tool."
    ) from error
