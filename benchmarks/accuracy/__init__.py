"""Shares of right answers: anomalies, drivers, triage, and the check of statements."""
