"""Subcommands of `analyst`."""
