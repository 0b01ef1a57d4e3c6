"""Tools of agents for the memory: they are told facts, and may propose some."""
