"""Tables of drivers: the whole and each segment on both sides, with what each adds to the change."""

from collections.abc import Iterator

from agents.grounding.reading.words import words_of
from agents.grounding.results.measures import by_name, known, moments_by_column, told_of, whole_table
from agents.grounding.tables.cells import Aggregate, Measure, Row, Table, plain_words, scale_in
from analytics.results import Driver, Drivers

_HOW: dict[str, Aggregate] = {"sum": "total", "mean": "mean", "count": "count"}
_SIDE = "side"
"""Column that names the side of a row: January 2013, all but Central."""


def driver_tables(evidence: str, result: Drivers) -> Iterator[Table]:
    """Values by segment and side, effects by segment, and the search itself."""
    words, unit, how = plain_words(result.column), scale_in(result.column), _HOW[result.aggregate]
    if result.aggregate == "count":
        words |= words_of("rows records entries")
    value = Measure("value", words, how, unit=unit)
    part = Measure("part", words_of("rows"), "share", needs=words_of("rows share"), of_rows=True)
    count = Measure("count", frozenset({"n"}), "count", needs=words_of("n rows records values"), of_rows=True)
    measures = by_name(value, count, part)
    named = {each.segment: each for each in (*result.segments, *result.largest)}
    sides = [(result.before_label, "before"), (result.after_label, "after")]
    yield Table(
        evidence,
        measures,
        [
            Row(
                {**each.where, **_named(result, label)},
                moments_by_column({_SIDE: label}),
                {
                    "value": getattr(each, side),
                    "count": float(getattr(each, f"rows_{side}")),
                    "part": getattr(each, f"rows_{side}") / max(getattr(result, f"rows_{side}"), 1),
                },
            )
            for each in named.values()
            for label, side in sides
        ],
        complete=False,
    )
    yield Table(
        evidence,
        measures,
        [
            Row(
                _named(result, label),
                moments_by_column({_SIDE: label}),
                {"value": getattr(result, side), "count": float(getattr(result, f"rows_{side}"))},
            )
            for label, side in sides
        ],
    )
    yield Table(evidence, _EFFECTS, [_effects(each) for each in named.values()], complete=False)
    yield whole_table(
        evidence,
        (Measure("change", words, "other", needs=_CHANGED, unit=unit), result.change),
        (told_of("rate part", "rate means values own part", "other"), result.rate_part),
        (told_of("mix part", "mix shares composition part", "other"), result.mix_part),
        (told_of("quiet pairs", "quiet pairs comparisons periods"), result.quiet_pairs),
        (told_of("false pairs", "false falsely named quiet pairs comparisons"), result.false_pairs),
        (told_of("false share", "false falsely chance quiet pairs attributions", "share"), result.false_share),
        (
            told_of("relative change", "change rise rose increase fell fall drop decrease more less", "share"),
            result.change / result.before if result.before else None,
        ),
        (told_of("columns", "columns searched"), len(result.columns_searched)),
    )


_CHANGED = words_of("change changed rise rose increase increased fall fell drop decrease difference effect more less")
_EFFECTS = by_name(
    Measure("effect", _CHANGED | words_of("part contributes contribution adds"), "other", sure=False),
    Measure("share", _CHANGED | words_of("part share contribution explains"), "share", sure=False),
)


def _named(result: Drivers, label: str) -> dict[str, str]:
    """The name of a side; a period has a moment instead, since other results know it by no name."""
    return {} if result.periods else {_SIDE: label}


def _effects(driver: Driver) -> Row:
    return Row(dict(driver.where), {}, known(effect=driver.effect, share=driver.share))


def names_of_drivers(result: Drivers) -> list[str]:
    """Names that the result holds: its columns, values and sides."""
    named = [*result.segments, *result.largest]
    values = [text for each in named for pair in each.where.items() for text in pair]
    sides = [] if result.periods else [result.before_label, result.after_label]
    return [result.column, *sides, *result.columns_searched, *values]
