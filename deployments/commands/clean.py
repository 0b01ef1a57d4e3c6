"""`analyst clean`: remove old records and results."""

from typing import Annotated

from cyclopts import Parameter

from deployments.terminal.messages import DONE, FAILED, Stop, console, load_settings


def clean(*, days: float = 90, dry_run: Annotated[bool, Parameter(negative="")] = False) -> int:
    """Remove records of runs and events, and stored results, that were not used for some time.

    Runs that are removed cannot be resumed. Reports and snapshots of data sets stay.

    Args:
        days: Age from which on they are removed, at least 1.
        dry_run: Say what would be removed, and remove nothing.
    """
    load_settings()
    from runtime.files.data_directory import DataDirectoryError
    from runtime.store.database import StoreError
    from runtime.store.retention import remove_older

    try:
        removed = remove_older(days, dry_run=dry_run)
    except ValueError as error:
        raise Stop(f"--days: {error}") from None
    except DataDirectoryError as error:
        raise Stop(str(error)) from None
    except StoreError as error:
        raise Stop(str(error), code=FAILED) from None
    counts = f"{removed.runs} runs, {removed.effects} effects, {removed.updates} updates, {removed.findings} findings"
    said = "Would remove" if dry_run else "Removed"
    console().print(f"{said} {counts} and {removed.results} files of results older than {days:g} days.")
    return DONE
