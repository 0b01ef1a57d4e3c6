"""The code of a recorded run: its flow is imported from where it was, in the run's own directory."""

import contextlib
import sys
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefect import Flow


class FlowNotFoundError(RuntimeError):
    """Error raised when the flow of a run cannot be imported; the message says why and what to do."""


def row_of(run_id: str) -> Any:
    """Return the row of a run.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    from sqlalchemy import select

    from runtime.store.database import get_store
    from runtime.store.tables import RunRow

    with get_store().reading() as connection:
        return connection.execute(select(RunRow.__table__).where(RunRow.id == run_id)).one()


@contextlib.contextmanager
def in_directory(directory: str) -> Generator[None]:
    """Work in a run's directory, if it is there."""
    if not Path(directory).is_dir():
        yield
        return
    with contextlib.chdir(directory):
        yield


def absolute(entrypoint: str | None) -> str | None:
    """Return an entrypoint with the path of its file, if it has one, made absolute."""
    if entrypoint is None or ":" not in entrypoint:
        return entrypoint
    return str(Path(entrypoint).expanduser().absolute())


def load_flow(entrypoint: str, import_root: str | None) -> "Flow[..., Any]":
    """Import a flow.

    Args:
        entrypoint: Where it is, as `path/to/script.py:flow` or `package.module.flow`.
        import_root: Directory from which its package is imported, if it is not installed.

    Raises:
        FlowNotFoundError: It cannot be imported.
    """
    from prefect.exceptions import MissingFlowError, ScriptError
    from prefect.flows import load_flow_from_entrypoint

    if import_root is not None and import_root not in sys.path:
        sys.path.append(import_root)  # last, so that it shadows nothing
    try:
        return load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False)
    except (MissingFlowError, ScriptError, ImportError, ValueError) as error:
        cause = error.__cause__ or getattr(error, "user_exc", None) or error
        raise FlowNotFoundError(
            f"The flow {entrypoint} cannot be loaded ({type(cause).__name__}: {cause}). Where is it now? "
            "--entrypoint path/to/script.py:flow"
        ) from error
