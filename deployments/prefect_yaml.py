"""`prefect.yaml`, written from the catalog: `python -m deployments.prefect_yaml > prefect.yaml`.

A test fails when the file in the repository differs from this output.
"""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel

from deployments.catalog import FROM_CATALOG, Cron, Deployment, Every, RRule, catalog

_HEAD = """\
# Written by `python -m deployments.prefect_yaml` from deployments/catalog.py: change that, not this file.
#
# The deployments for a work pool: `prefect work-pool create analysts --type process`, then `prefect deploy --all`. The
# project is installed where the worker runs, or in the image, so nothing is pulled, and entrypoints are modules.
name: analyst-flows
prefect-version: {version}

build: null
push: null
pull: null

definitions:
  process: &process
    name: analysts
  docker: &docker
    name: analysts-docker
    job_variables: &image
      image: analyst-flows:latest
      image_pull_policy: Never
  kubernetes: &kubernetes
    name: analysts-kubernetes
    job_variables:
      <<: *image
      image_pull_policy: IfNotPresent
  # The pool that is used. For another one, name it here and create it with that type.
  pool: &pool
    <<: *process
  common: &common
    work_pool: *pool

deployments:
"""


def render(deployments: Sequence[Deployment]) -> str:
    """Return the text of `prefect.yaml` for these deployments."""
    return _HEAD.format(version=version("prefect")) + "\n".join(map(_entry, deployments))


def _entry(deployment: Deployment) -> str:
    import yaml

    # Long lines, since a wrapped template is hard to read.
    written = yaml.safe_dump(_declared(deployment), sort_keys=False, width=1000, allow_unicode=True)
    lines = ["<<: *common", *written.splitlines()]
    if deployment.queue is not None:
        lines += ["work_pool:", "  <<: *pool", f"  work_queue_name: {deployment.queue.name}"]
    return "  - " + "\n    ".join(lines) + "\n"


def _declared(deployment: Deployment) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "name": deployment.name,
        "description": deployment.description,
        "entrypoint": deployment.entrypoint,
        "tags": [*deployment.tags, FROM_CATALOG],
        "parameters": deployment.parameters,
        "schedules": [_schedule(one) for one in deployment.schedules],
        "triggers": [_trigger(one.to_prefect(deployment.name, keep=deployment.keep)) for one in deployment.triggers],
    }
    if deployment.limit is not None:
        fields["concurrency_limit"] = {"limit": deployment.limit, "collision_strategy": "ENQUEUE"}
    return {name: value for name, value in fields.items() if value not in ({}, [])}


def _schedule(schedule: Cron | Every | RRule) -> dict[str, Any]:
    fields = schedule.model_dump(exclude_defaults=True)
    if isinstance(schedule, Every):
        fields["interval"] = schedule.interval.total_seconds()
    return fields


def _trigger(trigger: BaseModel) -> dict[str, Any]:
    return trigger.model_dump(mode="json", include={"type", *trigger.model_fields_set})


if __name__ == "__main__":
    print(render(catalog()), end="")  # noqa: T201 - its output
