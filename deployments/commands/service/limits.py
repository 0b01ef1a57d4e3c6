"""`analyst limits`: requests and tokens a minute that all runs of the store may send to a model together."""

import json
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from deployments.terminal.messages import DONE, FAILED, Stop, console, load_settings, plain

if TYPE_CHECKING:
    from runtime.models.rates import ModelLimit


def limits(
    model: str | None = None,
    *,
    requests: int | None = None,
    tokens: int | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Show the limits of models that all runs share, with what the last minute used of them; or set those of one.

    Args:
        model: Model whose limits are set, such as openai:gpt-5-mini.
        requests: Requests a minute; 0 takes the limit away.
        tokens: Input and output tokens a minute; 0 takes the limit away.
        as_json: Print one JSON array.
    """
    load_settings()
    changed = {"requests": requests, "tokens": tokens}
    _check(model, changed)
    from runtime.models.rates import limits as read_limits
    from runtime.models.rates import set_limit
    from runtime.store.database import StoreError

    try:
        if model is not None:
            set_limit(model, **{name: value or None for name, value in changed.items() if value is not None})
        _show(read_limits(), as_json=as_json)
    except StoreError as error:
        raise Stop(str(error), code=FAILED) from None
    return DONE


def _check(model: str | None, changed: dict[str, int | None]) -> None:
    given = [value for value in changed.values() if value is not None]
    if model is None and given:
        raise Stop("--requests and --tokens need a model, such as `analyst limits openai:gpt-5-mini --requests 60`.")
    if model is not None and not given:
        raise Stop(f"Nothing is set for {model}: give --requests, --tokens or both.")
    if model is not None and not all(model.partition(":")):
        raise Stop(f"{model!r} is no model with its provider, such as openai:gpt-5-mini.")
    if any(not 0 <= value <= 1_000_000_000 for value in given):
        raise Stop("--requests and --tokens are from 0 to 1,000,000,000.")


def _show(found: "dict[str, ModelLimit]", *, as_json: bool) -> None:
    from runtime.models.rates import shared_name, used
    from runtime.settings import get_settings

    at_once = {shared_name(name): limit for name, limit in (get_settings().model_limits or {}).items()}
    names = sorted({*found, *at_once})
    spent = used(names)
    rows: list[dict[str, Any]] = []
    for name in names:
        limit, now = found.get(name), spent[name]
        rows.append(
            {
                "model": name,
                "requests": limit and limit.requests,
                "requests_used": now.requests,
                "tokens": limit and limit.tokens,
                "tokens_used": now.tokens,
                "at_once": at_once.get(name),
            }
        )
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))  # noqa: T201 - the command's output
    elif not rows:
        console().print("No model has a limit. `analyst limits openai:gpt-5-mini --requests 60` sets one.")
    else:
        _print(rows)


def _print(rows: list[dict[str, Any]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Model", overflow="fold")
    for title in ("Requests a minute", "Tokens a minute", "At once"):
        table.add_column(title, justify="right")
    for row in rows:
        shares = [f"{row[f'{name}_used']:,} of {row[name]:,}" if row[name] else "-" for name in ("requests", "tokens")]
        table.add_row(plain(row["model"]), *shares, f"{row['at_once'] or '-'}")
    console().print(table)
