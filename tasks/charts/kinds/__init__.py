"""The charts, one file for each kind."""
