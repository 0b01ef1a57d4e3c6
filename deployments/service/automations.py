"""A deployment that leaves its automations on the server as they are while they say the same.

Prefect's own removes all that a deployment owns, and makes them anew. With them goes what the server knows about
triggers on several data sets: which have been updated already. A service that is started again would wait for all.
"""

import asyncio
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient, SyncPrefectClient, get_client
from prefect.deployments.runner import RunnerDeployment
from prefect.events.schemas.automations import AutomationCore

from deployments.triggers import automation_name


class LastingDeployment(RunnerDeployment):
    """Prefect's form of a deployment of the catalog; `test_catalog.py` fails when what it replaces has changed."""

    async def _create_triggers(self, deployment_id: UUID, client: PrefectClient) -> None:
        del client
        with get_client(sync_client=True) as own:
            await asyncio.to_thread(self._create_triggers_sync, deployment_id, own)

    def _create_triggers_sync(self, deployment_id: UUID, client: SyncPrefectClient) -> None:
        wanted: list[AutomationCore] = []
        for trigger in self.triggers:
            trigger.set_deployment_id(deployment_id)
            wanted.append(trigger.as_automation())
        for found in client.read_resource_related_automations(f"prefect.deployment.{deployment_id}"):
            if not found.name.startswith(automation_name(self.name)):
                continue  # a person's own
            same = next((one for one in wanted if _content(one) == _content(found)), None)
            if same is None:
                client.delete_automation(found.id)
            else:
                wanted.remove(same)
        for missing in wanted:
            client.create_automation(missing)


def _content(automation: AutomationCore) -> Any:
    """What an automation says, without what the server gives it and whether a person has paused it."""
    return _without_ids(automation.model_dump(mode="json", include={"name", "description", "trigger", "actions"}))


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_ids(one) for key, one in value.items() if key != "id"}
    if isinstance(value, list):
        return [_without_ids(one) for one in value]
    return value
