"""Options of the steps of one agent, by kind of operation."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pydantic.errors import PydanticUserError
from pydantic_ai.agent import AbstractAgent
from pydantic_ai.exceptions import AgentRunError, UnexpectedModelBehavior, UserError
from pydantic_ai.tools import Tool
from pydantic_ai.workspaces import (
    WorkspaceOutputLimitError,
    WorkspaceReadOnlyError,
    WorkspaceTimeoutError,
    WorkspaceUnavailableError,
)

from agents.durable.effect_tools import EffectError
from agents.durable.steps.task_options import (
    DEFAULT_TOOL_CONFIG,
    StepTask,
    TaskConfig,
    check_policy,
    make_task,
    model_config,
)
from agents.recovery.policy import RecoveryPolicy
from agents.stored.codecs import check_tools
from analytics.errors import DatasetError
from cache_policies.policies import Never
from runtime.budget import BudgetError, BudgetExceeded
from runtime.store.database import StoreError
from runtime.waiting import WaitingForApproval

NEVER_RETRIED = (
    UserError,
    PydanticUserError,
    UnexpectedModelBehavior,
    WorkspaceTimeoutError,
    WorkspaceOutputLimitError,
    WorkspaceReadOnlyError,
    WorkspaceUnavailableError,
    BudgetExceeded,
    BudgetError,
    WaitingForApproval,
)
"""Errors that no retry can put right, whatever the options say: mistakes in the program, limits of a workspace,
where a command that is started again might do twice what it did (Pydantic AI's own list for Prefect tasks), budgets,
and waits for a person."""

ENDS_THE_RUN = (*NEVER_RETRIED, AgentRunError, EffectError, DatasetError, StoreError)
"""Errors of a tool that end the run although its options take failed tools away: the tool is not at fault, no other one
would help, or something outside may be half done."""


@dataclass(frozen=True)
class StepConfigs:
    """Task options by kind of step, and the Prefect tasks made from them so far.

    Attributes:
        model: For model requests.
        tool: For tool calls.
        mcp: For calls to MCP servers.
        event: For events that a handler is told between model requests.
        tool_by_name: For single tools; `False` for calls that are no step.
    """

    model: TaskConfig
    tool: TaskConfig
    mcp: TaskConfig
    event: TaskConfig
    tool_by_name: Mapping[str, TaskConfig | Literal[False]]
    _model_options: TaskConfig = field(default_factory=TaskConfig)
    _tasks: dict[str, StepTask] = field(default_factory=dict[str, StepTask])

    @classmethod
    def of(
        cls,
        base: TaskConfig,
        recovery: RecoveryPolicy,
        *,
        model: TaskConfig | None,
        tool: TaskConfig | None,
        mcp: TaskConfig | None,
        event: TaskConfig | None,
        tool_by_name: Mapping[str, TaskConfig | Literal[False] | None] | None,
    ) -> "StepConfigs":
        """Return what a user gave, above the defaults of each kind of step, above what holds for all of them.

        Raises:
            UserError: A cache policy is refused.
        """
        for given in (base, model, tool, mcp, event, *(tool_by_name or {}).values()):
            check_policy(given or TaskConfig())
        own = TaskConfig(**(model or {}))
        return cls(
            model={**base, **model_config(recovery), **own},
            tool={**base, **DEFAULT_TOOL_CONFIG, **(tool or {})},
            mcp={**base, **DEFAULT_TOOL_CONFIG, **(mcp or {})},
            event={**base, **DEFAULT_TOOL_CONFIG, **(event or {})},
            tool_by_name={name: config or False for name, config in (tool_by_name or {}).items()},
            _model_options=own,
        )

    def check(self, agent: AbstractAgent[Any, Any]) -> None:
        """Refuse tools that say they return what cannot be stored, unless they are not stored.

        Raises:
            UserError: Naming the tool, the type, and what to return instead.
        """

        def stored(name: str, tool: Tool[Any]) -> bool:
            own: Any = (tool.metadata or {}).get("prefect", {})
            by_name = self.tool_by_name.get(name, {})
            if own is False or by_name is False:
                return False
            options: Mapping[str, Any] = {**self.tool, **by_name, **own}
            return bool(options.get("persist_result", True)) and not isinstance(options.get("cache_policy"), Never)

        check_tools(agent, stored)

    def with_recovery(self, recovery: RecoveryPolicy) -> "StepConfigs":
        """Return the same with model requests that are tried again as a policy says; a user's own options win."""
        return replace(self, model={**self.model, **model_config(recovery), **self._model_options}, _tasks={})

    def task(self, name: str, config: TaskConfig) -> StepTask:
        """Return the task called `name`, made once; a name stands for one kind of step, so its options never change."""
        if name not in self._tasks:
            self._tasks[name] = make_task(name, config, never_retried=NEVER_RETRIED)
        return self._tasks[name]
