"""Settings, which a user gives by environment variables that start with `ANALYST_`.

No `.env` file is read: a file that happens to lie in the directory where a run is started would change where its
results and keys live.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import time
from decimal import Decimal
from pathlib import Path
from threading import RLock
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PositiveFloat, PositiveInt, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from runtime.data_roots import DataRoots, parse_roots
from runtime.files.data_directory import default_home, make_private, private_directory
from runtime.private_members.pydantic import find_docstrings_quickly
from runtime.setting_texts import (
    absolute_path,
    budgets_by_label,
    checked_zone,
    in_turn,
    listed_roots,
    numbers_by_model,
    prices_by_model,
    targets_by_person,
    words,
)
from runtime.validation import checked_cron, checked_name

find_docstrings_quickly()  # before the first model

_Directory = Annotated[Path, AfterValidator(absolute_path)]
_Words = Annotated[tuple[str, ...] | None, NoDecode, BeforeValidator(words)]
_InTurn = Annotated[tuple[str, ...] | None, NoDecode, BeforeValidator(in_turn)]
_NumbersByModel = Annotated[dict[str, PositiveInt] | None, NoDecode, BeforeValidator(numbers_by_model)]


class Settings(BaseSettings):
    """Settings of this process. Use `get_settings()`, which reads the environment once."""

    model_config = SettingsConfigDict(
        env_prefix="ANALYST_", env_ignore_empty=True, extra="ignore", frozen=True, use_attribute_docstrings=True
    )

    home: _Directory = Field(default_factory=default_home)
    """Directory that holds results, data snapshots, reports and the store."""
    model: str | None = None
    """Model to use when none is named, such as openai:gpt-5-mini, ollama:qwen3 or offline."""
    models: _InTurn = None
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
    schedule_timezone: Annotated[str, AfterValidator(checked_zone)] = "UTC"
    """IANA time zone in which `schedule_cron` and `expected_by` are read."""
    expected_dataset: Annotated[str, AfterValidator(checked_name)] | None = None
    """Name of a data set whose update is expected every day; if it does not come, `alerts` are notified."""
    expected_by: time = time(7)
    """Time of the day by which it should have been updated, such as 07:00."""
    model_limits: _NumbersByModel = None
    """Requests at once to a model, by all runs on the Prefect server together, such as openai:gpt-5-mini=4; several
    with spaces between. `analyst serve` and `analyst deploy` make them the server's, and the runs need them, too."""
    context_tokens: _NumbersByModel = None
    """Tokens that a model reads and writes at most in one request, where that is not known or a server gives it less,
    such as ollama:qwen3:4b=8192; several with spaces between."""

    daily_usd: Decimal | None = Field(default=None, ge=0)
    """US dollars that all runs of the store may spend in a day, which begins at 00:00 UTC."""
    monthly_usd: Decimal | None = Field(default=None, ge=0)
    """The same for a calendar month."""
    budgets: Annotated[
        dict[str, tuple[Decimal, Literal["day", "month"]]] | None, NoDecode, BeforeValidator(budgets_by_label)
    ] = None
    """US dollars that runs with a label may spend together, such as tenant:acme=20/month dataset:sales=2/day with
    spaces between. Labels are a run's Prefect tags, deployment:NAME and dataset:NAME."""
    prices: Annotated[dict[str, tuple[Decimal, Decimal]] | None, NoDecode, BeforeValidator(prices_by_model)] = None
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
    private_columns: _InTurn = None
    """Columns that private mode shows, by name or pattern such as sales_*, with commas between; by default all."""
    private_told: Literal["tokens", "names"] = "tokens"
    """Form of categories' values in notifications, routed findings and artifacts of a private run."""

    events: Literal["on", "off"] = "on"
    """Runs send events to the Prefect server; off keeps them in the store alone."""

    recoveries: int = Field(default=3, ge=0)
    """Number of times an interrupted run of a deployment is resumed before it stays failed."""
    alerts: _Words = None
    """Recipients of a notification when it stays failed: Apprise URLs and names of Prefect notification blocks, with
    spaces between."""
    approvers: _Words = None
    """Names of the users who may decide about approvals, with spaces between; by default whoever can write the store.
    A decision of somebody who may not decide any more does not count."""
    approval_seconds: PositiveFloat | None = None
    """Seconds in which an approval has to be decided; by default there is no such time."""
    approval_timeout: Literal["deny", "escalate"] = "deny"
    """Outcome when that time is over: the approval counts as denied, or it stays open as overdue."""
    approval_recipients: Annotated[dict[str, str] | None, NoDecode, BeforeValidator(targets_by_person)] = None
    """People who are sent a link to decide about each approval by `analyst listen`, such as ada=mailtos://…
    bob=slack://… with spaces between: a name for the record, and an Apprise URL or a Prefect notification block."""
    approval_link_seconds: PositiveFloat = 86400
    """Seconds after which such a link is not valid any more."""
    tenant: Annotated[str, Field(max_length=100)] | None = None
    """Tenant whose memory is used; null where there is only one."""
    memory: Literal["off", "read", "write"] = "read"
    """Use of the memory by agents: none, recalling confirmed facts, or proposing new ones as well."""
    memory_admins: _Words = None
    """Names of the users who may change the memory, with spaces between; by default whoever can write the store."""
    stop_seconds: float = Field(default=60, ge=0)
    """Seconds for runs to finish when `analyst serve` is told to stop."""
    warm_starts: Literal["on", "off"] = "on"
    """Runs of `analyst serve` start from a process that has done their imports, on Linux; off for a new Python each."""

    data_roots: Annotated[tuple[str, ...] | None, NoDecode, BeforeValidator(listed_roots)] = None
    """Data that events and parameters of deployments may read: directories, beginnings of URLs such as
    https://data.example.org/lake/, and private networks such as 10.1.0.0/16, with spaces between; by default nothing.
    Quotes hold a path with spaces together."""
    report_root: _Directory | None = None
    """Directory of reports for which no other place is named. Runs of deployments write reports nowhere else; null
    means `reports` in `home`."""
    routes_root: _Directory | None = None
    """Directory of the only routes.yaml that runs of deployments may use, under no data root; null means none."""

    listen_token: SecretStr | None = None
    """Bearer token that senders of events to `analyst listen` have to show."""
    listen_secret: SecretStr | None = None
    """Key with which senders of events to `analyst listen` sign their requests (HMAC-SHA256, Standard Webhooks)."""
    listen_rate: int = Field(default=120, gt=0)
    """Requests a minute that `analyst listen` takes from one address; unknown senders are counted separately."""
    listen_url: Annotated[str, Field(pattern=r"^https?://[^\s?#]+$")] | None = None
    """Address under which people reach `analyst listen`, for links, such as https://analyst.example.org; null means
    the address on which it listens."""
    listen_s3_root: str | None = None
    """Directory or http(s) address above BUCKET/KEY where S3 objects can be read, such as /mnt/lake/ or
    https://minio.example.org/; without it `analyst listen` refuses notices of S3."""

    data_memory: Annotated[str, Field(pattern=r"^[1-9][0-9]*(MB|GB|MiB|GiB)$")] = "1GB"
    """Memory in which DuckDB works over large tables, such as 512MB; what does not fit goes to `data_temp`."""
    data_temp: _Directory | None = None
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

    @property
    def roots(self) -> DataRoots:
        """Data that events and parameters of deployments may read."""
        return parse_roots(self.data_roots or ())

    @property
    def private_home(self) -> Path:
        """Directory `home`, which is made if it is missing."""
        return private_directory(self.home)

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
                make_private(self.home / name)

    def _private(self, name: str) -> Path:
        return private_directory(self.private_home / name)


HOLD_SECRETS = frozenset({"results_key", "listen_token", "listen_secret", "alerts", "approval_recipients", "store_url"})
"""Fields whose values are not shown, not even where they cannot be used."""


class _SharedSettings:
    """Reads the settings at the first call and returns the same object from then on.

    A thread that is reading them while they are cleared must not bring the old ones back, as `functools.cache` lets it.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._settings: Settings | None = None
        self._read: Callable[[], Settings] = Settings

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
                settings = self._settings = self._settings or self._read()
        return settings

    def cache_clear(self) -> None:
        """Forget the settings: the next call reads the environment again."""
        with self._lock:
            self._settings = None


get_settings = _SharedSettings()
