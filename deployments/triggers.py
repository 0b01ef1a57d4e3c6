"""Triggers that start runs of a deployment when data sets are updated, as types and as Prefect's automations.

The parameter `arrival` of each run names the events that started it, so that only one run works on them: see
`runtime.dataset_events.events`.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from runtime.dataset_events.events import DATASET_UPDATED, Keep
from runtime.validation import NAME

if TYPE_CHECKING:
    from prefect.events import DeploymentCompoundTrigger, DeploymentEventTrigger, DeploymentSequenceTrigger
    from prefect.events.schemas.automations import EventTrigger


def _different(names: list[str]) -> list[str]:
    if len(set(names)) < len(names):
        raise ValueError("names one data set twice")
    return names


Name = Annotated[str, StringConstraints(pattern=f"^{NAME}$")]
Names = Annotated[list[Name], Field(min_length=2), AfterValidator(_different)]
Pattern = Annotated[str, StringConstraints(pattern=rf"^({NAME}\*?|\*)$")]


class _Trigger(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True, frozen=True, extra="forbid")

    parameter: str = "dataset"
    """The flow's parameter that gets the uri."""


class OnUpdate(_Trigger):
    """Trigger of a run for each update of a data set."""

    kind: Literal["update"] = "update"
    name: Pattern = "*"
    """Name of the data set, or the beginning of names followed by `*`, such as `sales/*`."""
    debounce: timedelta = Field(default=timedelta(0), ge=timedelta(0))
    """Quiet time: a run begins this long after the last update, and updates in between are not run."""

    def to_prefect(self, deployment: str, *, keep: Keep = "newest") -> "DeploymentEventTrigger":
        """Make Prefect's form of the trigger.

        Args:
            deployment: Name of the deployment that it starts.
            keep: Whether versions that are older than one that has been run are left out.
        """
        from prefect.events import DeploymentEventTrigger

        of = DATASET_UPDATED if self.name == "*" else f"dataset.{self.name}"
        return DeploymentEventTrigger(
            name=automation_name(deployment, of),
            description=f"Run when {self.name} has new content." if self.name != "*" else "Run on new content.",
            **_expecting(self.name),
            schedule_after=self.debounce,
            parameters={
                self.parameter: _jinja("{{ event.payload.uri }}"),
                "arrival": _arrival(deployment, keep, self.debounce),
            },
        )


class AllUpdated(_Trigger):
    """Trigger of a run when all of several data sets have been updated, in any order."""

    kind: Literal["all"] = "all"
    names: Names
    """The data sets. The run gets the uri of the last one; a flow that needs the others reads them itself."""
    within: timedelta = Field(gt=timedelta(0))
    """Longest time between the first and the last update."""

    def to_prefect(self, deployment: str, *, keep: Keep = "newest") -> "DeploymentCompoundTrigger":
        """Make Prefect's form of the trigger; arguments as of `OnUpdate.to_prefect`."""
        from prefect.events import DeploymentCompoundTrigger

        return DeploymentCompoundTrigger(
            name=automation_name(deployment, f"all of {', '.join(self.names)}"),
            description="Run when all of these have new content.",
            require="all",
            triggers=[_child(name) for name in self.names],
            within=self.within,
            parameters={self.parameter: _uri_of(self.names[-1]), "arrival": _arrival(deployment, keep)},
        )


class InOrder(_Trigger):
    """Trigger of a run when several data sets have been updated in this order."""

    kind: Literal["order"] = "order"
    names: Names
    """The data sets. The run gets the uri of the last one."""
    within: timedelta = Field(gt=timedelta(0))
    """Longest time between the first and the last update."""

    def to_prefect(self, deployment: str, *, keep: Keep = "newest") -> "DeploymentSequenceTrigger":
        """Make Prefect's form of the trigger; arguments as of `OnUpdate.to_prefect`."""
        from prefect.events import DeploymentSequenceTrigger

        return DeploymentSequenceTrigger(
            name=automation_name(deployment, ", then ".join(self.names)),
            description="Run when these have new content in this order.",
            triggers=[_child(name) for name in self.names],
            within=self.within,
            parameters={self.parameter: _uri_of(self.names[-1]), "arrival": _arrival(deployment, keep)},
        )


Trigger: TypeAlias = OnUpdate | AllUpdated | InOrder
"""Any trigger."""


def automation_name(deployment: str, on: str = "") -> str:
    """Return the name of a deployment's automation; without `on`, the beginning of all their names."""
    return f"{deployment} on {on}"


def _expecting(name: str) -> dict[str, Any]:
    from prefect.events.schemas.events import ResourceSpecification

    return {
        "expect": {DATASET_UPDATED},
        "match": ResourceSpecification({"prefect.resource.id": f"dataset.{name}"}),
    }


def _child(name: str) -> "EventTrigger":
    from prefect.events import EventTrigger
    from prefect.events.schemas.automations import Posture

    return EventTrigger(posture=Posture.Reactive, threshold=1, within=timedelta(0), **_expecting(name))


def _jinja(template: str) -> dict[str, Any]:
    return {"__prefect_kind": "jinja", "template": template}


def _uri_of(name: str) -> dict[str, Any]:
    chosen = f"{{% for one in events if one.resource.id == 'dataset.{name}' %}}"
    # Among the events of several data sets, Prefect lists the last one twice.
    return _jinja(chosen + "{% if loop.first %}{{ one.payload.uri }}{% endif %}{% endfor %}")


def _text_of(field: str) -> str:
    # Prefect's server checks parameters against the flow's schema before the run, and refuses a number in place of a
    # text: no run would be made, and only the server's log would say so.
    value = f"one.payload.{field}"
    return f"({value} | string) if {value} is defined and {value} is not none else none"


_EVENTS = (
    "[{% for one in events %}{{ {'id': one.id | string, 'name': one.resource.id[8:],"
    f" 'version': {_text_of('version')}, 'partition': {_text_of('partition')}}}"
    " | tojson }}{% if not loop.last %}, {% endif %}{% endfor %}]"
)
"""Template of the events as JSON, so that any version stays a text. The name is that of the matched resource."""


def _arrival(deployment: str, keep: Keep, debounce: timedelta = timedelta(0)) -> dict[str, Any]:
    return {
        "deployment": deployment,
        "keep": keep,
        "debounce": debounce.total_seconds(),
        "events": {"__prefect_kind": "json", "value": _jinja(_EVENTS)},
    }
