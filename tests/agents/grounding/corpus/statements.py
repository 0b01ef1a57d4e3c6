"""True and wrong statements over tables: templates times tables, with what each was made wrong by."""

# ruff: noqa: E501 - a phrasing, a query and a table stand on one line each, to be read beside each other

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agents.outputs import Evidence
from tests.agents.grounding.corpus.tables import Measured, Subject, others, subjects

KINDS = ("owner", "column", "date", "direction", "aggregate", "rank", "number word", "scale", "superlative", "invented")
"""Ways of being wrong."""

WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
]
ORDINALS = ["zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]


@dataclass(frozen=True)
class Statement:
    """A statement with what it cites.

    Attributes:
        text: The statement.
        evidence: What it cites.
        wrong: What makes it wrong; None for a true one.
        held_out: Its phrasing was kept back until the first version was measured (94 % caught, 11 % flagged), then used.
    """

    text: str
    evidence: tuple[Evidence, ...]
    wrong: str | None
    held_out: bool


def number(value: float, style: int = 0) -> str:
    """A value as people write it: English, plain or German digits."""
    whole = float(value).is_integer()
    text = f"{value:,.0f}" if whole or abs(value) >= 1000 else f"{value:,.1f}" if abs(value) >= 1 else f"{value:.2f}"
    if style == 1:
        return text.replace(",", "")
    if style == 2:
        return text.translate(str.maketrans(",.", ".,"))
    return text


def percent(value: float, style: int = 0) -> str:
    text = f"{value:.1f}"
    return (text.replace(".", ",") if style == 2 else text) + ("%" if style == 1 else " %")


# Each phrasing is a format; a star before it kept it back until a first version was measured.
VALUE_COUNT = """
{E} had {v} {m}.
{v} {m} were recorded for {E}.
For {E}, the data show {v} {m}.
{E}: {v} {m}.
*With {v} {m}, {E} is in the table.
*The number of {m} for {E} is {v}.
*{E} accounts for {v} {m} in this data set.
*There were {v} {m} at {E} in the period.
"""
VALUE_MEAN = """
{E} had a mean {m} of {v} {u}.
The average {m} was {v} {u} for {E}.
On average, the {m} of {E} was {v} {u}.
*At {E} the {m} averaged {v} {u}.
*{E} shows {v} {u} of {m} on average.
*Mean {m} for {E} came to {v} {u}.
"""
TWO = """
{E} had {v} {m} and {F} {w}.
{E} had {v} {m}, compared with {w} for {F}.
There were {v} {m} for {E}, but {w} for {F}.
{E} ({v}) and {F} ({w}) differ in {m}.
*{E} and {F} recorded {v} and {w} {m}, respectively.
*While {E} saw {v} {m}, {F} saw {w}.
*{m_}: {v} for {E} against {w} for {F}.
"""
MORE = """
{E} had {d} more {m} than {F}.
{E} exceeded {F} by {d} {m}.
The gap in {m} between {E} and {F} is {d}.
*Compared with {F}, {E} had {d} more {m}.
*{E} was ahead of {F} by {d} {m}.
"""
GREW = """
From {F} to {E}, {m} {rose} by {p}.
{m_} {rose} by {p} from {F} to {E}.
Between {F} and {E}, {m} {rose} by {p}.
*{m_} in {E} were {p} {higher} than in {F}.
*After {F}, {m} {rose} by {p} in {E}.
"""
MOVED = """
From {F} to {E}, {m} {rose}.
{m_} {rose} between {F} and {E}.
*{E} saw {more} {m} than {F}.
*{m_} {rose} from {v} in {F} to {w} in {E}.
"""
RATIO = """
{E} had {r} times as many {m} as {F}.
{m_} of {E} were {r} times those of {F}.
*At {E} there were {r} times more {m} than at {F}.
*{E} had {r}x as many {m} as {F}.
"""
SHARE = """
{E} accounts for {p} of all {m}.
{p} of the {m} belong to {E}.
{E} had {p} of the total {m}.
*The share of {E} in all {m} is {p}.
*{E} makes up {p} of {m}.
"""
MOST = """
{E} had the {most} {m}.
The {most} {m} were recorded for {E} ({v}).
{E} had the {most} {m}, {v}.
*{E} led the table from the {top} with the {most} {m}.
*By number of {m}, {E} is {highest}.
*No surprise: the {most} {m} came from {E}.
"""
MOST_MEAN = """
The mean {m} was {highest} for {E}, with {v} {u}.
{E} had the {highest} average {m}.
*The {highest} mean {m} belongs to {E} ({v} {u}).
*Average {m} is {highest} at {E}.
"""
RANK = """
{E} ranks {k} of {n} by {m}.
{E} ranks {k} in {m}.
{E} had the {o}-most {m}.
*By {m}, {E} is in {k} place.
*With {v} {m}, {E} comes {o} among the {n} {es}.
"""
COUNT = """
{c} {es} had more than {b} {m}.
{c} of the {n} {es} had more than {b} {m}.
*In {c} {es}, there were more than {b} {m}.
*More than {b} {m} were recorded for {c} {es}.
"""
FEWER = """
{c} {es} had fewer than {b} {m}.
*There were fewer than {b} {m} in {c} of the {es}.
"""
SUM = """
Together, {E} and {F} had {s} {m}.
{E} and {F} had {s} {m} combined.
{E} and {F} add up to {s} {m}.
*The {m} of {E} plus those of {F} are {s}.
*{E} and {F} account for {s} {m} in total.
"""
TOTAL = """
In total, {E} had {v} {m}.
The total of {m} for {E} is {v}.
*Altogether {v} {m} were counted for {E}.
"""
ALL = """
All {n} {es} together had {t} {m}.
There were {t} {m} in all.
*The {es} add up to {t} {m}.
*In total, the table holds {t} {m}.
"""
KNOWN = """
{n} {es} are compared.
The data cover {n} {es}.
*There are {n} {es} in the table.
"""
ONLY = """
Only {E} had more than {b} {m}.
*{E} is the only {e} with more than {b} {m}.
"""


def _phrasings(block: str) -> Iterator[tuple[str, bool]]:
    for line in block.strip().splitlines():
        yield line.removeprefix("*"), line.startswith("*")


class Maker:
    """Makes statements over one table, always the same ones.

    Attributes:
        found: The statements made.
    """

    def __init__(self, subject: Subject, seed: int) -> None:
        self.subject = subject
        self.random = random.Random(seed)
        self.found: list[Statement] = []

    def say(self, block: str, true: dict[str, str], wrong: dict[str, dict[str, str]]) -> None:
        """One true and some wrong statements for each phrasing.

        Args:
            block: The phrasings.
            true: What fills them when true.
            wrong: By kind, what is replaced to make them wrong.
        """
        for phrasing, held_out in _phrasings(block):
            self._add(phrasing.format(**true), None, held_out)
            for kind, changes in wrong.items():
                text = phrasing.format(**{**true, **changes})
                if text != phrasing.format(**true):
                    self._add(text, kind, held_out)

    def _add(self, text: str, wrong: str | None, held_out: bool) -> None:
        text = text[0].upper() + text[1:]
        self.found.append(Statement(text, (self.subject.evidence,), wrong, held_out))

    def make(self) -> list[Statement]:
        """All statements over the table."""
        for measure in self.subject.measures:
            (self._totals if measure.aggregate == "total" else self._means)(measure)
        self._sizes()
        return self.found

    def _rows(self, measure: Measured) -> list[tuple[str, float]]:
        frame = self.subject.frame
        pairs = [
            (self.subject.say(str(k)), float(v))
            for k, v in zip(frame[self.subject.key], frame[measure.column], strict=True)
        ]
        return sorted(pairs, key=lambda pair: -pair[1])

    def _words(self, measure: Measured) -> dict[str, str]:
        subject = self.subject
        return {
            "m": measure.noun,
            "m_": measure.noun.capitalize(),
            "e": subject.entry,
            "es": subject.entries,
            "u": measure.unit,
            "n": str(len(subject.frame)),
        }

    def _pick(self, measure: Measured) -> tuple[tuple[str, float], tuple[str, float], list[tuple[str, float]]]:
        """Two entries that differ clearly, the larger one first, and all."""
        rows = self._rows(measure)
        while True:
            one, two = sorted(self.random.sample(rows, 2), key=lambda pair: -pair[1])
            if one[1] > 1.04 * two[1] and two[1] > 5:
                return one, two, rows

    def _totals(self, measure: Measured) -> None:
        base = self._words(measure)
        style = self.random.randrange(3)
        (e, v), (f, w), rows = self._pick(measure)
        other = self._other(measure, e)
        true = {**base, "E": e, "F": f, "v": number(v, style), "w": number(w, style)}
        owner = "date" if self.subject.time else "owner"
        wrong = {
            owner: {"v": number(w, style)},
            "invented": {"v": number(round(v * 1.37 + 3), style)},
            "scale": {"v": number(v * 10, style)},
        }
        if other is not None:
            wrong["column"] = {"v": number(other, style)}
        self.say(VALUE_COUNT, true, wrong)
        self.say(
            TWO, true, {owner: {"v": true["w"], "w": true["v"]}, "invented": {"w": number(round(w * 1.21 + 2), style)}}
        )
        mean = sum(value for _, value in rows) / len(rows)
        self.say(TOTAL, true, {"aggregate": {"v": number(round(mean, 1), style)}, owner: {"E": f}})
        self._differences(measure, base)
        self._orders(measure, base)
        (e, v), (f, w), rows = self._pick(measure)
        whole = sum(value for _, value in rows)
        p, q = 100 * v / whole, 100 * w / whole
        true = {**base, "E": e, "p": percent(p, style)}
        self.say(
            SHARE,
            true,
            {
                owner: {"p": percent(q, style)},
                "scale": {"p": percent(p / 10, style)},
                "invented": {"p": percent(p * 1.3 + 1, style)},
            },
        )
        true = {**base, "E": e, "F": f, "s": number(v + w, style)}
        self.say(
            SUM,
            true,
            {
                "invented": {"s": number(round((v + w) * 1.13 + 4), style)},
                "aggregate": {"s": number(round((v + w) / 2, 1), style)},
            },
        )
        true = {**base, "t": number(whole, style)}
        self.say(
            ALL,
            true,
            {
                "aggregate": {"t": number(round(whole / len(rows), 1), style)},
                "invented": {"t": number(round(whole * 0.83), style)},
            },
        )

    def _differences(self, measure: Measured, base: dict[str, str]) -> None:
        (e, v), (f, w), rows = self._pick(measure)
        style = self.random.randrange(3)
        del rows
        true = {**base, "E": e, "F": f, "d": number(v - w, style)}
        wrong = {"invented": {"d": number(round((v - w) * 1.4 + 2), style)}}
        self.say(MORE, true, wrong)
        for phrasing in ("{E} had {d} fewer {m} than {F}.", "{F} had {d} more {m} than {E}."):
            self._add(phrasing.format(**true), "direction", held_out=False)
        true = {**base, "E": e, "F": f, "r": number(round(v / w, 1), style if style == 2 else 0)}
        if v / w > 1.15:
            self.say(RATIO, true, {"invented": {"r": number(round(v / w * 1.5 + 0.4, 1))}})
        if not self.subject.time:
            return
        for (e2, v2), (f2, w2) in (((e, v), (f, w)), ((f, w), (e, v))):
            up = v2 > w2
            growth = 100 * (v2 - w2) / w2
            right = (
                {"rose": "rose", "higher": "higher", "more": "more"}
                if up
                else {"rose": "fell", "higher": "lower", "more": "fewer"}
            )
            turned = (
                {"rose": "fell", "higher": "lower", "more": "fewer"}
                if up
                else {"rose": "grew", "higher": "higher", "more": "more"}
            )
            true = {
                **base,
                "E": e2,
                "F": f2,
                "p": percent(abs(growth), style),
                "v": number(w2, style),
                "w": number(v2, style),
                **right,
            }
            self.say(GREW, true, {"direction": turned, "invented": {"p": percent(abs(growth) * 1.6 + 1, style)}})
            self.say(MOVED, true, {"direction": turned})

    def _orders(self, measure: Measured, base: dict[str, str]) -> None:
        rows = self._rows(measure)
        style = self.random.randrange(3)
        top, bottom = rows[0], rows[-1]
        middle = rows[len(rows) // 2]
        for (e, v), most, highest, top_ in ((top, "most", "highest", "top"), (bottom, "fewest", "lowest", "bottom")):
            true = {**base, "E": e, "v": number(v, style), "most": most, "highest": highest, "top": top_}
            turned = {
                "most": "fewest" if most == "most" else "most",
                "highest": "lowest" if most == "most" else "highest",
                "top": "bottom" if most == "most" else "top",
            }
            self.say(MOST, true, {"superlative": {"E": middle[0], "v": number(middle[1], style)}, "direction": turned})
        place = self.random.randrange(1, min(len(rows), 6))
        e, v = rows[place]
        if len({value for _, value in rows}) == len(rows):
            k, wrong_k = place + 1, (place + 3) if place + 3 <= len(rows) else place
            true = {**base, "E": e, "v": number(v, style), "k": _ordinal(k), "o": ORDINALS[k]}
            self.say(RANK, true, {"rank": {"k": _ordinal(wrong_k), "o": ORDINALS[min(wrong_k, 10)]}})
        cut = self.random.randrange(1, len(rows))
        bound = _round_between(rows[cut][1], rows[cut - 1][1])
        if bound is None:
            return
        above, below = cut, len(rows) - cut
        true = {**base, "b": number(bound, style), "c": WORDS[above] if style else str(above), "E": rows[0][0]}
        if above > 1:
            self.say(COUNT, true, {"number word": {"c": WORDS[above + 1] if above + 1 < len(WORDS) else "two"}})
        if below > 1:
            true = {**true, "c": WORDS[below] if style else str(below)}
            self.say(FEWER, true, {"number word": {"c": WORDS[below - 1 if below > 2 else below + 1]}})
        bound = _round_between(rows[1][1], rows[0][1])
        if bound is not None:
            self.say(ONLY, {**true, "b": number(bound, style), "E": rows[0][0]}, {"superlative": {"E": rows[1][0]}})

    def _means(self, measure: Measured) -> None:
        base = self._words(measure)
        rows = self._rows(measure)
        style = self.random.choice((0, 2))
        while True:
            (e, v), (_, w) = self.random.sample(rows, 2)
            if abs(v) > 1 and abs(v - w) > 0.3:
                break
        true = {**base, "E": e, "v": number(v, style)}
        owner = "date" if self.subject.time else "owner"
        wrong = {
            owner: {"v": number(w, style)},
            "invented": {"v": number(v * 1.4 + 2, style)},
            "scale": {"v": number(v * 100, style)},
        }
        other = self._other(measure, e)
        if other is not None:
            wrong["column"] = {"v": number(other, style)}
        if v > 0 and w > 0:
            self.say(VALUE_MEAN, true, wrong)
            for phrasing in ("{E} totalled {v} {u} of {m}.", "In total, the {m} of {E} was {v} {u}."):
                self._add(phrasing.format(**true), "aggregate", held_out=False)
        middle = rows[len(rows) // 2]
        for (e, v), highest in ((rows[0], "highest"), (rows[-1], "lowest")):
            if v < 0:
                continue
            true = {**base, "E": e, "v": number(v, style), "highest": highest}
            turned = "lowest" if highest == "highest" else "highest"
            self.say(
                MOST_MEAN,
                true,
                {"superlative": {"E": middle[0], "v": number(middle[1], style)}, "direction": {"highest": turned}},
            )

    def _other(self, measure: Measured, entry: str) -> float | None:
        """The value of another column for the same entry."""
        for other in self.subject.measures:
            if other.column != measure.column:
                value = dict(self._rows(other))[entry]
                if abs(value - dict(self._rows(measure))[entry]) > 0.05 * abs(value):
                    return value
        return None

    def _sizes(self) -> None:
        size = len(self.subject.frame)
        base = {"es": self.subject.entries, "n": str(size)}
        self.say(
            KNOWN,
            base,
            {
                "number word": {"n": WORDS[size - 1] if size - 1 < len(WORDS) else "two"},
                "invented": {"n": str(size + 7)},
            },
        )


def _ordinal(value: int) -> str:
    return f"{value}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(value, 'th') }"


def _round_between(low: float, high: float) -> float | None:
    """A round number between two values."""
    for unit in (1e6, 5e5, 1e5, 5e4, 1e4, 5e3, 1e3, 500, 100, 50, 10, 5, 1):
        value = (high // unit) * unit
        if low < value < high:
            return value
    return None


def _more(statement: Callable[[str, str, str | None, bool], None]) -> None:
    """Statements over results without entries, each beside ways to make it wrong."""
    for name, right, wrong in SINGLE:
        held_out = right.startswith("*")
        statement(name, right.removeprefix("*"), None, held_out)
        for kind, text in wrong:
            statement(name, text, kind, held_out)


SINGLE: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("anomalies", "The peak was 472 on 8 February 2013.", (("date", "The peak was 472 on 8 March 2013."), ("date", "The peak was 472 on 9 February 2013."), ("invented", "The peak was 481 on 8 February 2013."))),
    ("anomalies", "Cancellations reached 393 on 9 February 2013, against 10 expected.", (("date", "Cancellations reached 393 on 8 February 2013, against 10 expected."), ("invented", "Cancellations reached 393 on 9 February 2013, against 37 expected."))),
    ("anomalies", "*On February 8, 2013, 472 flights were cancelled.", (("owner", "On February 8, 2013, 393 flights were cancelled."), ("date", "On February 9, 2013, 472 flights were cancelled."))),
    ("anomalies", "*On 8 and 9 February 2013, cancellations came to 472 and 393.", (("date", "On 8 and 9 February 2013, cancellations came to 393 and 472."), ("invented", "On 8 and 9 February 2013, cancellations came to 472 and 411."))),
    ("anomalies", "Together, 865 flights were cancelled on 8 and 9 February 2013.", (("aggregate", "Together, 432.5 flights were cancelled on 8 and 9 February 2013."), ("invented", "Together, 911 flights were cancelled on 8 and 9 February 2013."))),
    ("anomalies", "*Of the 365 days checked, several are unusual.", (("number word", "Of the 412 days checked, several are unusual."), ("invented", "Of the 400 days checked, several are unusual."))),
    ("statistics", "The mean of cancelled is 0.70.", (("aggregate", "The median of cancelled is 0.70."), ("scale", "The mean of cancelled is 6.96."), ("aggregate", "In total, 0.70 flights were cancelled."))),
    ("statistics", "In total, 8,255 flights were cancelled.", (("aggregate", "On average, 8,255 flights were cancelled."), ("scale", "In total, 8.3 million flights were cancelled."), ("invented", "In total, 9,120 flights were cancelled."))),
    ("statistics", "The largest value of cancelled is 101.", (("superlative", "The smallest value of cancelled is 101."), ("invented", "The largest value of cancelled is 118."))),
    ("statistics", "*Cancelled averages 0.70 with a median of 0.", (("aggregate", "Cancelled has a median of 0.70 with a mean of 0."),)),
    ("statistics", "*Das Maximum von cancelled ist 101, die Summe 8.255.", (("invented", "Das Maximum von cancelled ist 131, die Summe 8.255."), ("scale", "Das Maximum von cancelled ist 101, die Summe 82.550."))),
    ("profile", "The data set has 11,864 rows and 10 columns.", (("invented", "The data set has 12,450 rows and 10 columns."), ("number word", "The data set has 11,864 rows and twelve columns."), ("scale", "The data set has 11.9 million rows and 10 columns."))),
    ("profile", "There are 16 different values of carrier.", (("number word", "There are 19 different values of carrier."), ("column", "There are 3 different values of carrier."))),
    ("profile", "*The period runs from 1 January 2013 to 31 December 2013.", (("date", "The period runs from 1 January 2013 to 31 October 2014."), ("date", "The period runs from 1 January 2012 to 31 December 2013."))),
    ("profile", "*The mean of flights is 28.4.", (("column", "The mean of cancelled is 28.4."), ("aggregate", "The median of flights is 28.4."))),
    ("fares", "The mean fare is {mean} and the median {median}.", (("aggregate", "The mean fare is {median} and the median {mean}."), ("scale", "The mean fare is {mean10} and the median {median}."))),
    ("fares", "*Half of all fares are below {median}; the dearest cost {maximum}.", (("superlative", "Half of all fares are below {median}; the cheapest cost {maximum}."), ("invented", "Half of all fares are below {median}; the dearest cost {maximum10}."))),
    ("correlations", "{left} and {right} have a rank correlation of {r}.", (("invented", "{left} and {right} have a rank correlation of {r2}."), ("scale", "{left} and {right} have a rank correlation of {r100}."), ("owner", "{left} and {right} have a rank correlation of {r3}."))),
)  # fmt: skip


def _singles() -> list[Statement]:
    results = others()
    fares, pairs = results["fares"].result, results["correlations"].result.pairs
    first, third = pairs[0], pairs[2]
    filled = {
        "mean": f"{fares.mean:.1f}", "median": f"{fares.median:.1f}", "mean10": f"{fares.mean * 10:.1f}", "maximum": f"{fares.maximum:.1f}",
        "maximum10": f"{fares.maximum * 1.3:.1f}", "left": first.left, "right": first.right, "r": f"{first.coefficient:.2f}",
        "r2": f"{first.coefficient - 0.2:.2f}", "r100": f"{100 * first.coefficient:.0f}", "r3": f"{third.coefficient:.2f}",
    }  # fmt: skip
    found: list[Statement] = []

    def add(name: str, text: str, wrong: str | None, held_out: bool) -> None:
        found.append(Statement(text.format(**filled), (results[name],), wrong, held_out))

    _more(add)
    return found


INVENTED_NAMES = (
    "ZZ had 58,665 flights.",
    "Zephyr Air recorded 58,665 flights.",
    "QX and UA had the same number of flights.",
    "The most cancellations were at XQR.",
    "Compared with UA, WX had fewer flights.",
    "UA had 60 flights.",
    "DL had 67.4 times as many flights as WN.",
)
"""Names that are in no table, a tool's limit, and a name that is a common word; all over the first table."""


def corpus() -> list[Statement]:
    """Every statement, always the same ones in the same order."""
    found: list[Statement] = []
    for place, subject in enumerate(subjects()):
        for seed in range(2):
            found += Maker(subject, 100 * place + seed).make()
    found += _singles()
    first = subjects()[0].evidence
    found += [Statement(text, (first,), "invented", held_out=False) for text in INVENTED_NAMES]
    return list({(one.text, one.evidence[0].id): one for one in found}.values())
