"""Tables of unusual values."""

from collections.abc import Iterator
from datetime import timedelta

from agents.grounding.reading.words import words_of
from agents.grounding.results.measures import by_name, known, moments_by_column, number_in, told_of, whole_table
from agents.grounding.tables.cells import Aggregate, Measure, Row, Table, aggregate_in, plain_words
from agents.grounding.tables.moments import Moment, moment_in, moment_of
from analytics.results import Anomalies, AnomalyEvent


def anomaly_tables(evidence: str, result: Anomalies) -> Iterator[Table]:
    """The unusual values by time or row, with what was expected, and counts of the result itself."""
    words = plain_words(result.column)
    aggregate: Aggregate | None = "total" if result.aggregate == "sum" else result.aggregate
    value = Measure("value", words, aggregate)
    expected = Measure("expected", words, aggregate, needs=words_of("expected usual normal typical forecast"))
    score = Measure("score", words_of("score deviation deviations z robust spread"), "other", of_result=True)
    count = Measure("count", words_of("values rows count"), "count", of_result=True)
    rows: list[Row] = []
    for anomaly in result.worst:
        moments = {result.time or "time": moment_of(anomaly.time)} if anomaly.time else {}
        names = {
            key: str(label) for key, label in anomaly.labels.items() if isinstance(label, str) and not moment_in(label)
        }
        moments |= {} if moments else moments_by_column({key: str(label) for key, label in anomaly.labels.items()})
        if anomaly.row_number is not None:
            names["row"] = f"row {anomaly.row_number}"
        values = known(value=anomaly.value, expected=anomaly.expected, score=anomaly.score, count=anomaly.count)
        rows.append(Row(names, moments, values))
    yield Table(
        evidence,
        by_name(value, expected, score, count),
        rows,
        complete=False,
        row_words=words_of("days dates points values rows times") | words_of(result.step or ""),
    )
    yield from _event_tables(evidence, result, value, expected)
    yield from _yearly_tables(evidence, result)
    labels = {key: [a.labels.get(key) for a in result.worst] for a in result.worst[:1] for key in a.labels}
    more = {key: cells for key, cells in labels.items() if any(number_in(cell) is not None for cell in cells)}
    if more:
        yield Table(
            evidence,
            by_name(*(Measure(key, plain_words(key), aggregate_in(key)) for key in more)),
            [
                Row(
                    row.names,
                    row.moments,
                    {key: number for key, cells in more.items() if (number := number_in(cells[place])) is not None},
                )
                for place, row in enumerate(rows)
            ],
            complete=False,
        )
    yield whole_table(
        evidence,
        (told_of("checked", f"checked values rows points time {result.step or 'days'}"), result.checked),
        (
            told_of("flagged", "flagged unusual anomalies outliers anomalous values rows points days far stand"),
            result.flagged,
        ),
        (
            told_of("share flagged", "flagged unusual anomalies outliers values rows points days", "share"),
            result.flagged / max(result.checked, 1),
        ),
        (told_of("threshold", "threshold score z deviations limit least", "other"), result.threshold),
    )


def _event_tables(evidence: str, result: Anomalies, value: Measure, expected: Measure) -> Iterator[Table]:
    """Events with their sums, the groups that take part, and columns that are unusual at the same time."""
    words = plain_words(result.column)
    share = Measure("share", words, "share")
    events: list[Row] = []
    parts: list[Row] = []
    others: dict[str, tuple[list[Row], list[Row]]] = {}
    shifts: list[Row] = []
    level = Measure("level", words, "mean")
    before = Measure("before", words, "mean", needs=words_of("before previous earlier former against"))
    for event in result.events:
        moments = _moments(result, event)
        if event.kind == "level shift":
            shifts.append(Row({}, moments, known(level=event.value, before=event.expected)))
            continue
        events.append(Row({}, moments, known(value=event.value, expected=event.expected, share=event.share)))
        for part in event.parts:
            values = known(value=part.value, expected=part.expected, share=part.share)
            parts.append(Row({part.column: part.name}, moments, values))
        for other in event.companions:
            here, over_all = others.setdefault(other.column, ([], []))
            here.append(Row({}, moments, {other.column: other.value}))
            over_all[:] = [Row(values={other.column: other.usual})]
    if shifts:
        yield Table(evidence, by_name(level, before), shifts, complete=False)
    yield from _thing_tables(evidence, result)
    measures = by_name(value, expected, share)
    for rows in (events, parts):
        if rows:
            yield Table(evidence, measures, rows, complete=False, row_words=words_of("events days dates times"))
    for column, tables in others.items():
        measure = by_name(Measure(column, plain_words(column), "mean"))
        yield from (Table(evidence, measure, rows, complete=False) for rows in tables)
    if result.events:
        yield whole_table(evidence, (told_of("events", "events anomalies episodes"), result.events_in_all))


def _thing_tables(evidence: str, result: Anomalies) -> Iterator[Table]:
    """The things of a panel that are there in each event, and otherwise."""
    if result.entity is None:
        return
    words = plain_words(result.entity) | words_of("values different")
    measures = by_name(Measure("there", words, "count"), Measure("otherwise", words, "count"))
    rows = [
        Row({}, _moments(result, event), {"there": float(event.things), "otherwise": float(event.usual_things)})
        for event in result.events
        if event.things is not None and event.usual_things is not None
    ]
    if rows:
        yield Table(evidence, measures, rows, complete=False)


def _moments(result: Anomalies, event: AnomalyEvent) -> dict[str, Moment]:
    """First and last point in time of an event, and its end where the last point is no whole day or month."""
    time = result.time or "time"
    moments = {time: moment_of(event.time)}
    if event.points > 1:
        moments[f"last {time}"] = moment_of(event.until - timedelta(microseconds=1))
    if event.points > 1 or "." in (result.step or ""):  # an equal part of the whole time is told by both ends
        end, whole = moment_of(event.until), moments[time].hour is None and result.step in {"day", "month", "year"}
        moments |= {} if whole and end.hour is None else {f"end of {time}": end}
    return moments


def _yearly_tables(evidence: str, result: Anomalies) -> Iterator[Table]:
    """Days of the year that are lower or higher every year: dates without a year, and the years in which they are."""
    if not result.yearly:
        return
    words, time = plain_words(result.column), result.time or "time"
    value = Measure("value", words, "mean")
    usual = Measure("usual", words, "mean", needs=words_of("usual usually normal typical weekdays weeks before after"))
    rows: list[Row] = []
    for each in result.yearly:
        last = each.ends[0] - timedelta(microseconds=1)
        moments = {
            time: Moment(month=each.since.month, day=each.since.day),
            f"last {time}": Moment(month=last.month, day=last.day),
            f"first year of {time}": Moment(year=each.since.year),
            f"last year of {time}": Moment(year=each.last.year),
        }
        rows.append(Row({"days": each.days}, moments, {"value": each.value, "usual": each.usual}))
    yield Table(evidence, by_name(value, usual), rows, complete=False, row_words=words_of("days dates holidays"))
