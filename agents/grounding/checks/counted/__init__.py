"""Numbers that count rows."""
