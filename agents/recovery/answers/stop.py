"""No further try: the request would fail in the same way again. The run stays resumable."""

from agents.recovery.answers.answer import Answer

STOP = Answer("stop", None, passes_on=False)
"""The failure ends the run, which `analyst resume` goes on with once its cause is gone."""
