"""Quantity that a column holds (price, rate, count, latitude, …), inferred from its name and its values.

It says what may be done with the numbers: prices, temperatures, rates, percentages and steps of a scale are never added
up, places are no measures, and steps of a scale keep their order.
"""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analytics.columns import Floats, Series, find_column, is_number, label
from analytics.engine.relation import Relation
from analytics.errors import AnalysisInputError
from analytics.hints.hints import column_hints
from analytics.profile.scales import FEWEST_STEPS, MOST_STEPS, in_order_of_scale
from analytics.results import Quantity

NEVER_SUMMED: tuple[Quantity, ...] = (
    "price", "temperature", "rate", "percentage", "ordinal", "latitude", "longitude", "coordinate",
)  # fmt: skip
"""Quantities whose rows do not add up."""
PLACES: tuple[Quantity, ...] = ("latitude", "longitude", "coordinate")
_LAST_STEP = 10
"""Largest number of a scale of numbers."""
_PRICES = {"price", "prices", "preis", "preise", "prix", "precio", "precios", "prezzo"}
_COSTS, _UNITS = {"cost", "value", "charge", "fee", "fare"}, {"unit", "each", "piece", "item"}
_TEMPERATURES = {
    "temp", "temps", "temperature", "temperatures", "temperatur", "celsius", "fahrenheit", "kelvin", "tmin",
    "tmax", "tavg", "tmean", "dewpoint", "dewp", "sst",
}  # fmt: skip
_RATES = {
    "rate", "rates", "ratio", "ratios", "quota", "density", "speed", "velocity", "mpg", "mph", "kmh", "kph",
    "rpm", "bpm", "percapita", "capita", "percap", "pressure", "humidity",
}  # fmt: skip
_PARTS = {"share", "fraction", "proportion", "probability", "prob"}
_PERCENT = {"percent", "percentage", "pct", "perc", "prozent", "pourcentage", "porcentaje"}
_SCALES = {
    "rating", "ratings", "rate", "stars", "star", "grade", "level", "stage", "tier", "class", "priority",
    "severity", "quality", "satisfaction", "likert", "rank", "score", "stufe", "note", "health", "condition",
    "importance", "agreement", "pclass", "religious", "education", "educ", "happiness", "risk",
}  # fmt: skip
_PER = re.compile(r"[a-z\d)][_ ]per[_ ]|[a-z\d]Per[A-Z]", re.ASCII)
AVERAGED = (
    "temp", "rate", "ratio", "pct", "percent", "price", "age", "score", "rating", "avg", "average", "mean", "median",
    "level", "index", "speed", "delay", "duration", "hour", "minute", "height", "weight", "length", "width",
    "depth", "size", "lat", "lon", "pressure", "humidity", "wind", "visib", "mpg", "gallon", "unemployment",
    "year", "yrs", "mass", "std", "carat", "since", "exper", "tenure", "horsepower", "displacement",
    "subscriber", "follower", "inhabitant", "backlog", "employ", "worker", "staff", "headcount", "inventor", "balance",
    "member", "user", "household", "resident", "population",
)  # fmt: skip
"""Beginnings of words of measures that nobody adds up."""
ADDED = (
    "sale", "revenue", "amount", "total", "cost", "fare", "tip", "toll", "profit", "spend", "spent", "precip", "rain",
    "quantity", "qty", "count", "number", "birth", "death", "turnover", "payment", "tax", "fee", "income", "volume",
    "donation", "budget", "gross", "umsatz", "menge", "cancelled", "canceled", "died", "killed",
    "injured", "sold", "vote", "hours_worked", "generation", "production", "consumption", "emission",
)  # fmt: skip
"""Beginnings of words of counts and amounts."""
_MONEY = {
    "sale", "sales", "revenue", "amount", "total", "cost", "costs", "fare", "tip", "tolls", "profit", "spend",
    "turnover", "payment", "tax", "income", "budget", "gross", "umsatz",
}  # fmt: skip
_COUNTS = {"count", "counts", "cnt", "qty", "quantity", "quantities", "anzahl", "menge", "num", "nb"}
_SOLD = (_COUNTS - {"num"}) | {"sold", "units"}
"""Words of columns that say how much was bought at a price."""
_CASES = (_COUNTS - {"num"}) | {"n", "population", "households"}
"""Words of columns that say how many cases a rate is of."""
FREQUENCIES = frozenset(["freq", "frequency", "frequencies"])
"""Names of columns of whole numbers that say how many cases a row stands for, as tables of counts have them."""
_PLACE_WORDS: dict[Quantity, tuple[set[str], float, float]] = {
    "latitude": ({"lat", "latitude"}, -90.0, 90.0),
    "longitude": ({"lon", "lng", "long", "longitude"}, -180.0, 360.0),
    "coordinate": (
        {"coordinate", "coordinates", "coord", "coords", "easting", "eastings", "northing", "northings"},
        -np.inf,
        np.inf,
    ),
}


