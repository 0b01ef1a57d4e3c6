"""Commands that start a run."""
