"""Typed results of the analyst's tools as tables of cells."""
