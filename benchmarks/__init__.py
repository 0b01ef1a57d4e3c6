"""Figures of the documentation. Each script prints its own; `make bench` runs them all."""
