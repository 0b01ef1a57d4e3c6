"""Parts of the triage flows: batches of tickets, and what is known about them."""
