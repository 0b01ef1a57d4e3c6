"""Conversations that are too long."""
