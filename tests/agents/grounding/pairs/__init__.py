"""Pairs of a true sentence and a wrong one."""
