"""**A second core**: analysis functions in a process beside this one."""
