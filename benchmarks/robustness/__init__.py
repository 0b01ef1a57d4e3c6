"""Hostile statements, a faulty model server, and many writers at once."""
