"""Large tables, read in little memory."""
