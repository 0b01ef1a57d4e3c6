"""Objects that several tests of digests take apart."""

from typing import Any

from pydantic import BaseModel, PrivateAttr


class Secret(BaseModel):
    x: int = 0
    _tenant: Any = PrivateAttr("")


class Plain:
    kind = "plain"

    def __init__(self, tenant: object) -> None:
        self.tenant = tenant

    def look(self) -> object:
        return self.tenant


def marked(value: Any, tenant: object) -> Any:
    """The value with an attribute set on it, or privately."""
    object.__setattr__(value, "_tenant" if isinstance(value, Secret) else "tenant", tenant)
    return value


def closing_over(value: object) -> Any:
    return lambda: value
