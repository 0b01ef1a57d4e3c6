"""Settings, which a user gives by environment variables that start with `ANALYST_`.

No `.env` file is read: a file that happens to lie in the directory where a run is started would change where its
results and keys live.
"""

import os
from contextlib import suppress
from datetime import time
from decimal import Decimal
from pathlib import Path
from threading import RLock
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, PositiveFloat, PositiveInt, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from runtime.data_roots import DataRoots, parse_roots, split_roots
from runtime.validation import checked_cron, checked_name, is_amount


class DataDirectoryError(OSError):
    """Error raised when the data directory cannot be used; the message says why and what to do."""


def default_home() -> Path:
    """Return the data directory for when `ANALYST_HOME` is not set.

    Follows the XDG Base Directory specification: `$XDG_DATA_HOME/analyst-flows`, else `~/.local/share/analyst-flows`.
    """
    base = os.environ.get("XDG_DATA_HOME", "")
    # The specification says that relative paths are invalid and must be ignored.
    root = Path(base) if Path(base).is_absolute() else Path.home() / ".local" / "share"
    return root / "analyst-flows"


class Settings(BaseSettings):
    """Settings of this process. Use `get_settings()`, which reads the environment once."""

    model_config = SettingsConfigDict(
        env_prefix="ANALYST_", env_ignore_empty=True, extra="ignore", frozen=True, use_attribute_docstrings=True
    )

    home: Path = Field(default_factory=default_home)
    """Directory that holds results, data snapshots, reports and the store."""
    model: str | None = None
    """Model to use when none is named, such as openai:gpt-5-mini, ollama:qwen3 or offline."""
    models: Annotated[tuple[str, ...] | None, NoDecode] = None
    """Models that stand in for each other when none is named, such as openai:gpt-5-mini,ollama:qwen3,offline: each
    answers where those before it fail for good. Goes before `model`."""
    results_key: SecretStr | None = Field(default=None, min_length=16)
    """Key that seals stored results, so that nobody without it can forge one: 16 characters or more. It must be the
    same on every host that reads the results; after a change all results are made again."""
    store_url: str | None = None
    """SQLAlchemy URL of the store; null means a SQLite file in `home`."""

    schedule_dataset: str | None = None
    """Path or URL that the scheduled run analyses; without it `analyst serve` runs on events only."""
    schedule_cron: Annotated[str, AfterValidator(checked_cron)] = "0 7 * * *"
    """Start of the scheduled run, as a cron expression."""
    schedule_timezone: str = "UTC"
    """IANA time zone in which `schedule_cron` and `expected_by` are read."""
    expected_dataset: Annotated[str, AfterValidator(checked_name)] | None = None
    """Name of a data set whose update is expected every day; if it does not come, `alerts` are notified."""
    expected_by: time = time(7)
    """Time of the day by which it should have been updated, such as 07:00."""
    model_limits: Annotated[dict[str, PositiveInt] | None, NoDecode] = None
    """Requests at once to a model, by all runs on the Prefect server together, such as openai:gpt-5-mini=4; several
    with spaces between. `analyst serve` and `analyst deploy` make them the server's, and the runs need them, too."""
    context_tokens: Annotated[dict[str, PositiveInt] | None, NoDecode] = None
    """Tokens that a model reads and writes at most in one request, where that is not known or a server gives it less,
    such as ollama:qwen3:4b=8192; several with spaces between."""

    daily_usd: Decimal | None = Field(default=None, ge=0)
    """US dollars that all runs of the store may spend in a day, which begins at 00:00 UTC."""
    monthly_usd: Decimal | None = Field(default=None, ge=0)
    """The same for a calendar month."""
    budgets: Annotated[dict[str, tuple[Decimal, Literal["day", "month"]]] | None, NoDecode] = None
    """US dollars that runs with a label may spend together, such as tenant:acme=20/month dataset:sales=2/day with
    spaces between. Labels are a run's Prefect tags, deployment:NAME and dataset:NAME."""
    prices: Annotated[dict[str, tuple[Decimal, Decimal]] | None, NoDecode] = None
    """US dollars for a million input and output tokens of models without a list price, or with another one, such as
    openai:gpt-5-mini=0.2/1.6 ollama:qwen3:4b=0 with spaces between; one number holds for both."""
    output_tokens: int = Field(default=8192, ge=16)
    """Most tokens of one answer where a budget holds and the agent sets no max_tokens; a smaller budget lowers it."""

    trace_content: Literal["on", "off"] = "on"
    """Traces hold prompts, arguments of tools and texts of errors; off keeps only their sizes and kinds."""

    private: Literal["on", "off"] = "off"
    """Private mode of every analysis: models see no values of cells."""
    private_rows: int = Field(default=5, ge=2)
    """Fewest rows that a figure stands for in private mode."""
    private_columns: Annotated[tuple[str, ...] | None, NoDecode] = None
    """Columns that private mode shows, by name or pattern such as sales_*, with commas between; by default all."""
    private_told: Literal["tokens", "names"] = "tokens"
    """What notifications, routed findings and artifacts of a private run hold in place of the values of categories."""

    events: Literal["on", "off"] = "on"
    """Runs send events to the Prefect server; off keeps them in the store alone."""

    recoveries: int = Field(default=3, ge=0)
    """Number of times an interrupted run of a deployment is resumed before it stays failed."""
    alerts: Annotated[tuple[str, ...] | None, NoDecode] = None
    """Recipients of a notification when it stays failed: Apprise URLs and names of Prefect notification blocks, with
    spaces between."""
    approvers: Annotated[tuple[str, ...] | None, NoDecode] = None
    """Names of the users who may decide about approvals, with spaces between; by default whoever can write the store.
    A decision of somebody who may not decide any more does not count."""
    approval_seconds: PositiveFloat | None = None
    """Seconds in which an approval has to be decided; by default there is no such time."""
    approval_timeout: Literal["deny", "escalate"] = "deny"
    """What becomes of it then: it counts as denied, or it stays open as overdue."""
    tenant: Annotated[str, Field(max_length=100)] | None = None
    """Tenant whose memory is used; null where there is only one."""
    memory: Literal["off", "read", "write"] = "read"
    """What agents may do with the memory: nothing, recall confirmed facts, or propose new ones as well."""
    memory_admins: Annotated[tuple[str, ...] | None, NoDecode] = None
    """Names of the users who may change the memory, with spaces between; by default whoever can write the store."""
    stop_seconds: float = Field(default=60, ge=0)
    """Seconds for runs to finish when `analyst serve` is told to stop."""

    data_roots: Annotated[tuple[str, ...] | None, NoDecode] = None
    """Data that events and parameters of deployments may read: directories, beginnings of URLs such as
    https://data.example.org/lake/, and private networks such as 10.1.0.0/16, with spaces between; by default nothing.
    Quotes hold a path with spaces together."""
    report_root: Path | None = None
    """Directory of reports for which no other place is named. Runs of deployments write reports nowhere else; null
    means `reports` in `home`."""
    routes_root: Path | None = None
    """Directory of the only routes.yaml that runs of deployments may use, under no data root; null means none."""

    listen_token: SecretStr | None = None
    """Bearer token that senders of events to `analyst listen` have to show."""
    listen_secret: SecretStr | None = None
    """Key with which senders of events to `analyst listen` sign their requests (HMAC-SHA256, Standard Webhooks)."""
    listen_rate: int = Field(default=120, gt=0)
    """Requests a minute that `analyst listen` takes from one address; unknown senders are counted separately."""
    listen_s3_root: str | None = None
    """Directory or http(s) address above BUCKET/KEY where S3 objects can be read, such as /mnt/lake/ or
    https://minio.example.org/; without it `analyst listen` refuses notices of S3."""

    data_memory: Annotated[str, Field(pattern=r"^[1-9][0-9]*(MB|GB|MiB|GiB)$")] = "1GB"
    """Memory in which DuckDB works over large tables, such as 512MB; what does not fit goes to `data_temp`."""
    data_temp: Path | None = None
    """Directory for what does not fit into `data_memory`; null means beside the data snapshots in `home`."""

    server_start_timeout: float = Field(default=120, gt=0)
    """Seconds to wait for the embedded Prefect server; the first start also creates its database."""

    model_retries: int = Field(default=4, ge=0)
    """Number of times a failed model request is tried again."""
    model_retry_delay: float = Field(default=1, ge=0)
    """Most seconds before a model request is tried again the first time; doubled after that. The wait is random."""
    model_wait_seconds: float = Field(default=300, ge=0)
    """Most seconds to wait when a model's server says when to ask again, and until a circuit closes; 0 to fail."""
    circuit_failures: int = Field(default=5, ge=0)
    """Failures of a model's server in `window_seconds` from which on no run asks it for `circuit_seconds`, if at least
    half of the requests fail; 0 for never."""
    circuit_seconds: float = Field(default=30, gt=0)
    """Seconds for which no run asks a model whose circuit is open; then one request goes ahead."""
    window_seconds: float = Field(default=60, gt=0)
    """Seconds in which failures and retries of a model are counted."""
    retry_share: float = Field(default=0.2, ge=0)
    """Most retries of requests to a model, as a share of its calls in `window_seconds`, by all runs of the store."""
    retry_minimum: int = Field(default=60, ge=0)
    """Number of retries in `window_seconds` that are made in any case."""
    model_idle_seconds: float = Field(default=300, gt=0)
    """Most seconds without a byte of a model's answer. Before an answer that is not streamed, nothing comes at all."""
    model_seconds: float = Field(default=600, gt=0)
    """Most seconds for a whole answer of a model."""
    model_answer_bytes: int = Field(default=8 * 1024 * 1024, gt=0)
    """Most bytes of a model's answer; a larger one is cut off."""
    tool_retries: int = Field(default=2, ge=0)
    """Number of times a failed tool call is tried again."""
    tool_retry_delay: float = Field(default=0.5, ge=0)
    """Seconds before a tool call is tried again."""
    tool_seconds: float = Field(default=60, gt=0)
    """Seconds that a data tool may take before the model is told to ask for less. A SQL statement may take 10."""

    @field_validator("home", "report_root", "routes_root", "data_temp")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        # A relative path would mean another directory in a server or worker that runs elsewhere.
        if value is None:
            return None
        try:
            return value.expanduser().absolute()
        except RuntimeError as error:
            raise ValueError(f"{value.parts[0]} is no user's home directory on this machine") from error

    @field_validator("alerts", "approvers", "memory_admins", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value

    @field_validator("models", "private_columns", mode="before")
    @classmethod
    def _in_turn(cls, value: object) -> object:
        return tuple(one.strip() for one in value.split(",")) if isinstance(value, str) else value

    @field_validator("data_roots", mode="before")
    @classmethod
    def _roots(cls, value: object) -> object:
        roots = split_roots(value) if isinstance(value, str) else value
        if isinstance(roots, list | tuple):
            parse_roots([str(root) for root in roots])  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
        return roots  # pyright: ignore[reportUnknownVariableType]

    @field_validator("model_limits", "context_tokens", mode="before")
    @classmethod
    def _by_model(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [one.rpartition("=") for one in value.split()]
        if not all(name and number.isdecimal() and int(number) > 0 for name, _, number in pairs):
            raise ValueError("not of the form openai:gpt-5-mini=4, with a number from 1 on")
        return {name: int(number) for name, _, number in pairs}

    @field_validator("budgets", mode="before")
    @classmethod
    def _by_label(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [one.rpartition("=") for one in value.split()]
        amounts = {name: amount.partition("/") for name, _, amount in pairs}
        if not all(name and is_amount(usd) and per in ("day", "month") for name, (usd, _, per) in amounts.items()):
            raise ValueError("not of the form tenant:acme=20/month, with US dollars a day or a month")
        return {name: (usd, per) for name, (usd, _, per) in amounts.items()}

    @field_validator("prices", mode="before")
    @classmethod
    def _price_by_model(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [one.rpartition("=") for one in value.split()]
        amounts = {name: amount.partition("/") for name, _, amount in pairs}
        if not all(":" in name and is_amount(one) and is_amount(two or one) for name, (one, _, two) in amounts.items()):
            raise ValueError(
                "not of the form openai:gpt-5-mini=0.25/2, with US dollars for a million tokens in and out"
            )
        return {name: (one, two or one) for name, (one, _, two) in amounts.items()}

    @field_validator("schedule_timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("not an IANA time zone such as Europe/Berlin") from error
        return value

    @property
    def roots(self) -> DataRoots:
        """Data that events and parameters of deployments may read."""
        return parse_roots(self.data_roots or ())

    @property
    def private_home(self) -> Path:
        """Directory `home`, which is made if it is missing."""
        return _private_directory(self.home)

    @property
    def results_dir(self) -> Path:
        """Directory of the results of model and tool calls."""
        return self._private("results")

    @property
    def datasets_dir(self) -> Path:
        """Directory of data snapshots."""
        return self._private("datasets")

    @property
    def locks_dir(self) -> Path:
        """Directory of lock files, by which runs that would make the same call wait for each other."""
        return self._private("locks")

    @property
    def reports_dir(self) -> Path:
        """Directory of reports for which no other place is named."""
        return self.report_root or self._private("reports")

    @property
    def traces_dir(self) -> Path:
        """Directory of the pages that `analyst trace --open` writes."""
        return self._private("traces")

    @property
    def stats_dir(self) -> Path:
        """Directory of the page that `analyst stats --open` writes."""
        return self._private("stats")

    @property
    def store(self) -> str:
        """SQLAlchemy URL of the store."""
        return self.store_url or f"sqlite:///{self.private_home / 'store.db'}"

    def close_directories(self) -> None:
        """Make existing directories private, since Prefect's own storage writes to them."""
        with suppress(OSError):  # reported when they are used
            for name in ("", "results", "datasets", "locks", "reports", "traces", "stats"):
                _close(self.home / name)

    def _private(self, name: str) -> Path:
        return _private_directory(self.private_home / name)


def _private_directory(path: Path) -> Path:
    """Make a directory, if it is missing, that only this user can read, even inside a shared parent."""
    try:
        for directory in [*reversed(path.parents), path]:
            if not directory.exists():
                directory.mkdir(mode=0o700, exist_ok=True)
        _close(path)
    except OSError as error:
        raise DataDirectoryError(
            f"The data directory {path} cannot be made: {error.strerror or error}. Set ANALYST_HOME to a directory you "
            "can write to."
        ) from error
    if not path.is_dir():
        raise DataDirectoryError(f"{path} is a file, not a directory. Move it away or set ANALYST_HOME.")
    if not os.access(path, os.W_OK | os.X_OK):
        raise DataDirectoryError(f"{path} is not writable. Change its permissions or set ANALYST_HOME.")
    return path


def _close(path: Path) -> None:
    """Take the permissions of group and others from a directory that another program or a person has made."""
    if path.is_dir() and (mode := path.stat().st_mode) & 0o077:
        with suppress(PermissionError):  # it is another user's
            path.chmod(mode & 0o700)


HOLD_SECRETS = frozenset({"results_key", "listen_token", "listen_secret", "alerts", "store_url"})
"""Fields whose values are not shown, not even where they cannot be used."""


class _SharedSettings:
    """Reads the settings at the first call and returns the same object from then on.

    A thread that is reading them while they are cleared must not bring the old ones back, as `functools.cache` lets it.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._settings: Settings | None = None

    def __call__(self) -> Settings:
        """Return the settings of this process, which are read from the environment at the first call.

        Returns:
            One shared object. Tests that change the environment call `get_settings.cache_clear()`.

        Raises:
            pydantic.ValidationError: A variable cannot be used; the error names it.
        """
        settings = self._settings
        if settings is None:
            with self._lock:
                settings = self._settings = self._settings or Settings()
        return settings

    def cache_clear(self) -> None:
        """Forget the settings: the next call reads the environment again."""
        with self._lock:
            self._settings = None


get_settings = _SharedSettings()
