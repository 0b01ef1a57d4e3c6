"""A shorter conversation: older tool results are sent as a line each, and the model is asked again."""

from agents.recovery.answers.answer import Answer

SHORTEN = Answer("shorten", None, passes_on=False)
"""The same request is not made again: `agents.recovery.conversation.compaction` makes a shorter one, while there is
one."""
