"""Wrong sentences of kinds that are easily let through, each beside the true one."""
