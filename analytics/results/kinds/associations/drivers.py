"""Segments that explain a change, a difference or a miss."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from analytics.results.base import AnalysisResult, Result
from analytics.results.marks import DataColumn, Entries, Internal, Measure, Name, Prose
from analytics.results.short_form import rounded
from analytics.results.table import ResultTable
from runtime.texts.safe_text import shorten


class Driver(Result, frozen=True):
    """A segment that moved by itself."""

    segment: Annotated[str, Name("Segment")]
    """Its columns and values, such as `origin EWR, carrier EV`."""
    where: Annotated[dict[str, str], Internal()]
    """The value of each column."""
    ranges: Annotated[dict[str, tuple[float, float]], Internal()] = Field(
        default_factory=dict[str, tuple[float, float]]
    )
    """For a column of numbers in ranges: the lowest and the highest value of the segment."""
    cause: Literal["amount", "rate", "mix"]
    """amount: its total changed. rate: its mean changed. mix: it has another share of the rows."""
    before: Annotated[float, Measure("Before", aggregate="{aggregate}")]
    """Its value on the first side."""
    after: Annotated[float, Measure("After", aggregate="{aggregate}")]
    """Its value on the second side."""
    effect: Annotated[float, Measure("Effect", aggregate="effect", style="number")]
    """Its part in the whole change: the change of its total, or the part of the change of the mean that its rate or
    its share of the rows makes up."""
    share: Annotated[float | None, Measure("Share of change", aggregate="share")]
    """The effect as a part of the whole change; shares of segments that overlap add up to more than one."""
    rows_before: Annotated[int, Measure("Rows before", aggregate="count")]
    """Its rows on the first side."""
    rows_after: Annotated[int, Measure("Rows after", aggregate="count")]
    """Its rows on the second side."""


class Drivers(AnalysisResult, frozen=True):
    """Segments that explain why a measure differs between two sides."""

    shows_drivers: ClassVar[bool] = True

    kind: Literal["drivers"] = "drivers"
    column: Annotated[str, DataColumn(measured=True)]
    """Number column, or `rows` if rows were counted."""
    aggregate: Literal["sum", "mean", "count"]
    """The way in which rows are put together."""
    time: Annotated[str | None, Internal()] = None
    """Time column, where periods are compared."""
    periods: Annotated[list[tuple[datetime, datetime]], Internal()] = Field(
        default_factory=list[tuple[datetime, datetime]]
    )
    """First moment of each period, and the first after it; the first side first."""
    by: Annotated[str | None, DataColumn()] = None
    """Grouping column, where a group is compared with all other rows."""
    group: Annotated[str | None, Internal()] = None
    """The group."""
    before_label: Annotated[str, Prose()]
    """The first side, such as January 2013, or the rows other than a group's."""
    after_label: Annotated[str, Prose()]
    """The second side, such as February 2013, or a group."""
    before: Annotated[float, Measure(aggregate="{aggregate}")]
    """Value of all rows on the first side."""
    after: Annotated[float, Measure(aggregate="{aggregate}")]
    """Value of all rows on the second side."""
    change: Annotated[float, Measure(aggregate="change")]
    """The second value less the first."""
    rows_before: Annotated[int, Measure(aggregate="count")]
    """Rows on the first side."""
    rows_after: Annotated[int, Measure(aggregate="count")]
    """Rows on the second side."""
    rate_part: Annotated[float | None, Measure(aggregate="rate part")] = None
    """For means: the part of the change that the segments' own means make up (Kitagawa 1955)."""
    mix_part: Annotated[float | None, Measure(aggregate="mix part")] = None
    """For means: the part that their shares of the rows make up; both parts add up to the change."""
    segments: Annotated[list[Driver], Entries("segments")]
    """The segments, the one that explains most first; empty if the change is spread over all alike."""
    largest: list[Driver] = Field(default_factory=list[Driver])
    """For totals: the value of each column with the largest part of the change, whether or not it moved apart."""
    columns_searched: list[str]
    """Columns whose values, pairs of values and so on were tried."""
    quiet_pairs: Annotated[int | None, Measure(aggregate="quiet pairs")]
    """Pairs of sides between which nothing happened, over which the same search was run; null if there are none."""
    false_pairs: Annotated[int | None, Measure(aggregate="false pairs", part_of=("quiet_pairs",))]
    """Number of quiet pairs in which the search named a segment, which is false there."""
    method: Annotated[str, Prose()]
    """The method in a sentence."""

    @property
    def false_share(self) -> float | None:
        """Share of quiet pairs in which a segment was named: how far a named segment may be chance."""
        return self.false_pairs / self.quiet_pairs if self.quiet_pairs and self.false_pairs is not None else None

    def compact(self, room: int) -> dict[str, Any]:
        """The segments named, and a line for each of the largest parts."""
        body = super().compact(room)
        del body["largest"]
        if self.largest:
            body["largest_parts"] = [
                f"{shorten(each.segment, 60)}: {rounded(each.effect)}"
                + ("" if each.share is None else f" ({100 * each.share:.0f}% of the change)")
                for each in self.largest
            ]
        if not self.segments:
            body["segments"] = "none moved apart from the rest: the change is spread over all"
        return body

    def derived(self) -> Iterator[float]:
        """The share of false attributions, the relative change, and the change of each segment."""
        if self.false_share is not None:
            yield self.false_share
        if self.before:
            yield self.change / self.before
        for each in self.segments:
            yield each.after - each.before
            if each.before:
                yield (each.after - each.before) / each.before

    def table(self) -> ResultTable:
        """The segments, with the reliability of the search in a note."""
        note = f"{self.before_label} against {self.after_label}."
        if self.quiet_pairs:
            note += f" Named a segment in {self.false_pairs} of {self.quiet_pairs} quiet pairs."
        return replace(super().table(), note=note)
