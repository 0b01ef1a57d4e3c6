"""Commands about runs that there are: list, trace, figures, resume, approve, undo."""
