"""Checks of data set names, texts, amounts and cron expressions, for settings, events and the catalog."""

import re
import unicodedata

from runtime.texts.unseen import UNSEEN

NAME = r"[A-Za-z0-9][A-Za-z0-9._/=%+@-]*"
"""Pattern of data set names, without characters that have a meaning in Prefect's patterns or templates."""


def has_control(text: str) -> bool:
    """Tell whether a text holds control characters, line separators, surrogates or characters that nobody sees."""
    return UNSEEN.search(text) is not None or any(
        unicodedata.category(mark) in ("Cc", "Cs", "Zl", "Zp") for mark in text
    )


def checked_name(name: str) -> str:
    """Return the name if it is the valid name of a data set.

    Raises:
        ValueError: It is not valid; the message says which characters are.
    """
    if not re.fullmatch(NAME, name):
        raise ValueError(
            f"{name[:60]!r} is not a data set name: use letters, digits and . _ / - = % + @, such as sales/daily"
        )
    return name


def is_amount(text: str) -> bool:
    """Tell whether a text is an amount of money, such as `2` or `0.25`."""
    return re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text, re.ASCII) is not None


def checked_cron(expression: str) -> str:
    """Return the cron expression if Prefect can plan runs by it.

    Raises:
        ValueError: It is no cron expression of five fields, or its time never comes.
    """
    # Loaded here, since settings are read by every command. Prefect has a copy of its own, which loads all of Prefect.
    from croniter import croniter

    # Prefect refuses letters for which the library would choose a time itself.
    if len(expression.split()) != 5 or re.search(r"\b[rh]\b", expression, re.IGNORECASE):
        raise ValueError("not a cron expression of five fields such as 0 7 * * 1-5")
    try:
        croniter(expression).get_next()
    except ValueError as error:
        raise ValueError(f"not a cron expression such as 0 7 * * 1-5 ({error})") from error
    return expression
