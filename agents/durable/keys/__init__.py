"""Keys of an agent's calls: what of a run, a model request and a tool call tells it from others."""
