"""SQL over one data set, in a process of its own with limits that a statement cannot escape."""
