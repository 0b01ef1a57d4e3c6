"""Commands for what runs for long."""
