"""The flow as a long-running service: on a schedule, and on events of the upstream ETL."""

from typing import TYPE_CHECKING

from runtime.settings import get_settings

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

DEPLOYMENT = "analyze-dataset"
"""Name of the deployment."""

ENTRYPOINT = "flows.analysis.analyze_and_report"
"""Where a run finds the flow. A file entrypoint would import it a second time under another name, with `flows/` first
on `sys.path`, where a file can shadow a package."""


def build_deployment() -> "RunnerDeployment":
    """The deployment `analyze-dataset` with its event trigger, and its schedule when a data set is set for it.

    Call it outside an event loop.

    Without `ANALYST_SCHEDULE_DATASET` there is nothing that a scheduled run could analyse, so there is no schedule.
    """
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from deployments.triggers import dataset_trigger
    from flows.analysis import analyze_and_report

    settings = get_settings()
    schedules = [
        Cron(settings.schedule_cron, timezone=settings.schedule_timezone, parameters={"dataset": dataset})
        for dataset in [settings.schedule_dataset]
        if dataset
    ]
    deployment = analyze_and_report.to_deployment(
        name=DEPLOYMENT,
        description="Analyse a data set and write a report.",
        schedules=schedules,
        triggers=[dataset_trigger()],
        tags=["analyst"],
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    assert isinstance(deployment, RunnerDeployment)  # noqa: S101 - a coroutine only inside an event loop
    # Prefect names the function inside the flow, which may be called otherwise than the flow.
    deployment.entrypoint = ENTRYPOINT
    return deployment


def describe_schedule() -> str:
    """What starts runs by the clock, in one line."""
    settings = get_settings()
    if settings.schedule_dataset is None:
        return "No schedule: set ANALYST_SCHEDULE_DATASET to a path or URL to analyse it regularly."
    return f"Schedule: {settings.schedule_dataset} at {settings.schedule_cron!r} ({settings.schedule_timezone})."


def serve_deployment() -> None:
    """Serve the deployment until the process is told to stop (SIGINT or SIGTERM), then pause its schedule.

    Raises:
        runtime.server.ServerUnavailableError: There is no server that could start runs.
    """
    from runtime.prefect_settings import apply_prefect_settings
    from runtime.server import require_server

    apply_prefect_settings()
    require_server("schedules and triggers")

    from prefect import serve

    serve(build_deployment(), print_starting_message=False)
