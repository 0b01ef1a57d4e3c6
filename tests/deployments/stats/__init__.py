"""Tests of `analyst stats`."""
