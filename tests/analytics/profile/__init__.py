"""The profile of a data set."""
