"""Output of the command line: messages, progress, summaries."""
