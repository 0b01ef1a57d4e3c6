"""The model `offline` of the triage agent: keyword rules. Quick, free and the same every time; not clever."""

import json

from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, TextPart, ToolCallPart, UserPromptPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings

from agents.offline_model import OfflineModel
from agents.tickets import SupportTicket
from agents.triage_rules import judge


class OfflineTriage(OfflineModel):
    """Answers the triage agent's prompt by the rules of `agents/triage_rules.py`."""

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,  # noqa: ARG002 - there is nothing to set
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Answer with the triage of the ticket in the prompt."""
        ticket = _ticket(messages)
        output = next((tool.name for tool in model_request_parameters.output_tools), None)
        if ticket is None or output is None:
            text = "This offline model only triages tickets. Choose a language model with --model."
            return ModelResponse(parts=[TextPart(text)], model_name=self.model_name, provider_name=self.system)
        step = sum(isinstance(message, ModelResponse) for message in messages)
        call = ToolCallPart(output, judge(ticket).model_dump(mode="json"), tool_call_id=f"offline_{step}")
        return ModelResponse(parts=[call], model_name=self.model_name, provider_name=self.system)


def _ticket(messages: list[ModelMessage]) -> SupportTicket | None:
    for message in messages:
        for part in message.parts if isinstance(message, ModelRequest) else ():
            if isinstance(part, UserPromptPart) and isinstance(part.content, str):
                try:
                    return SupportTicket.model_validate(json.loads(part.content.partition("\n")[2]))
                except ValueError:
                    return None
    return None
