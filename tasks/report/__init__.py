"""The report: one typed model, rendered as HTML, PDF, Markdown and JSON."""
