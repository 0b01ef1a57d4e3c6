"""Budgets: what a run may spend, in money, tokens, requests and seconds."""

from decimal import Decimal
from math import ceil
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, model_validator

MICROS = 1_000_000
"""Millionths in a US dollar. Money is counted in whole millionths, each call rounded up, since sums of floats drift."""

_FORM = (
    "Write dollars, such as 0.50, or names and values, such as usd=0.5,requests=40 (usd, tokens, requests, seconds)."
)


class BudgetExceeded(RuntimeError):  # noqa: N818 - the outcome's name, which users see as the type of a failed run
    """The next model request could cost more than a ceiling leaves. What was done until then is stored.

    Attributes:
        of_run: Whether it is the run's own budget, which `analyst resume --budget` raises.
        report: Path of the report on what is known, if one was written.
        known: What a step that it ended had until then, for the report.
    """

    def __init__(self, message: str, *, of_run: bool = True) -> None:
        super().__init__(message)
        self.of_run = of_run
        self.report: str | None = None
        self.known: object = None


class BudgetError(ValueError):
    """A budget that cannot be kept or read; the message says why and what to do."""


class Budget(BaseModel):
    """Ceilings of one run, all attempts, agents and processes together. What is not named is not limited.

    A number, or text such as `0.50` or `usd=0.5,requests=40`, is read as a budget too; a number means US dollars.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    usd: Decimal | None = Field(default=None, ge=0, le=1_000_000)
    """US dollars for model requests, by list prices or `ANALYST_PRICES`."""
    tokens: PositiveInt | None = None
    """Input and output tokens of model requests."""
    requests: PositiveInt | None = None
    """Model requests that are made; answers from stored results are none."""
    seconds: float | None = Field(default=None, gt=0)
    """Seconds that processes work on the run. A model request is cut off at the end, a tool is not."""

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        if isinstance(value, bool):
            raise ValueError(_FORM)  # noqa: TRY004 - Pydantic takes a ValueError
        if isinstance(value, int | float | Decimal):
            return {"usd": str(value)}
        return _parts(value) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.usd is None and self.tokens is None and self.requests is None and self.seconds is None:
            raise ValueError(f"names no ceiling. {_FORM}")
        return self

    @property
    def micros(self) -> int | None:
        """`usd` in whole millionths, rounded down."""
        return None if self.usd is None else int(self.usd * MICROS)

    def __str__(self) -> str:
        """The budget as `--budget` takes it."""
        named = {name: value for name, value in self if value is not None}
        return ",".join(f"{name}={value:f}" if name == "usd" else f"{name}={value:g}" for name, value in named.items())


BudgetLike = Budget | float | str
"""A budget, US dollars, or text such as `usd=0.5,requests=40`."""


def as_budget(value: BudgetLike | None) -> Budget | None:
    """Read a budget.

    Raises:
        BudgetError: It is none.
    """
    from pydantic import ValidationError

    if value is None or isinstance(value, Budget):
        return value
    try:
        return Budget.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = f"{first['loc'][0]}: " if first["loc"] else ""
        said = first["msg"].removeprefix("Value error, ").rstrip(".")
        raise BudgetError(
            f"{value!r} is no budget: {where}{said}." + ("" if _FORM[:5] in said else f" {_FORM}")
        ) from None


def dollars(micros: int) -> str:
    """An amount for people, with as many digits as a request of a small model needs."""
    digits = 2 if micros % 10_000 == 0 else 4 if micros >= 1000 else 6
    return f"${micros / MICROS:,.{digits}f}"


def in_dollars(usd: float | None) -> str:
    """A price for people, rounded up to a millionth, as it is booked; `None` is an unknown one."""
    if usd is None:
        return "price unknown"
    return dollars(ceil(round(usd * MICROS, 3))) if usd else "$0"


def _parts(text: str) -> dict[str, str]:
    if "=" not in text:
        return {"usd": text.strip().removeprefix("$")}
    parts = [part.partition("=") for part in text.split(",")]
    names = [name.strip() for name, _, _ in parts]
    if len(set(names)) < len(names):
        raise ValueError("names one ceiling twice")
    return {name: value.strip().removeprefix("$") for name, (_, _, value) in zip(names, parts, strict=True)}
