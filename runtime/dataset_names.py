"""What the name of a data set may look like, in events and in settings."""

import re

NAME = r"[A-Za-z0-9][A-Za-z0-9._/=%+@-]*"
"""What the name of a data set is made of: nothing that Prefect's patterns or templates read as more than text."""


def checked_name(name: str) -> str:
    """The name, if it is one.

    Raises:
        ValueError: It is not the name of a data set; the message says what one is made of.
    """
    if not re.fullmatch(NAME, name):
        raise ValueError(
            f"{name[:60]!r} is not a data set name: use letters, digits and . _ / - = % + @, such as sales/daily"
        )
    return name
