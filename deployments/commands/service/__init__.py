"""Commands for what runs for long: serving, listening, watching, deployments, limits of models."""
