"""The floor everything stands on: settings, progress events, prices, and the connection to a Prefect server."""
