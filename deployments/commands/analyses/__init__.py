"""Commands that start a run, and `analyst routes`."""
