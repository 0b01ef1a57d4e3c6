"""Role of a column (number, category, time, …), inferred from its type, its name and its values."""

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from analytics.columns import Floats, Series, is_number, is_text, parse_times
from analytics.engine.facts import facts_of
from analytics.engine.figures import Facts
from analytics.engine.relation import Relation
from analytics.hints.hints import column_hints
from analytics.profile.quantities import PLACES, explain_quantity
from analytics.results import Role, RoleOrQuantity

_ID_NAME = re.compile(
    r"(?:^|[_\W])(?:id|ids|uuid|guid|key|pk|fk|sku|isbn|issn|iban|bic|ssn|zip|zipcode|postcode|postal_code|plz|code|codes|"
    r"phone|fips|geoid|npi|ean|upc|gtin|imei|vin|account|acct|cusip|isin|naics|sic|ndc|cas|pmid|siret|siren)$"
    r"|[a-z](?:Id|ID|Uuid|UUID)$|^unnamed: \d+$",
    re.IGNORECASE,
)
"""Names of codes: their numbers are no quantities, however few differ."""
_COUNTER_NAME = re.compile(
    r"(?:^|[_\W])(?:number|nr|no|num|serial|row|index|obs|observation|subject|respondent)$|^row_?names?$|^column_1$|^#$",
    re.IGNORECASE,
)
"""Names of codes or of quantities (`order_number`, `price_index`), which only the values tell apart."""
_CODED_NAME = re.compile(
    r"(?:^|[_\W])(?:sex|gender|geschlecht|race|ethnicity|religion|region|marital|marital_status|occupation|industry)$",
    re.IGNORECASE,
)
"""Names of kinds that surveys write as numbers: 1 and 2 for the sexes."""
_THING_NAME = re.compile(
    r"(?:^|[_\W])(?:county|state|district|precinct|ward|tract|borough|municipality|zone|station|store|branch|depot|"
    r"warehouse|department|dept|route|terminal)_?(?:nr|no|num|number)?$",
    re.IGNORECASE,
)
"""Names of things that are told apart by a number: county 7 is no amount."""
_MOST_KINDS = 20
_STEP_NAME = re.compile(r"time|t|trend|period|step|tick", re.IGNORECASE)
"""Names of columns that number points in time one after the other."""
_YEAR_NAME = re.compile(
    r"(?:^|[_\W])(?:year|yr|jahr|ann\u00e9e|a\u00f1o|anno|ano)(?:$|[_\W])|(?<=[a-z])Year|^\u0e1b\u0e35", re.IGNORECASE
)
_CODE_DIGITS = 9
"""Digits from which numbers of one length that hardly repeat are codes."""
_CAMEL_ID = re.compile(r"[a-z](?:Id|ID|Key|UUID)$")
_DATE_PARTS = {
    "year": (1000, 3000),
    "quarter": (1, 4),
    "month": (1, 12),
    "week": (0, 53),
    "weekday": (0, 7),
    "day_of_week": (0, 7),
    "dayofweek": (0, 7),
    "day": (1, 366),
    "day_of_month": (1, 31),
    "date_of_month": (1, 31),
    "hour": (0, 24),
    "minute": (0, 60),
    "qtr": (1, 4),
    "season": (1, 4),
    "mnth": (1, 12),
    "mth": (1, 12),
    "wday": (0, 7),
    "dow": (0, 7),
    "hr": (0, 24),
    "\u0e40\u0e14\u0e37\u0e2d\u0e19": (1, 12),
}
_LAST_WORDS = ("hour", "weekday", "month", "quarter")
_FEW = 50
"""A text column with at most this many different values is a category, however few rows there are."""


ROLES: tuple[Role, ...] = ("number", "category", "text", "time", "boolean", "identifier")


class RoleReason(NamedTuple):
    """A role, and what it was told by."""

    role: Role
    """Use of the column."""
    reason: str
    """A few words for people."""


def infer_role(series: Series, distinct: int, known: Facts | None = None) -> Role:
    """The role of a column, as `explain_role` tells it."""
    return explain_role(series, distinct, known).role


