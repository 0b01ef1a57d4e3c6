"""Arguments of `analyst memory`: names of facts, runs and times."""

from datetime import datetime, timedelta

from deployments.terminal.messages import Stop


def fact_number(fact: str) -> int:
    """Read the name of a fact, such as M3.

    Raises:
        Stop: It is no such name.
    """
    digits = fact.strip().upper().removeprefix("M")
    if not digits.isdecimal() or len(digits) > 9:
        raise Stop(f"{fact!r} is no name of a fact, such as M3.", hint="`analyst memory list` shows them.")
    return int(digits)


def run_id(prefix: str) -> str:
    """Return the whole id of a run.

    Raises:
        Stop: No run or several begin so.
    """
    from runtime.runs.listing import NoSuchRunError, find_run

    try:
        return find_run(prefix).id
    except NoSuchRunError as error:
        if len(prefix) == 36:  # whose record `analyst clean` has removed
            return prefix
        raise Stop(str(error), hint="`analyst runs` lists them; a whole id is taken as it is.") from None


def start_of(text: str | None) -> datetime | None:
    """Read the first moment of a day or time."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Stop(f"{text!r} is no day or time, such as 2013-02-08 or 2013-02-08T18:00.") from None


def end_of(text: str | None) -> datetime | None:
    """Read the first moment after a day, or a time."""
    found = start_of(text)
    whole_day = found is not None and text is not None and len(text) <= len("2013-02-08")
    return found + timedelta(days=1) if found is not None and whole_day else found


def expiry_of(text: str | None) -> float | None:
    """Return the end of a day, or a time, in seconds since 1970; days are those of this machine's time zone.

    Raises:
        Stop: It is over already: such a fact would be told to nobody.
    """
    found = end_of(text)
    if found is not None and found.astimezone() <= datetime.now().astimezone():
        raise Stop(
            f"--expires {text} is over already, so that nobody would be told.",
            hint="`analyst memory forget` removes a fact.",
        )
    return None if found is None else found.astimezone().timestamp()
