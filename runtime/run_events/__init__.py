"""Events of runs: what they say, the rows of the store they come from, and their delivery to the Prefect server."""