class QuantityReason(NamedTuple):
    """A quantity, what it was told by, and the order of its steps."""

    quantity: Quantity | None
    """Kind of the quantity; None where nothing is known."""
    reason: str = ""
    """A few words for people."""
    order: tuple[str, ...] = ()
    """Values of a scale, lowest first."""


def explain_quantity(series: Series, role: str) -> QuantityReason:
    """Tell what kind of quantity a column holds, and why.

    Args:
        series: The column, or a sample of it.
        role: Its role.

    Returns:
        No quantity for identifiers, times, texts and columns about which nothing is known. What the user named goes
        before.
    """
    hint = column_hints(series, str(series.name))
    named = hint.role if hint is not None else None
    if named is not None:
        if named not in (*NEVER_SUMMED, "count", "amount"):
            return QuantityReason(None)
        return QuantityReason(named, "named in the hints", tuple(_steps(series)) if named == "ordinal" else ())
    words = _words(str(series.name))
    if role == "number" and is_number(series):
        return _of_numbers(series, words, str(series.name))
    if role == "category" and not is_number(series) and (order := _steps(series)):
        return QuantityReason("ordinal", f"steps of a scale, {order[0]} to {order[-1]}", tuple(order))
    return QuantityReason(None)


def quantity_fields(series: Series, role: str, reason: str) -> dict[str, Any]:
    """Fields of a column's profile on its quantity; `reason` is that of the role."""
    found = explain_quantity(series, role)
    reason = "; ".join(dict.fromkeys(filter(None, (reason, found.reason))))
    return {"quantity": found.quantity, "reason": reason, "order": list(found.order)}


def is_never_summed(frame: pd.DataFrame | Relation, column: str) -> str:
    """The quantity of a column whose rows do not add up, such as `price`; empty for all others.

    Args:
        frame: The rows; of a relation, a sample tells it.
        column: A number column.
    """
    table = frame.sample() if isinstance(frame, Relation) else frame
    series: Series = table[find_column(table, column)]
    hint = column_hints(frame, str(series.name))
    if hint is not None and hint.aggregate is not None:
        return "measure by the hints" if hint.aggregate == "mean" else ""
    if hint is not None and hint.role is not None:
        return hint.role if hint.role in NEVER_SUMMED else ""
    quantity = _of_numbers(series, _words(str(series.name)), str(series.name)).quantity if is_number(series) else None
    return quantity if quantity in NEVER_SUMMED else ""


def check_sum(frame: pd.DataFrame | Relation, column: str) -> None:
    """Check that the rows of a column may be added up.

    Raises:
        AnalysisInputError: They do not add up, as those of a price.
    """
    if quantity := is_never_summed(frame, column):
        raise AnalysisInputError(f"column {column!r} is a {quantity}, whose rows are never added up: use the mean")


def _words(name: str) -> set[str]:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return {word.casefold() for word in re.findall(r"[^\W\d_]+|%", parted)}


