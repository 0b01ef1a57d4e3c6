"""Files: private ones, those that a user asked for, the data directory and its keys."""