def explain_role(series: Series, distinct: int, known: Facts | None = None) -> RoleReason:
    """Tell what a column is used for, and why.

    Args:
        series: The column, or a sample of it.
        distinct: Its number of different values, missing ones not counted.
        known: Facts of the whole column, where the series is a sample.

    Returns:
        `identifier` for codes whose mean says nothing, also when they look like numbers; `category` for date parts
        (year, month, …) and text that repeats; else what the type says. A role that the user named goes before.
    """
    name = str(series.name)
    hint = column_hints(series, name)
    if hint is not None and hint.role is not None:
        return RoleReason(_role_named(hint.role, series), "named in the hints")
    if pd.api.types.is_bool_dtype(series.dtype):
        return RoleReason("boolean", "true or false")
    present = int(series.notna().sum()) if known is None else known.present
    if is_number(series):
        return _number_role(_ends(series) if known is None else known, name, present, distinct)
    if parse_times(series) is not None:
        return RoleReason("time", "dates or times")
    if isinstance(series.dtype, pd.CategoricalDtype):
        return RoleReason("category", "stored as categories")
    nearly_all_distinct = present > 1 and distinct >= 0.95 * present
    if nearly_all_distinct and (_is_id_name(name) or _COUNTER_NAME.search(name.strip().replace(" ", "_"))):
        return RoleReason("identifier", "named like a code, and nearly every value differs")
    if not is_text(series):
        return RoleReason("text", "neither numbers, times nor plain text")
    if distinct <= min(_FEW, max(2, present // 2)) or distinct <= 0.05 * present:
        return RoleReason("category", f"text that repeats: {distinct:,} different values in {present:,} rows")
    words = series.dropna().head(1000).astype("str").str.strip()
    one_word = float((~words.str.contains(r"\s")).mean()) if len(words) else 0.0
    has_digit = float(words.str.contains(r"\d").mean()) if len(words) else 0.0
    numeric = float(words.str.fullmatch(r"[-+]?(?:[1-9][\d.,]*|0(?:[.,]\d+)?)").mean()) if len(words) else 0.0
    if numeric > 0.5:  # numbers stored as text
        return RoleReason("text", "numbers stored as text")
    if nearly_all_distinct and one_word > 0.95 and has_digit > 0.8:
        return RoleReason("identifier", "words with digits, nearly all different")
    return RoleReason("text", f"text that hardly repeats: {distinct:,} different values in {present:,} rows")


def numbers_and_facts(series: Series) -> tuple[Floats | None, Facts | None]:
    """The values of a column of NumPy's numbers as floats, and what tells its role.

    Returns:
        None for other columns, and for whole numbers that floats cannot tell apart.
    """
    if not isinstance(series.dtype, np.dtype) or series.dtype.kind not in "iuf":
        return None, None
    values = series.to_numpy(dtype=np.float64)
    if series.dtype.kind != "f" and bool((np.abs(values) >= 2**53).any()):
        return None, None
    return values, _facts(values[~np.isnan(values)])


def _role_named(named: RoleOrQuantity, series: Series) -> Role:
    """The role of a column whose role or quantity the user named: words of a scale are a category."""
    if named == "ordinal":
        return "number" if is_number(series) else "category"
    return named if named in ROLES else "number"


def names_codes(name: str) -> bool:
    """Tell by its name whether the whole numbers of a column are years or codes, whose digits are not parted."""
    return bool(_YEAR_NAME.search(name)) or _is_id_name(name)


def _is_id_name(name: str) -> bool:
    return bool(_ID_NAME.search(name.strip().replace(" ", "_")) or _CAMEL_ID.search(name.strip()))


def _ends(series: Series) -> Facts:
    values = series.to_numpy(dtype=np.float64, na_value=np.nan)
    return _facts(values[~np.isnan(values)])


def _facts(present: Floats) -> Facts:
    whole = bool(present.size and np.isfinite(present).all() and (present == np.floor(present)).all())
    low, high = (float(present.min()), float(present.max())) if whole else (None, None)
    return Facts(present=present.size, is_whole=whole, low=low, high=high)


def _last_word_part(name: str) -> tuple[int, int] | None:
    """The span of a part of dates that the last word names: `peak_hour`, but not `kilometres_per_hour`."""
    words = re.split(r"[_\W]+", name.strip().lower())
    named = len(words) > 1 and words[-1] in _LAST_WORDS and words[-2] not in ("per", "a", "of")
    return _DATE_PARTS[words[-1]] if named else None


def _number_role(known: Facts, name: str, present: int, distinct: int) -> RoleReason:
    if not known.is_whole:
        return RoleReason("number", "numbers with fractions" if present else "a number column without values")
    low, high = float(known.low), float(known.high)
    part = _DATE_PARTS.get(name.strip().lower()) or _last_word_part(name)
    if part and part[0] <= low and high <= part[1]:
        return RoleReason("category", f"named like a part of dates, from {low:.0f} to {high:.0f}")
    if _YEAR_NAME.search(name) and low >= 1500 and high <= 2600:
        return RoleReason("category", f"years, from {low:.0f} to {high:.0f}")
    coded = _CODED_NAME.search(name.strip().replace(" ", "_"))
    if coded and low >= 0 and 1 < high < 100 and 1 < distinct <= _MOST_KINDS:  # 0 and 1 are a flag
        return RoleReason("category", f"numbers for kinds, with few values: {distinct:,}")
    if _is_id_name(name) or (low >= 0 and high > 1 and _THING_NAME.search(name.strip().replace(" ", "_"))):
        if distinct > 20 or distinct == present:
            return RoleReason("identifier", "named like a code")
        return RoleReason("category", f"named like a code, with few values: {distinct:,}")
    digits = len(f"{low:.0f}")
    if digits >= _CODE_DIGITS and len(f"{high:.0f}") == digits and distinct >= 0.95 * present and present >= 20:
        return RoleReason("identifier", f"whole numbers of {digits} digits that hardly repeat")
    if _STEP_NAME.fullmatch(name.strip()) and distinct == present and high - low == present - 1 and present > 1:
        return RoleReason("identifier", "numbers the points in time")
    if not _COUNTER_NAME.search(name.strip().replace(" ", "_")):
        return RoleReason("number", "whole numbers")
    run = distinct == present and high - low == present - 1
    compound = re.search(r"index$", name.strip(), re.IGNORECASE) and len(name.strip()) > len("index")
    if run or (distinct == present and not compound):
        return RoleReason("identifier", "named like a counter, and every value differs")
    return RoleReason("number", "whole numbers that repeat")


def measures(frame: pd.DataFrame | Relation) -> list[str]:
    """Columns whose numbers measure something: numbers that are no identifiers, date parts, latitudes or longitudes."""
    if isinstance(frame, Relation):
        sample, known = frame.sample(), facts_of(frame)
        numbers = [name for name in frame.columns if is_number(sample[name])]
        found = [name for name in numbers if infer_role(sample[name], known[name].distinct, known[name]) == "number"]
        return [name for name in found if explain_quantity(sample[name], "number").quantity not in PLACES]
    columns: list[tuple[str, Series]] = [(str(name), frame[name]) for name in frame.columns]
    return [
        name
        for name, values in columns
        if is_number(values)
        and infer_role(values, int(values.nunique())) == "number"
        and explain_quantity(values, "number").quantity not in PLACES
    ]
