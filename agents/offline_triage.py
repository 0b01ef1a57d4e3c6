"""The model `offline` of the triage agent: keyword rules. Quick, free and the same every time; not clever."""

import json
from collections.abc import Sequence

from pydantic_ai.messages import ModelMessage

from agents.offline_model import OfflineModel, opening_prompt
from agents.offline_plan import Call
from agents.tickets import SupportTicket
from agents.triage_rules import judge


class OfflineTriage(OfflineModel):
    """Answers the triage agent's prompt by the rules of `agents/triage_rules.toml`."""

    def next_calls(self, messages: Sequence[ModelMessage], output: str) -> list[Call]:
        """The triage of the ticket in the prompt."""
        ticket = SupportTicket.model_validate(json.loads(opening_prompt(messages).partition("\n")[2]))
        return [Call(output, judge(ticket).model_dump(mode="json"))]
