"""Crash recovery: interrupted runs are found and scheduled again."""
