"""The trace of a run: what it did, for how long, at what price, written to the store while it happens."""
