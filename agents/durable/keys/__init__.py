"""Keys of an agent's calls: the parts by which a run, a model request or a tool call is told from others."""
