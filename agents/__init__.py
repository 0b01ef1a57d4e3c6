"""Agents and what makes them durable. `PrefectAgent` wraps any Pydantic AI agent."""

from typing import TYPE_CHECKING, Any

from runtime.prefect_server.settings import apply_prefect_settings
from runtime.trace.telemetry import start_telemetry

if TYPE_CHECKING:
    from agents.durable.operations.events import StreamRestartEvent
    from agents.durable.prefect_agent import PrefectAgent
    from agents.durable.steps.task_options import TaskConfig
    from agents.recovery.policy import RecoveryPolicy

__all__ = ["PrefectAgent", "RecoveryPolicy", "StreamRestartEvent", "TaskConfig"]

# Prefect reads its settings while it is imported, so ours have to be there before `PrefectAgent` imports it.
apply_prefect_settings()
start_telemetry()

_HOMES = {
    "PrefectAgent": "agents.durable.prefect_agent",
    "StreamRestartEvent": "agents.durable.operations.events",
    "RecoveryPolicy": "agents.recovery.policy",
    "TaskConfig": "agents.durable.steps.task_options",
}


def __getattr__(name: str) -> Any:
    """Load public names when they are used: `agents.outputs` needs neither Prefect nor Pydantic AI."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'agents' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
