"""Recovery in one agent run, as one capability of it.

Pydantic AI copies the context of a run for each capability and each of its hooks, some ten times a step. So what is
three concepts in the code is one capability of a run.
"""

from dataclasses import dataclass, field

from pydantic_ai import RunContext
from pydantic_ai.capabilities import AbstractCapability
from pydantic_ai.messages import ModelResponse
from pydantic_ai.models import ModelRequestContext
from pydantic_ai.tools import AgentDepsT, ToolDefinition

from agents.recovery.conversation.compaction import Compaction
from agents.recovery.unusable.usable_answers import UsableAnswers
from agents.recovery.withdrawn_tools import WithoutFailedTools


@dataclass
class RecoveryInRun(AbstractCapability[AgentDepsT]):
    """Makes an agent run go on after unusable answers, failed tools, and with long conversations. One for each run.

    Attributes:
        compaction: Shortens the conversation.
        answers: Mends answers, or asks again.
        tools: Leaves out tools that failed.
    """

    compaction: Compaction[AgentDepsT]
    answers: UsableAnswers[AgentDepsT] = field(default_factory=UsableAnswers[AgentDepsT])
    tools: WithoutFailedTools[AgentDepsT] = field(default_factory=WithoutFailedTools[AgentDepsT])

    async def prepare_tools(self, ctx: RunContext[AgentDepsT], tool_defs: list[ToolDefinition]) -> list[ToolDefinition]:
        """Leave out tools that failed."""
        return await self.tools.prepare_tools(ctx, tool_defs)

    async def prepare_output_tools(
        self, ctx: RunContext[AgentDepsT], tool_defs: list[ToolDefinition]
    ) -> list[ToolDefinition]:
        """Ask for less after answers of another form."""
        return await self.answers.prepare_output_tools(ctx, tool_defs)

    async def before_model_request(
        self, ctx: RunContext[AgentDepsT], request_context: ModelRequestContext
    ) -> ModelRequestContext:
        """Tell the trace of a request that follows a malformed answer."""
        return await self.answers.before_model_request(ctx, request_context)

    async def prepare_model_request(
        self, ctx: RunContext[AgentDepsT], request_context: ModelRequestContext
    ) -> ModelRequestContext:
        """Shorten the conversation where it would not fit."""
        return await self.compaction.prepare_model_request(ctx, request_context)

    async def on_model_request_error(
        self, ctx: RunContext[AgentDepsT], *, request_context: ModelRequestContext, error: Exception
    ) -> ModelResponse:
        """Ask again with a shorter conversation, if it was too long."""
        return await self.compaction.on_model_request_error(ctx, request_context=request_context, error=error)

    async def after_model_request(
        self, ctx: RunContext[AgentDepsT], *, request_context: ModelRequestContext, response: ModelResponse
    ) -> ModelResponse:
        """Return the answer as it is meant.

        Raises:
            ModelRetry: It cannot be used, and the model may be asked again.
        """
        response = await self.compaction.after_model_request(ctx, request_context=request_context, response=response)
        return await self.answers.after_model_request(ctx, request_context=request_context, response=response)
