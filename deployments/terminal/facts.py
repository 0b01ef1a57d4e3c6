"""Facts of the memory in the terminal."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from deployments.terminal.messages import console, plain

if TYPE_CHECKING:
    from runtime.memory.types import Change, Fact


def when(fact: "Fact") -> str:
    """Return the time of a fact in words: `2013-02-08 to 2013-02-09`, `from 2013-05-01`; a dash for always."""
    first, last = _moment(fact.valid_from), None
    if fact.valid_until is not None:
        until = fact.valid_until
        midnight = until == datetime.combine(until.date(), time())
        last = f"{until.date() - timedelta(days=1)}" if midnight else _moment(until)
    if first and last:
        return first if first == last else f"{first} to {last}"
    return f"from {first}" if first else f"until {last}" if last else "-"


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%d %H:%M}".removesuffix(" 00:00")


def show_facts(found: "list[Fact]") -> None:
    """Print facts as a table."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("Fact", "State", "Data set", "What", "When", "Source"):
        least = 30 if title == "What" else None
        table.add_column(title, no_wrap=title in ("Fact", "State"), overflow="fold", min_width=least)
    for one in found:
        said = f"{one.subject}: {one.text}" if one.subject else one.text
        source = str(one.source) + (f", confirmed by {one.confirmed_by}" if one.confirmed_by else "")
        table.add_row(one.name, one.state, plain(one.dataset or "all"), plain(said), when(one), plain(source))
    console().print(table)


def show_fact(one: "Fact") -> None:
    """Print all of one fact."""
    fields = {
        "Fact": one.text,
        "Kind": one.kind,
        "State": f"{one.state}, confidence {one.confidence:g}",
        "Data set": one.dataset or "all",
        "Subject": one.subject or "-",
        "Column": one.column or "any",
        "Holds": when(one),
        "Expires": "never"
        if one.expires is None
        else f"{datetime.fromtimestamp(one.expires).astimezone():%Y-%m-%d %H:%M}",
        "Source": f"{one.source}",
        "Confirmed by": one.confirmed_by or "-",
        "Version": f"{one.version}",
    }
    for name, value in fields.items():
        console().print(plain(f"{name + ':':14}{value}"))


def show_changes(changes: "list[Change]") -> None:
    """Print the history of a fact as a table."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("Version", "What", "When", "Who", "Text afterwards", "Note"):
        table.add_column(title)
    for one in changes:
        who = f"{one.by} ({one.origin})"
        table.add_row(
            f"{one.version}", one.action, _local(one.at), plain(who), plain(one.after.text), plain(one.note or "-")
        )
    console().print(table)


def _local(seconds: float) -> str:
    """Return a time in the time zone of the reader."""
    return f"{datetime.fromtimestamp(seconds).astimezone():%Y-%m-%d %H:%M:%S}"
