"""The lowest floor: settings, the store with runs and effects, data set events, and the Prefect server."""
