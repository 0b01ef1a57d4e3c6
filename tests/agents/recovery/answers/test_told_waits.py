"""Waits that a model's server asks for are read in each form in which servers write them."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pydantic_ai.exceptions import ModelHTTPError

from agents.recovery.answers.told_waits import seconds_told


def in_an_hour():
    return datetime.now(UTC) + timedelta(hours=1)


def told(**headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return seconds_told(ModelHTTPError(429, "scripted", headers=named))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("1s", 1), ("6m0s", 360), ("1h2m3.5s", 3723.5), ("250ms", 0.25), ("12", 12), ("0.5", 0.5)],
)
def test_a_reset_is_read_as_a_duration(value, seconds):
    """Servers write the time to the reset with units or as plain seconds."""
    assert told(x_ratelimit_reset_requests=value) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "written",
    [
        lambda moment: str(moment.timestamp()),
        lambda moment: str(int(moment.timestamp() * 1000)),
        lambda moment: moment.isoformat(),
    ],
    ids=["seconds", "milliseconds", "ISO 8601"],
)
def test_a_reset_is_read_as_a_time(written):
    """Servers also write when the limit is reset: since 1970, or as a date."""
    assert told(x_ratelimit_reset=written(in_an_hour())) == pytest.approx(3600, abs=600)


def test_a_date_in_retry_after_is_read():
    """`Retry-After` may hold an HTTP date."""
    assert told(retry_after=format_datetime(in_an_hour(), usegmt=True)) == pytest.approx(3600, abs=600)


def test_retry_after_comes_before_resets():
    """The server's wait for this request counts more than the waits of its limits."""
    assert told(retry_after="2", x_ratelimit_reset_requests="1h") == 2


def test_only_limits_that_are_used_up_are_waited_for():
    """A limit with room left, which a server sends along, is no reason to wait."""
    waits = told(
        x_ratelimit_remaining_requests="0",
        x_ratelimit_reset_requests="3s",
        x_ratelimit_remaining_tokens="9000",
        x_ratelimit_reset_tokens="1h",
    )
    assert waits == 3


@pytest.mark.parametrize("value", ["", "soon", "-5", "nan", "inf", "1s and more"])
def test_what_cannot_be_read_is_no_wait(value):
    """A header of another form is as good as none."""
    assert told(x_ratelimit_reset_requests=value) is None
