"""`analyst memory`: facts that outlive a run, for the people who answer for them."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from deployments.terminal.fact_arguments import end_of, expiry_of, fact_number, run_id, start_of
from deployments.terminal.facts import show_changes, show_fact, show_facts
from deployments.terminal.messages import DONE, FAILED, Stop, console, load_settings, plain, refusal

_Kind = Literal["property", "event", "incident"]
_Json = Annotated[bool, Parameter(name="--json", negative="")]

memory = App(name="memory", help="Keep facts about data sets that runs are told: list, add, confirm, forget, revert.")


@memory.command(name="list")
def list_(
    *query: str,
    dataset: str | None = None,
    run: str | None = None,
    all_: Annotated[bool, Parameter(name="--all", negative="")] = False,
    limit: int = 100,
    as_json: _Json = False,
) -> int:
    """List facts, newest first; with words, those that have them, best first.

    Args:
        query: Words to look for.
        dataset: Only facts on this data set and on all.
        run: Beginning of the id of the run that they came from.
        all_: Forgotten and expired ones as well.
        limit: Most facts.
        as_json: Print one JSON array.
    """
    with _errors() as access:
        from runtime.memory.search import list_facts

        states: Any = ("proposed", "confirmed", "forgotten") if all_ else ("proposed", "confirmed")
        found = list_facts(
            access,
            " ".join(query),
            dataset=dataset,
            states=states,
            run=None if run is None else run_id(run),
            expired=all_,
            limit=limit,
        )
    if as_json:
        _print_json([one.model_dump(mode="json") for one in found])
    elif not found:
        console().print("No facts. `analyst memory add` adds one.")
    else:
        show_facts(found)
    return DONE


@memory.command
def show(fact: str, /, *, as_json: _Json = False) -> int:
    """Show one fact with its source.

    Args:
        fact: Its name, such as M3.
        as_json: Print one JSON object.
    """
    with _errors() as access:
        from runtime.memory.search import show as read

        found, _ = read(access, fact_number(fact))
    if as_json:
        _print_json(found.model_dump(mode="json"))
    else:
        show_fact(found)
    return DONE


@memory.command
def add(
    text: str,
    /,
    *,
    dataset: str | None = None,
    kind: _Kind = "property",
    subject: str = "",
    column: str | None = None,
    from_: Annotated[str | None, Parameter(name="--from")] = None,
    to: str | None = None,
    expires: str | None = None,
) -> int:
    """Add a fact that you know.

    Args:
        text: The fact in one sentence of at most 300 characters.
        dataset: Name of the data set that it is about; by default of all.
        kind: property for what holds for the data, event for what happened in a period, incident for a known problem.
        subject: Who or what it is about, such as "store 17".
        column: Column that it is about; by default any.
        from_: First day or time at which it holds, in the time of the data, such as 2013-02-08.
        to: Last day, or time until which it holds.
        expires: Day after which it is not told any more.
    """
    with _errors() as access:
        from runtime.memory.types import NewFact
        from runtime.memory.writing import add as write

        times = {"valid_from": start_of(from_), "valid_until": end_of(to), "expires": expiry_of(expires)}
        fields = {"dataset": dataset, "kind": kind, "subject": subject, "column": column}
        if kind == "event" and times["valid_from"] is None:
            raise Stop("An event has a time: say when with --from, and --to if it took longer than a day.")
        if kind == "event" and times["valid_until"] is None:
            times["valid_until"] = end_of(from_)
        found = write(access, NewFact.model_validate({"text": text, **fields, **times}))
    console().print(plain(f"{found.name}: {found.text}"))
    return DONE


@memory.command
def edit(
    fact: str,
    /,
    *,
    text: str | None = None,
    subject: str | None = None,
    column: str | None = None,
    from_: Annotated[str | None, Parameter(name="--from")] = None,
    to: str | None = None,
    expires: str | None = None,
    confirm: Annotated[bool, Parameter(negative="")] = False,
    note: str | None = None,
) -> int:
    """Change a fact, or confirm one that an agent has proposed.

    Args:
        fact: Its name, such as M3.
        text: New text.
        subject: New subject.
        column: New column.
        from_: New first day or time at which it holds.
        to: New last day, or time until which it holds.
        expires: Day after which it is not told any more.
        confirm: Confirm it; a change confirms it as well.
        note: Why, for the history.
    """
    times = {"valid_from": start_of(from_), "valid_until": end_of(to), "expires": expiry_of(expires)}
    fields = {"text": text, "subject": subject, "column": column, **times}
    changes = {name: value for name, value in fields.items() if value is not None}
    if not changes and not confirm:
        raise Stop("Nothing is changed: give --text, another field, or --confirm.")
    with _errors() as access:
        from runtime.memory.writing import confirm as confirm_fact
        from runtime.memory.writing import edit as change

        number = fact_number(fact)
        found = change(access, number, changes, note=note) if changes else confirm_fact(access, number, note=note)
    console().print(plain(f"{found.name} is {found.state}: {found.text}"))
    return DONE


@memory.command
def forget(fact: str | None = None, /, *, run: str | None = None, note: str | None = None) -> int:
    """Forget a fact, or all that came from a run. `analyst memory revert` brings a fact back.

    Args:
        fact: Its name, such as M3.
        run: Beginning of the id of the run.
        note: Why, for the history.
    """
    if (fact is None) == (run is None):
        raise Stop("Name a fact, such as `analyst memory forget M3`, or a run with --run.")
    with _errors() as access:
        from runtime.memory.writing import forget as forget_fact
        from runtime.memory.writing import forget_run

        if fact is not None:
            found = [forget_fact(access, fact_number(fact), note=note)]
        else:
            found = forget_run(access, run_id(run or ""), note=note)
    names = ", ".join(one.name for one in found)
    console().print(f"Forgotten: {names}." if found else "Nothing came from that run.")
    return DONE


@memory.command
def history(fact: str, /, *, as_json: _Json = False) -> int:
    """Show every change of a fact, oldest first.

    Args:
        fact: Its name, such as M3.
        as_json: Print one JSON array.
    """
    with _errors() as access:
        from runtime.memory.search import show as read

        _, changes = read(access, fact_number(fact))
    if as_json:
        _print_json([one.model_dump(mode="json") for one in changes])
    else:
        show_changes(changes)
    return DONE


@memory.command
def revert(fact: str, /, *, version: int | None = None, note: str | None = None) -> int:
    """Bring a fact back to what it was.

    Args:
        fact: Its name, such as M3.
        version: Version of `analyst memory history`; by default the one before the newest.
        note: Why, for the history.
    """
    with _errors() as access:
        from runtime.memory.writing import revert as bring_back

        found = bring_back(access, fact_number(fact), version, note=note)
    console().print(plain(f"{found.name} is {found.state}: {found.text}"))
    return DONE


@memory.command
def export(*, dataset: str | None = None) -> int:
    """Print all facts that are known, one JSON object a line.

    Args:
        dataset: Only facts on this data set and on all.
    """
    with _errors() as access:
        from runtime.memory.search import list_facts

        found = list_facts(access, dataset=dataset, limit=1_000_000)
    for one in found:
        _print_json(one.model_dump(mode="json"))
    return DONE


@memory.command
def backup(file: Path, /) -> int:
    """Write the whole memory with its history to a file that only you can read.

    Args:
        file: The file.
    """
    with _errors() as access:
        from runtime.memory.backup import backup as write

        count = write(access, file.expanduser().absolute())
    console().print(f"{count} facts are in {file}.")
    return DONE


@memory.command
def restore(file: Path, /) -> int:
    """Read a backup into the memory, here or on another host. Facts that are there already stay as they are.

    Args:
        file: The file that `analyst memory backup` has written.
    """
    with _errors() as access:
        from runtime.memory.backup import restore as read

        count = read(access, file.expanduser().absolute())
    console().print(f"{count} facts were restored.")
    return DONE


@contextmanager
def _errors() -> Generator[Any]:
    """Yield the access of this user, and turn errors into lines for people."""
    load_settings()
    from pydantic import ValidationError

    from runtime.memory.access import person_access
    from runtime.memory.types import MemoryAccessError
    from runtime.store.database import StoreError

    try:
        yield person_access()
    except MemoryAccessError as error:
        raise Stop(str(error)) from None
    except ValidationError as error:
        raise Stop(refusal(error)) from None
    except (StoreError, OSError) as error:
        raise Stop(str(error), code=FAILED) from None


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False))  # noqa: T201 - the output
