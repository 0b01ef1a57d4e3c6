"""Effects: once each, and undone once."""
