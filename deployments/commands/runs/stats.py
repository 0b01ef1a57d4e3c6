"""`analyst stats`: throughput, failures, cost, latency, recoveries and what replays saved."""

import json
import re
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from deployments.terminal.messages import DONE, FAILED, Stop, console, load_settings, plain

if TYPE_CHECKING:
    from runtime.stats.figures import Stats

_UNITS = {"m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_LONGEST_DAYS = 36_500
"""Longest time in days, a hundred years."""


def stats(
    *,
    since: str = "7d",
    by: Literal["model", "agent", "dataset", "deployment"] | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    in_browser: Annotated[bool, Parameter(name="--open", negative="")] = False,
) -> int:
    """Show figures over recent runs: throughput, failures, cost, latency, recoveries, and what replays saved.

    Args:
        since: Runs that began within this time, such as 30m, 24h, 7d or 4w.
        by: Give the figures of each model, agent, data set or deployment.
        as_json: Print one JSON object.
        in_browser: Write a page with charts, and open it in the browser.
    """
    load_settings()
    if in_browser and as_json:
        raise Stop("--open writes a page, and --json prints: give one of them.")
    seconds = _seconds(since)
    from runtime.stats.reading import read_stats
    from runtime.store.database import StoreError

    try:
        found = read_stats(seconds, by)
    except StoreError as error:
        raise Stop(str(error), code=FAILED) from None
    if as_json:
        print(json.dumps(found.model_dump(mode="json"), ensure_ascii=False))  # noqa: T201 - the command's output
    elif in_browser:
        _open(found)
    else:
        _print(found, since)
    return DONE


def _open(found: "Stats") -> None:
    from deployments.stats.page import write_page
    from deployments.terminal.browser import show_page
    from runtime.files.data_directory import DataDirectoryError

    try:
        path = write_page(found)
    except (DataDirectoryError, OSError) as error:
        raise Stop(f"The page cannot be written: {error}", code=FAILED) from None
    show_page(path)


def _seconds(text: str) -> float:
    match = re.fullmatch(r"(\d{1,9}(?:\.\d{1,3})?)([mhdw])", text.strip().lower())
    seconds = float(match[1]) * _UNITS[match[2]] if match else 0.0
    if not 0 < seconds <= _LONGEST_DAYS * 86400:
        raise Stop(f"--since is {text!r}; write a length of time such as 30m, 24h, 7d or 4w.")
    return seconds


def _print(found: "Stats", since: str) -> None:
    from rich.table import Table

    from deployments.stats.words import COLUMNS, GROUP_TITLES, group_columns

    screen = console()
    if not found.total.runs:
        screen.print(f"No run began within {since}. `analyst analyze DATASET` starts one.")
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for title, text in COLUMNS.items():
        table.add_row(title, text(found.total))
    screen.print(f"Runs that began within {since}:")
    screen.print(table)
    if found.by is None:
        return
    groups = Table(box=None, pad_edge=False, header_style="bold")
    groups.add_column(GROUP_TITLES[found.by], overflow="fold")
    columns = group_columns(found.by)
    for title in columns:
        groups.add_column(title, justify="right", no_wrap=True)
    for group in found.groups:
        name = plain(group.name) if group.name is not None else "-"
        groups.add_row(name, *(text(group.figures) for text in columns.values()))
    screen.print()
    screen.print(groups)
