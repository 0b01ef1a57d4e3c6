"""Data set events: sent, received over HTTP, and sent again when a server has lost them."""
