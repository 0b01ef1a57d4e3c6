"""Notifications: to whom, by which channel, with what outcome."""
