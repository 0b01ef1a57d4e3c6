"""Candidates for events in one series, each with the number that chance would bring, and the choice among them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analytics.false_discoveries import FALSE_SHARE
from analytics.results import EventKind


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A stretch of a series that may be an event.

    Attributes:
        kind: What is unusual there.
        start: First grid point.
        end: First grid point after it.
        peak: Its most unusual point.
        direction: 1 above, -1 below what is expected; 0 where that says nothing.
        expected: Candidates as unusual that are expected by chance in a series like this.
    """

    kind: EventKind
    start: int
    end: int
    peak: int
    direction: int
    expected: float


def significant(expected: Sequence[float]) -> list[bool]:
    """Choose so many of the tests of a series that at most a tenth of the chosen ones are false, on average.

    The procedure of Benjamini and Hochberg (1995), with expected numbers in place of p-values: a p-value times the
    number of tests is the number that chance brings. Over several series, `analytics.false_discoveries` goes on.

    Args:
        expected: For each candidate, how many as unusual are expected by chance in the whole series.
    """
    ordered = sorted(expected)
    most = max((number for place, number in enumerate(ordered, 1) if number <= FALSE_SHARE * place), default=-1.0)
    return [number <= most for number in expected]


def events_of(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The events of one series: candidates that are significant, put together where they overlap or nearly touch.

    Several views of a series see one event, so candidates that overlap are one test, by the least likely of them. That
    one names the event.
    """
    groups: list[list[Candidate]] = []
    for each in sorted(candidates, key=lambda candidate: candidate.start):
        if groups and each.start < max(one.end for one in groups[-1]):
            groups[-1].append(each)
        else:
            groups.append([each])
    chosen = significant([min(one.expected for one in group) for group in groups])
    least = max(
        (min(one.expected for one in g) for g, is_in in zip(groups, chosen, strict=True) if is_in), default=-1.0
    )
    return _merged([each for each in candidates if each.expected <= least])


def _merged(candidates: Sequence[Candidate]) -> list[Candidate]:
    found: list[Candidate] = []
    for each in sorted(candidates, key=lambda candidate: candidate.start):
        if found and each.start <= found[-1].end + _room(found[-1], each) and not _opposite(found[-1], each):
            last = found[-1]
            first, _ = sorted((last, each), key=lambda one: (one.expected, one.start))
            found[-1] = replace(first, start=min(last.start, each.start), end=max(last.end, each.end))
        else:
            found.append(each)
    return found


def _opposite(one: Candidate, other: Candidate) -> bool:
    """Return whether one is above what is expected and the other below: as a whole, they would be as expected."""
    return one.direction * other.direction < 0


def _room(one: Candidate, other: Candidate) -> int:
    """Points between two candidates that still belong together."""
    return max(1, (max(one.end - one.start, other.end - other.start)) // 4)
