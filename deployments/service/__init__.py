"""The long-running service: runner, registered deployments, automations, alerts."""
