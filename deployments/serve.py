"""Long-running service that runs deployments of the catalog, in one process."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from deployments.catalog import Deployment
from runtime.settings import get_settings

if TYPE_CHECKING:
    from deployments.service.runner import LastingRunner

_POLL_SECONDS = 2.0
"""Seconds between two looks for runs to start, unless Prefect's settings say otherwise. Prefect's own default is ten,
which would be most of the time until a killed run is resumed."""
_IMPORTED_LATER = (
    "prefect.flow_engine",
    "prefect.task_engine",
    "prefect.utilities.visualization",
    "fastapi.encoders",
    "pyarrow.dataset",
    "analytics.anomalies.detect",
    "agents.grounding.problems",
    "agents.memory.admission",
    "tasks.report_tasks",
    "tasks.charts.by_evidence",
    "typst",
)
"""Modules that a run imports when it comes to them, beside those of its flow."""


def serve_deployments(deployments: Sequence[Deployment], say: Callable[[str], None]) -> None:
    """Serve deployments until the process is told to stop (SIGINT or SIGTERM).

    Interrupted runs are resumed in the background. Runs under way may finish for `ANALYST_STOP_SECONDS`.

    Args:
        deployments: Deployments to serve.
        say: Called with a line for the person who runs the service.

    Raises:
        runtime.prefect_server.health.ServerUnavailableError: There is no server to start runs.
        runtime.store.database.StoreError: The store cannot be used.
    """
    from runtime.prefect_server.connection import require_server
    from runtime.prefect_server.settings import apply_prefect_settings
    from runtime.store.database import get_store

    apply_prefect_settings()
    require_server("schedules and triggers")
    get_store()

    from deployments.recovery.watcher import Watcher
    from deployments.service.runner import LastingRunner
    from runtime.prefect_server.settings import user_prefect_setting

    asked = user_prefect_setting("runner.poll_frequency")
    stop = threading.Event()
    runner = LastingRunner(
        stop_seconds=get_settings().stop_seconds,
        stopping=stop,
        say=say,
        query_seconds=float(asked) if asked else _POLL_SECONDS,
        warm=_modules(deployments) if get_settings().warm_starts == "on" else (),
    )
    served = _add(runner, deployments, say)
    look_after = Watcher(served, say).keep_watching
    watcher = threading.Thread(target=look_after, args=(stop,), name="analyst-recovery", daemon=True)
    watcher.start()
    try:
        asyncio.run(runner.start())
    finally:
        stop.set()
        watcher.join(10)


def _modules(deployments: Sequence[Deployment]) -> list[str]:
    """Modules that runs import, those of the flows first, since they set what Prefect reads when it is imported."""
    flows = [deployment.entrypoint.rpartition(".")[0] for deployment in deployments]
    return [*dict.fromkeys(flows), *_IMPORTED_LATER]


def _add(
    runner: "LastingRunner", deployments: Sequence[Deployment], say: Callable[[str], None]
) -> "dict[str, Deployment]":
    from prefect.client.orchestration import get_client

    from deployments.service.registry import apply_model_limits, lease_advice, prepare

    with get_client(sync_client=True) as client:
        apply_model_limits(client)
        limited = get_settings().model_limits or any(deployment.limit for deployment in deployments)
        if limited and (advice := lease_advice(client)):
            say(advice)
        return {str(runner.add_deployment(prepare(client, deployment))): deployment for deployment in deployments}
