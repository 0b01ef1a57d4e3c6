"""Another answer: the model is told what was wrong with its own, and asked again."""

from agents.recovery.answers.answer import Answer

ASK_AGAIN = Answer("ask again", None, passes_on=False)
"""The same request is not made again: `agents.recovery.unusable.usable_answers` and the agent's retries of its output
ask for another answer, a few times; then the failure ends the run."""
