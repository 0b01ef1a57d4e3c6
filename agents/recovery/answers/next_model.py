"""No further try at this model: another one of its chain answers, if there is one. Else the run stops, resumable."""

from agents.recovery.answers.answer import Answer

NEXT_MODEL = Answer("next model", None, passes_on=True)
"""The next model of the chain answers, in this run and in each resumed attempt at it."""
