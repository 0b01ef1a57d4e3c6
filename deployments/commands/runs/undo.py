"""`analyst undo`: undo what a run has done."""

import getpass
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from deployments.terminal.messages import DONE, FAILED, Stop, console, load_settings, plain

if TYPE_CHECKING:
    from runtime.effects import LoggedEffect


def undo(
    run: str,
    *,
    dry_run: Annotated[bool, Parameter(negative="")] = False,
    entrypoint: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Undo the effects of a run that name how they are undone, newest first, each once.

    What may or may not have happened is listed and left. A run that is resumed after that does again what was undone.

    Args:
        run: Beginning of the run's id, as `analyst runs` shows it.
        dry_run: Say what would be undone, and undo nothing.
        entrypoint: Where the flow is, as path/to/script.py:flow or package.module.flow, if it is in a script or has
            moved. It is imported for the functions that undo.
        as_json: Print one JSON array.
    """
    load_settings()
    from deployments.run_code import FlowNotFoundError, absolute, in_directory, load_flow, row_of
    from runtime.effects import UndoRefusedError, logged_effects, undo_run
    from runtime.prefect_server.settings import apply_prefect_settings
    from runtime.runs.listing import NoSuchRunError, find_run
    from runtime.store.database import StoreError

    apply_prefect_settings(quiet=True)
    entrypoint = absolute(entrypoint)
    try:
        found = find_run(run)
        effects = logged_effects(found.id)
        before = {one.effect for one in effects if one.state == "undone"}
        if not dry_run and any(one.state in ("done", "undo unknown") for one in effects):
            row = row_of(found.id)
            where = entrypoint or row.entrypoint
            if where is None:
                script = row.script or "path/to/script.py:flow"
                said = f"The flow of run {found.id[:8]} is in a script, or not at the top level of a module."
                raise Stop(said, hint=f"analyst undo {found.id[:8]} --entrypoint {script}")
            with in_directory(row.directory):
                load_flow(where, row.import_root)
                effects = undo_run(found.id, reason=f"analyst undo by {getpass.getuser()}")
    except NoSuchRunError as error:
        raise Stop(str(error), hint="`analyst runs` lists the runs.") from None
    except (FlowNotFoundError, UndoRefusedError) as error:
        raise Stop(str(error)) from None
    except StoreError as error:
        raise Stop(str(error), code=FAILED) from None
    if as_json:
        import json

        said = [
            one.model_dump(include={"action", "undo", "state", "result", "problem", "times_undone", "at"})
            for one in effects
        ]
        print(json.dumps(said, ensure_ascii=False))  # noqa: T201 - the output
    elif not effects:
        console().print(f"Run {found.id[:8]} has done nothing that can be undone.")
    else:
        _show(effects, before, dry_run=dry_run)
    left = any(one.state != "undone" for one in effects)
    return DONE if dry_run or not left else FAILED


def _show(effects: "list[LoggedEffect]", before: set[str], *, dry_run: bool) -> None:
    for one in effects:
        said = f"{one.action} ({one.result})" if one.state in ("done", "undo unknown") else one.action
        if one.state == "undone":
            line = f"{'Undone before' if one.effect in before else 'Undone'}: {said}"
        elif one.state == "done":
            line = f"Would be undone by {one.undo}: {said}" if dry_run else f"Not undone: {said}: {one.problem}"
        else:
            line = f"Unknown, look yourself: {said}: {one.problem}"
        console().print(plain(f"{line}."))
