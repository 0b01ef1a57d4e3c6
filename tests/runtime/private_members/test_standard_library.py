"""Each private member of the standard library that we use is still there and does what we use it for."""

import os

from runtime.private_members.standard_library import decoded, environment


def test_environment(monkeypatch):
    """`os.environ._data` holds all variables, and another value makes another environment."""
    monkeypatch.setenv("ANALYST_OF_THIS_TEST", "one")
    one = environment()
    assert environment() == one
    monkeypatch.setenv("ANALYST_OF_THIS_TEST", "two")
    assert environment() != one


def test_decoded(monkeypatch):
    """`decodekey` and `decodevalue` give what `os.environ` gives."""
    monkeypatch.setenv("ANALYST_OF_THIS_TEST", "ü\udc80")
    assert decoded(environment()) == dict(os.environ)
