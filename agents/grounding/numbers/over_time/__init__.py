"""Numbers that are said of a span of time: what came before or after it, and bounds kept over it."""
