"""Figures of the documentation: a room for each subject, and in it scripts that each print their own."""
