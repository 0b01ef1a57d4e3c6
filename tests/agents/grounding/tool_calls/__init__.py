"""Tool calls of a run: those made again, those offered, those made before the first request."""
