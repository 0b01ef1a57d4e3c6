"""Tool calls that wait for a person: they are asked for, and the run stops until it is decided."""
