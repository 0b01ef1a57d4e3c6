"""What agents have to do with the memory: they are told facts, and may propose some."""
