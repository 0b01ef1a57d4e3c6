"""Deployment that keeps its automations on the server if their content is the same.

Prefect's own class removes all automations of a deployment and makes them anew. The server then forgets which of
several data sets have been updated already, and a restarted service would wait for all of them again.
"""

from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.events.schemas.automations import AutomationCore

from deployments.triggers import automation_name
from runtime.private_members.prefect_runner import TriggersDeployment


class LastingDeployment(TriggersDeployment):
    """Prefect's form of a deployment of the catalog."""

    def apply_triggers(self, deployment_id: UUID, client: SyncPrefectClient) -> None:
        """Create the missing automations, and delete those with another content."""
        wanted: list[AutomationCore] = []
        for trigger in self.triggers:
            trigger.set_deployment_id(deployment_id)
            wanted.append(trigger.as_automation())
        for found in client.read_resource_related_automations(f"prefect.deployment.{deployment_id}"):
            if not found.name.startswith(automation_name(self.name)):
                continue  # a person has made it
            same = next((one for one in wanted if _content(one) == _content(found)), None)
            if same is None:
                client.delete_automation(found.id)
            else:
                wanted.remove(same)
        for missing in wanted:
            client.create_automation(missing)


def _content(automation: AutomationCore) -> Any:
    """Return the content of an automation, without ids and without its pause by a person."""
    return _without_ids(automation.model_dump(mode="json", include={"name", "description", "trigger", "actions"}))


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_ids(one) for key, one in value.items() if key != "id"}
    if isinstance(value, list):
        return [_without_ids(one) for one in value]
    return value
