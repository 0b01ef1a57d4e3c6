"""`analyst doctor`: check the installation and its surroundings."""

from typing import Annotated

from cyclopts import Parameter

from deployments.terminal.messages import BROKEN, DONE, console, load_settings, plain


def doctor(*, as_json: Annotated[bool, Parameter(name="--json", negative="")] = False) -> int:
    """Check Python, packages, data directory, model, Prefect and fonts, and say what to do about each.

    Exits with 1 when something is broken.

    Args:
        as_json: Print the checks as one JSON array.
    """
    load_settings()
    from deployments.doctor import examine
    from runtime.prefect_server.settings import apply_prefect_settings

    apply_prefect_settings(quiet=True)
    if as_json:
        import json

        checks = list(examine())
        print(json.dumps([check.model_dump() for check in checks], ensure_ascii=False))  # noqa: T201 - the output
        return BROKEN if any(check.status == "broken" for check in checks) else DONE

    from rich.text import Text

    marks = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "broken": ("✗", "red")}
    screen, code = console(), DONE
    for check in examine():
        screen.print(Text.assemble(marks[check.status], f" {check.name:<15}", plain(check.found)))
        if check.advice:
            screen.print(Text(f"  {'':<15}{plain(check.advice)}", style="dim"))
        if check.status == "broken":
            code = BROKEN
    return code
