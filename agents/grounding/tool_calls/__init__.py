"""Tool calls of a run: their evidence ids, what the model sees of them, and which tools it is offered."""
