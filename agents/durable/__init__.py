"""Durable agent runs: `PrefectAgent`, and each model request and tool call as a cached Prefect task."""
