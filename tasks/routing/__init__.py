"""Routing: which destination a ticket or finding goes to, and its delivery."""