def _of_numbers(series: Series, words: set[str], name: str) -> QuantityReason:
    values = _finite(series)
    if not values.size:
        return QuantityReason(None)
    low, high = float(values.min()), float(values.max())
    if low >= 0 and high <= 1 and ((values == 0) | (values == 1)).all():
        return QuantityReason(None)  # flags are neither counted nor measured
    for place, (named, least, most) in _PLACE_WORDS.items():
        if words & named and least <= low and high <= most:
            unit = "" if place == "coordinate" else " degrees"
            return QuantityReason(place, f"named like a {place}, from {low:.4g} to {high:.4g}{unit}")
    whole = bool((values == np.floor(values)).all())
    if whole and words & _SCALES and (steps := _numbered_steps(values)):
        return QuantityReason("ordinal", f"steps of a scale, {steps[0]} to {steps[-1]}", tuple(steps))
    if words & _PERCENT or "%" in name:
        return QuantityReason("percentage", "named like a percentage")
    if words & _TEMPERATURES:
        return QuantityReason("temperature", "named like a temperature")
    if words & _PRICES or (words & _COSTS and words & _UNITS):
        return QuantityReason("price", "named like a price")
    is_part = words & _PARTS and low >= 0 and high <= 1 and not whole
    if words & _RATES or is_part or _PER.search(name):
        return QuantityReason("rate", "named like a rate")
    if whole and low >= 0 and words & _COUNTS:
        return QuantityReason("count", "named like a count")
    if adds_up(words, whole=_is_stored_whole(series), positive=low >= 0):
        return QuantityReason(*(("count", "named by what it counts") if whole and not words & _MONEY
                                else ("amount", "named like an amount")))  # fmt: skip
    return QuantityReason(None)


def adds_up(words: Iterable[str], *, whole: bool, positive: bool) -> bool:
    """Tell by the words of its name whether the rows of a measure add up: counts, and amounts of money or rain.

    Args:
        words: Words of its name, in small letters.
        whole: It is stored as whole numbers.
        positive: None of its values is negative.
    """
    # Whole numbers are counts if they are called by what they count: flights, births, but not hwy or salary.
    words = list(words)
    counts = whole and any(word.endswith("s") and not word.endswith(("ss", "us", "is")) for word in words)
    counts |= whole and bool(words) and FREQUENCIES.issuperset(words)
    added = any(word.startswith(ADDED) or word.endswith("total") for word in words)
    return (counts or added) and (positive or added) and not is_averaged_by_name(words)


def is_averaged_by_name(words: Iterable[str]) -> bool:
    """Tell by the words of its name whether a measure is one that nobody adds up, such as a temperature or an age."""
    return any(word.startswith(AVERAGED) or word.endswith("index") for word in words)


def _is_stored_whole(series: Series) -> bool:
    return str(series.dtype).lower().startswith(("int", "uint"))


def _finite(series: Series) -> Floats:
    values = series.to_numpy(dtype=np.float64, na_value=np.nan)
    return values[np.isfinite(values)]


def _numbered_steps(values: Floats) -> list[str]:
    """The numbers of a scale, which begins at 0 or 1 and leaves few out."""
    steps = np.unique(values[:50_000])
    begins = steps[0] in (0, 1) and steps[-1] <= _LAST_STEP
    if not begins or steps.size < FEWEST_STEPS or steps.size < 0.5 * (steps[-1] - steps[0] + 1):
        return []
    return [f"{step:.0f}" for step in steps]


def _steps(series: Series) -> list[str]:
    """Values of a scale in words or of ranges, lowest first; none if they have no known order."""
    if isinstance(series.dtype, pd.CategoricalDtype) and series.dtype.ordered:
        return [label(value) for value in series.dtype.categories][:MOST_STEPS]
    different = series.unique()
    different = different[~pd.isna(different)]
    return in_order_of_scale([label(value) for value in different]) if len(different) <= MOST_STEPS else []


def weight_of(frame: pd.DataFrame | Relation, column: str) -> str | None:
    """The column that says how much each row of a price, rate or percentage stands for, such as the quantity sold.

    Args:
        frame: The rows; of a relation, a sample tells it.
        column: A number column.

    Returns:
        None where no column is called like one, or several are.
    """
    quantity = is_never_summed(frame, column)
    if quantity not in ("price", "rate", "percentage"):
        return None
    table = frame.sample() if isinstance(frame, Relation) else frame
    wanted = _SOLD if quantity == "price" else _CASES
    found = [
        name for name in map(str, table.columns) if name != column and _words(name) & wanted and is_number(table[name])
    ]
    found = [name for name in found if bool((_finite(table[name]) >= 0).all())]
    return found[0] if len(found) == 1 else None
