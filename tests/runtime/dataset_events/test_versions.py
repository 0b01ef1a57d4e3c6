"""The order of versions: by time or by their numbers."""

import pytest

from runtime.dataset_events.versions import is_older


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("9", "10"),
        ("v1.9", "v1.10"),
        ("1.2", "1.2.1"),
        ("1", "1.0.1"),
        ("v1-2", "v1-2-1"),
        ("v1_2", "v1_2_1"),
        ("1.7.final", "1.7.1.final"),
        ("1.2-rc1", "1.2-rc2"),
        ("2024-01-31", "2024-02-01"),
        ("2024-01-31", "2024-01-31T06:00"),
        ("2024-01-31T09:00+02:00", "2024-01-31T08:00Z"),
        ("run-7-final", "run-12-final"),
    ],
)
def test_versions_in_order(older, newer):
    """Numbers, dates, moments and numbered names are compared as what they are."""
    assert is_older(older, newer)
    assert not is_older(newer, older)
    assert not is_older(older, older)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3f9a", "b0c1"),
        ("v1", "w2"),
        ("a", "b"),
        ("", "1"),
        ("1", "2024-01-01"),
        ("1.2", "1.2-rc1"),
        ("1.2", "1.2rc1"),
        ("1-2", "1-2.3"),
        ("7", "7b1"),
    ],
)
def test_versions_without_order(one, other):
    """Texts of different forms, such as hashes, have no order: neither is older, so neither is left out."""
    assert not is_older(one, other) or not is_older(other, one)
    if not (one.isdigit() or other.isdigit()):
        assert not is_older(one, other)
        assert not is_older(other, one)
