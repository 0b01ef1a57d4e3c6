"""Access to the memory: agents recall and propose within their scope, readers look, admins change."""

import getpass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from runtime.memory.types import MemoryAccessError
from runtime.runs.attempts.processes import this_process
from runtime.settings import get_settings

Role = Literal["agent", "reader", "admin"]
"""agent: is told confirmed facts of its data set and proposes new ones. reader: sees all facts of the tenant. admin:
changes them as well."""


MemoryUse = Literal["off", "read", "write"]
"""Use of the memory by agents of a run: none, recalling facts, or proposing some as well."""


class Access(BaseModel):
    """Access of one user or one agent to the facts of one tenant."""

    model_config = ConfigDict(frozen=True)

    role: Role
    """Role, which says what may be done."""
    by: str
    """User, or agent."""
    origin: str
    """Machine of the user, or run of the agent."""
    tenant: str
    """The only tenant whose facts are seen."""
    dataset: str | None = None
    """For an agent, the data set whose facts it sees, beside those of all data sets."""

    def require(self, role: Role) -> None:
        """Check that this access has a role.

        Raises:
            MemoryAccessError: It has another one.
        """
        if self.role == role:
            return
        if role == "admin" and self.role == "reader":
            raise MemoryAccessError(f"{self.by} may read the memory, not change it (ANALYST_MEMORY_ADMINS).")
        raise MemoryAccessError(f"This is for the role {role}, and {self.by} has the role {self.role}.")


def person_access() -> Access:
    """Return the access of the user of this process, by its settings."""
    settings, by = get_settings(), getpass.getuser()
    admins = settings.memory_admins
    role: Role = "admin" if admins is None or by in admins else "reader"
    return Access(role=role, by=by, origin=this_process().host, tenant=settings.tenant or "")


def agent_access(agent: str, run: str, dataset: str) -> Access:
    """Return the access of an agent.

    Args:
        agent: Its name.
        run: Id of the outermost flow run.
        dataset: Name of the data set that it works on.
    """
    return Access(role="agent", by=agent, origin=run, tenant=get_settings().tenant or "", dataset=dataset)
