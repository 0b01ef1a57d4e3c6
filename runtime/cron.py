"""What a cron expression may look like, in settings and in the catalog."""

import re


def checked_cron(expression: str) -> str:
    """The expression, if Prefect can plan runs by it.

    Raises:
        ValueError: It is no cron expression of five fields, or its time never comes.
    """
    # Loaded here, since settings are read by every command. Prefect has a copy of its own, which loads all of Prefect.
    from croniter import croniter

    # Letters that stand for times of the library's own choice are refused by Prefect.
    if len(expression.split()) != 5 or re.search(r"\b[rh]\b", expression, re.IGNORECASE):
        raise ValueError("not a cron expression of five fields such as 0 7 * * 1-5")
    try:
        croniter(expression).get_next()
    except ValueError as error:
        raise ValueError(f"not a cron expression such as 0 7 * * 1-5 ({error})") from error
    return expression
