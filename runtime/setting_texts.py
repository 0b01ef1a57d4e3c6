"""Forms in which environment variables give lists, numbers by model, budgets and prices.

Each function takes the text of a variable. What is no text was given by code and is returned as it is, for Pydantic to
check. A `ValueError` says which form is meant.
"""

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from runtime.data_roots import parse_roots, split_roots
from runtime.validation import is_amount


def targets_by_person(value: object) -> object:
    """Return recipients of notifications by the name before each, as in `ada=mailtos://… bob=slack://…`.

    Raises:
        ValueError: There is no name before one.
    """
    if not isinstance(value, str):
        return value
    pairs = [one.partition("=") for one in value.split()]
    if not all(name and target and "/" not in name for name, _, target in pairs):
        raise ValueError("not of the form ada=mailtos://…, with a name before each recipient")
    return {name: target for name, _, target in pairs}


def words(value: object) -> object:
    """Read `one two`: several texts with spaces between."""
    return tuple(value.split()) if isinstance(value, str) else value


def in_turn(value: object) -> object:
    """Read `openai:gpt-5-mini,offline`: several texts with commas between."""
    return tuple(one.strip() for one in value.split(",")) if isinstance(value, str) else value


def listed_roots(value: object) -> object:
    """Read roots of data with spaces between, of which quotes hold a path with spaces together; checks each."""
    roots = split_roots(value) if isinstance(value, str) else value
    if isinstance(roots, list | tuple):
        parse_roots([str(root) for root in roots])  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
    return roots  # pyright: ignore[reportUnknownVariableType]


def numbers_by_model(value: object) -> object:
    """Read `openai:gpt-5-mini=4 offline=2`: a number from 1 on for each model."""
    if not isinstance(value, str):
        return value
    pairs = [one.rpartition("=") for one in value.split()]
    if not all(name and number.isdecimal() and int(number) > 0 for name, _, number in pairs):
        raise ValueError("not of the form openai:gpt-5-mini=4, with a number from 1 on")
    return {name: int(number) for name, _, number in pairs}


def budgets_by_label(value: object) -> object:
    """Read `tenant:acme=20/month`: US dollars in a day or month for each label."""
    if not isinstance(value, str):
        return value
    pairs = [one.rpartition("=") for one in value.split()]
    amounts = {name: amount.partition("/") for name, _, amount in pairs}
    if not all(name and is_amount(usd) and per in ("day", "month") for name, (usd, _, per) in amounts.items()):
        raise ValueError("not of the form tenant:acme=20/month, with US dollars a day or a month")
    return {name: (usd, per) for name, (usd, _, per) in amounts.items()}


def prices_by_model(value: object) -> object:
    """Read `openai:gpt-5-mini=0.25/2`: US dollars for a million tokens in and out; one number holds for both."""
    if not isinstance(value, str):
        return value
    pairs = [one.rpartition("=") for one in value.split()]
    amounts = {name: amount.partition("/") for name, _, amount in pairs}
    if not all(":" in name and is_amount(one) and is_amount(two or one) for name, (one, _, two) in amounts.items()):
        raise ValueError("not of the form openai:gpt-5-mini=0.25/2, with US dollars for a million tokens in and out")
    return {name: (one, two or one) for name, (one, _, two) in amounts.items()}


def checked_zone(value: str) -> str:
    """Return the name of a time zone if it is one.

    Raises:
        ValueError: There is no such zone.
    """
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("not an IANA time zone such as Europe/Berlin") from error
    return value


def absolute_path(value: Path) -> Path:
    """Return the absolute path: a relative one would mean another directory in a server or worker that runs elsewhere.

    Raises:
        ValueError: It begins with `~NAME` of a user who has no home directory.
    """
    try:
        return value.expanduser().absolute()
    except RuntimeError as error:
        raise ValueError(f"{value.parts[0]} is no user's home directory on this machine") from error
