"""Options of the Prefect tasks that run steps, their defaults, and the task made from them."""

from dataclasses import dataclass
from typing import Any, TypedDict

from prefect import Task
from prefect.cache_policies import CachePolicy, CompoundCachePolicy, RunId
from prefect.results import ResultStorage
from prefect.tasks import RetryConditionCallable
from pydantic_ai.exceptions import UserError

from agents.recovery.policy import RecoveryPolicy
from agents.recovery.retries import is_worth_retrying


class TaskConfig(TypedDict, total=False):
    """Options of the Prefect tasks of one kind of step: those of Pydantic AI's `TaskConfig`, and one for tools."""

    retries: int
    """Number of times a failed step is tried again."""
    retry_delay_seconds: float | list[float]
    """Seconds before each retry."""
    retry_condition_fn: RetryConditionCallable
    """Decides whether a failure is worth a retry."""
    timeout_seconds: float
    """Seconds after which the step has failed."""
    cache_policy: CachePolicy
    """Policy that makes the key of a step: two steps with equal keys share a result."""
    persist_result: bool
    """True to store the result. Otherwise every retry makes the step again."""
    result_storage: ResultStorage
    """Storage of the result."""
    log_prints: bool
    """True to send prints to the Prefect log."""
    withdrawn_on_failure: bool
    """For tools. True to take a tool that fails, after its retries, away for the rest of the run and to tell the model
    what it may use instead. By default its error ends the run, which can be resumed."""


DEFAULT_TOOL_CONFIG = TaskConfig(retries=0, persist_result=True)
"""Options of tool calls: no retries by default, since only its author knows if a tool may run twice."""


def model_config(policy: RecoveryPolicy) -> TaskConfig:
    """Return options of model requests: transient failures are retried, ever more slowly; the client does not retry."""
    return TaskConfig(
        retries=policy.retries,
        retry_delay_seconds=policy.retry_delays,
        retry_condition_fn=is_worth_retrying,
        persist_result=True,
    )


def default_model_config() -> TaskConfig:
    """Return options of model requests by the settings."""
    return model_config(RecoveryPolicy())


@dataclass(frozen=True)
class StepTask:
    """The Prefect task for one kind of step.

    Attributes:
        task: The task.
        result_storage: Where its results go, if its options say so.
        never_retried: Errors after which it is not tried again, whatever its options say.
    """

    task: Task[..., Any]
    result_storage: ResultStorage | None
    never_retried: tuple[type[Exception], ...] = ()


def check_policy(config: TaskConfig) -> None:
    """Refuse a cache policy that holds the flow run's id, such as Prefect's and Pydantic AI's defaults.

    Raises:
        UserError: No retry of a flow would find a result, since the agent run in it is a flow run with another id.
    """
    policy = config.get("cache_policy")
    if any(
        isinstance(part, RunId) for part in (policy.policies if isinstance(policy, CompoundCachePolicy) else [policy])
    ):
        raise UserError(
            "A cache_policy with RUN_ID finds nothing in a retry of the flow, where an agent run has another id. "
            "Leave it out, or give cache_policies.DURABLE, which knows a call by its place in the outermost run."
        )


def make_task(name: str, config: TaskConfig, *, never_retried: tuple[type[Exception], ...] = ()) -> StepTask:
    """Return the Prefect task for one kind of step. Make it once: Prefect reads sources and signatures each time.

    Raises:
        UserError: Its cache policy is refused; see `check_policy`.
    """
    check_policy(config)
    options: dict[str, Any] = {"log_prints": False, **config}
    # A block that is given to the task must be saved on the server first.
    storage = options.pop("result_storage", None)
    options.pop("withdrawn_on_failure", None)
    return StepTask(Task(_named, name=name, **options), storage, never_retried)


async def _named(step: str, content: str) -> None:
    """Name the inputs of a step for Prefect and its cache policies; `run_step` makes the call itself."""
    del step, content
