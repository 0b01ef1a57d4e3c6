"""Labels of a run, for which `ANALYST_BUDGETS` may set a ceiling: its Prefect tags, its deployment and its data set."""

from anyio import to_thread
from prefect.client.orchestration import get_client
from sqlalchemy import select

from runtime.runs.enclosing import outermost_flow_run
from runtime.settings import get_settings
from runtime.store.database import get_store
from runtime.store.tables import RunRow

_known: dict[str, list[str]] = {}
"""Labels of each run, kept from their first use."""


async def labels_here() -> list[str]:
    """Labels of the outermost flow run around this point; none where no ceiling is for labels.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
        httpx.HTTPError: The Prefect server cannot be used.
    """
    budgets = get_settings().budgets
    context = outermost_flow_run()
    if not budgets or context is None or context.flow_run is None:
        return []
    flow_run = context.flow_run
    run_id = str(flow_run.id)
    if run_id not in _known:
        labels = [*flow_run.tags]
        if flow_run.deployment_id is not None and any(label.startswith("deployment:") for label in budgets):
            async with get_client() as client:
                labels.append(f"deployment:{(await client.read_deployment(flow_run.deployment_id)).name}")
        if dataset := await to_thread.run_sync(_dataset_of, run_id):
            labels.append(f"dataset:{dataset}")
        _known[run_id] = labels
    return _known[run_id]


def _dataset_of(run_id: str) -> str | None:
    with get_store().reading() as connection:
        return connection.execute(select(RunRow.dataset).where(RunRow.id == run_id)).scalar()
