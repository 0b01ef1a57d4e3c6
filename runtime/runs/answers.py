"""Model answers of a run, any of which a person may have asked for again.

An answer is stored, so one that leads to a failure leads to it in each attempt. The run's record names the last answer
before the failure. `analyst resume --ask-again` adds that answer's key to those asked for again: from then on, in every
attempt, its step is stored under another key. All other steps keep theirs. A request at which every model of a chain
has failed is asked again in the same way, without the option.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Answers:
    """Model answers of one run in this process.

    Attributes:
        asked_again: Keys of the answers that were asked for again, each as often as it was.
        last: Key of the newest answer.
    """

    asked_again: Sequence[str] = ()
    last: str | None = None
    _of_agent_run: dict[str, str | None] = field(default_factory=dict[str, str | None])
    _before_failure: dict[str, str | None] = field(default_factory=dict[str, str | None])

    def current_key(self, key: str) -> str:
        """Return the key that an answer is stored under now: another one each time it was asked for again."""
        times = self.times_again(key)
        return f"{key}-again-{times}" if times else key

    def times_again(self, key: str) -> int:
        """Return how often an answer was asked for again."""
        return self.asked_again.count(key)

    def answered(self, agent_run: str, key: str) -> None:
        """Note an answer to an agent run, whether it was stored before or is new."""
        self.last = self._of_agent_run[agent_run] = key

    def unanswered(self, agent_run: str) -> None:
        """Note that the newest request of an agent run failed. Each attempt makes such a request anew."""
        self._of_agent_run[agent_run] = None

    def failed(self, agent_run: str, error: str) -> None:
        """Note that an agent run failed. Agent runs around it that fail by the same error are not the cause.

        Args:
            agent_run: The agent run.
            error: First line of the error's text.
        """
        self._before_failure.setdefault(error, self._of_agent_run.get(agent_run))

    def last_before(self, error: str | None) -> str | None:
        """Return the key of the last answer before the failure of the run.

        Args:
            error: First line of the error that the run ended with, if it did.

        Returns:
            `None` if no stored answer came before, or if it was a model request that failed.
        """
        found = [key for text, key in self._before_failure.items() if error is not None and text in error]
        return found[-1] if found else self.last
