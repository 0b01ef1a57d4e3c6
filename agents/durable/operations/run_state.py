"""State that the operations of one agent run share."""

from dataclasses import dataclass, field
from typing import Any

from agents.durable.keys.calls import RunDigests
from agents.durable.operations.configs import StepConfigs
from agents.durable.steps.begun import Siblings
from agents.recovery.conversation.compaction import Compaction
from agents.recovery.passing_on import Chain
from agents.recovery.policy import RecoveryPolicy
from cache_policies.call_path import NumberedCall
from cache_policies.policies import Call


@dataclass
class RunState:
    """State that the operations of one agent run share.

    Attributes:
        agent: Name of the agent.
        numbered: The run's place among those of its flow; `None` outside of flows.
        call: What the run is asked, to which each operation adds its own.
        configs: Options of its steps.
        policy: What is done about failures of model requests.
        chain: Models that stand in for each other.
        compaction: Shortens its conversation.
    """

    agent: str
    numbered: NumberedCall | None
    call: Call
    configs: StepConfigs
    policy: RecoveryPolicy = field(default_factory=RecoveryPolicy)
    chain: Chain = field(default_factory=Chain)
    compaction: Compaction[Any] = field(default_factory=Compaction[Any])
    digests: RunDigests = field(default_factory=RunDigests)
    siblings: Siblings = field(default_factory=Siblings)
    asked: bool = False

    @property
    def identity(self) -> str:
        """Identity of the run: unique, and the same in each attempt at it."""
        return "" if self.numbered is None else f"{self.numbered.scope}/{self.numbered.identity}"
