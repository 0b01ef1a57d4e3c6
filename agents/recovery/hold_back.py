"""Hold-back of every run of the store on a model whose server said when to ask again."""

import logging
from functools import lru_cache, partial

from anyio import to_thread
from pydantic_ai.models import AbstractModel, Model

from agents.recovery.answers.back_off import jitter
from agents.recovery.answers.told_waits import seconds_told
from agents.recovery.answers.wait_as_told import WAIT_AS_TOLD
from agents.recovery.kinds import kind_of
from agents.recovery.policy import RecoveryPolicy
from cache_policies.digests.digest import digest
from runtime.models.holds import hold, is_known, seconds_held
from runtime.store.database import StoreError

_log = logging.getLogger("prefect.recovery")


def server_and_model(model: AbstractModel | str) -> str:
    """Return the name that a model's hold has in the store; the address, which may hold a password, is digested."""
    name = model if isinstance(model, str) else model.model_id
    return _at_server(name, model.base_url if isinstance(model, Model) else None)


@lru_cache(64)
def _at_server(name: str, address: str | None) -> str:
    return f"{name[:200]} {digest(address)[:16]}"


async def hold_back(model: AbstractModel | str, error: Exception, policy: RecoveryPolicy) -> None:
    """Hold back every run on a model, if its server said when to ask again.

    Args:
        model: The model.
        error: What a request to it failed by.
        policy: The policy of the run that made it.
    """
    kind, told = kind_of(error), seconds_told(error)
    if kind is None or kind.answer is not WAIT_AS_TOLD or not told:
        return
    try:
        await to_thread.run_sync(partial(hold, server_and_model(model), min(told, policy.wait_seconds)))
    except StoreError as problem:
        _log.warning("%s Other processes are not told that the model is to be left alone.", problem)


async def seconds_held_back(model: AbstractModel | str, policy: RecoveryPolicy) -> float:
    """Return the seconds to wait before a model is asked, since another request was told to wait; 0 for most."""
    name = server_and_model(model)
    held = is_known(name)
    if held is None:
        try:
            held = await to_thread.run_sync(partial(seconds_held, name))
        except StoreError:  # which the run's record has told
            return 0.0
    # Runs that were held back together do not come back at the same moment.
    return held + jitter(policy.retry_delay) if held else 0.0
