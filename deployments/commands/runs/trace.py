"""`analyst trace`: what a run did, for how long, and at what price."""

import json
import time
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from deployments.terminal.messages import DONE, FAILED, Stop, console, load_settings, plain

if TYPE_CHECKING:
    from runtime.runs.listing import RunInfo

_PAUSE_SECONDS = 0.5
"""Seconds between two looks at a run that is followed."""


def trace(
    run: str | None = None,
    *,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    in_browser: Annotated[bool, Parameter(name="--open", negative="")] = False,
    follow: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Show what a run did: agents, model calls, tool calls, replays and failures, with time, tokens and cost.

    Args:
        run: Beginning of the run's id, as `analyst runs` shows it; by default the newest run.
        as_json: Print one JSON object; with --follow one for each span that starts or ends, a line each.
        in_browser: Write a page with search and time bars, and open it in the browser.
        follow: Print what happens until the run ends.
    """
    load_settings()
    if in_browser and (follow or as_json):
        raise Stop("--open writes a page, and --follow and --json print: give one of them.")
    from runtime.runs.listing import NoSuchRunError
    from runtime.store.database import StoreError

    try:
        found = _find(run)
        if follow:
            _follow(found, as_json=as_json)
        elif in_browser:
            _open(found)
        else:
            _print(found, as_json=as_json)
    except NoSuchRunError as error:
        raise Stop(str(error), hint="`analyst runs` lists the runs.") from None
    except StoreError as error:
        raise Stop(str(error), code=FAILED) from None
    return DONE


def _find(prefix: str | None) -> "RunInfo":
    from runtime.runs.listing import find_run, recent_runs

    if prefix is not None:
        return find_run(prefix)
    newest = recent_runs(1)
    if not newest:
        raise Stop("There is no run yet.", hint="`analyst analyze DATASET` starts one.")
    return newest[0]


def _print(run: "RunInfo", *, as_json: bool) -> None:
    from deployments.trace.tree import show
    from runtime.trace.reading import read_trace

    found = read_trace(run)
    if as_json:
        print(json.dumps(found.model_dump(mode="json"), ensure_ascii=False))  # noqa: T201 - the command's output
    else:
        show(found, console())


def _follow(run: "RunInfo", *, as_json: bool) -> None:
    from deployments.trace.tree import Lines
    from runtime.trace.reading import follow, read_trace
    from tasks.trace.words import totals

    screen = console()
    lines = Lines(screen)
    for now, spans in follow(run):
        if as_json:
            for span in spans:
                print(json.dumps(span.model_dump(mode="json"), ensure_ascii=False), flush=True)  # noqa: T201 - as above
        else:
            lines.show(spans)
        if now.state == "running":
            time.sleep(_PAUSE_SECONDS)
        elif not as_json:
            screen.print(f"Run {now.id[:8]} {now.state}{f': {plain(now.error)}' if now.error else ''}")
            screen.print(" · ".join(f"{label}: {value}" for label, value in totals(read_trace(now))))


def _open(run: "RunInfo") -> None:
    from deployments.terminal.browser import show_page
    from runtime.files.data_directory import DataDirectoryError
    from runtime.trace.reading import read_trace
    from tasks.trace.page import write_page

    try:
        path = write_page(read_trace(run))
    except (DataDirectoryError, OSError) as error:
        raise Stop(f"The page cannot be written: {error}", code=FAILED) from None
    show_page(path)
