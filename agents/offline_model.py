"""What every offline model has in common: its name, and that it needs no provider."""

from pydantic_ai.models import Model


class OfflineModel(Model):
    """Fixed rules in place of a language model. Each kind of agent has its own; all are called `offline`."""

    def __init__(self) -> None:
        super().__init__()

    @property
    def model_name(self) -> str:
        """`offline`."""
        return "offline"

    @property
    def system(self) -> str:
        """`offline`."""
        return "offline"

    @property
    def model_id(self) -> str:
        """`offline`, without the provider that other models have in front."""
        return "offline"
