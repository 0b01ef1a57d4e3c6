"""Durable steps: calls that run as Prefect tasks and whose results are found again."""
