"""Plan of the offline model: which columns matter, and which tools to call."""
