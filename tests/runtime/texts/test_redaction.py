"""Secrets are recognized and masked, and nothing else is."""

from typing import NamedTuple

import httpx
import pytest

from runtime.texts.redaction import (
    holds_secret,
    mask_error,
    masked,
    masking_errors,
    target_identity,
    target_without_secrets,
    without_secrets,
    without_target,
)


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "marked-key")
    monkeypatch.setenv("SHORT_API_KEY", "marked7")
    monkeypatch.setenv("LIMIT_API_KEY", "eight--8")
    monkeypatch.setenv("OTHER_URL", "redis://:pass-8-8@host/0")
    monkeypatch.setenv("SOME_URL", "postgresql://user:marked%40pass@host/name")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("key marked-key refused", "key *** refused"),
        ("password marked@pass or marked%40pass", "password *** or ***"),
        ("the key eight--8", "the key ***"),
        ("the password pass-8-8", "the password ***"),
        ("see https://user:pw@host/path", "see https://host/path"),
        ("https://h/?a=1&access_token=abc&b=2", "https://h/?a=1&access_token=***&b=2"),
        ("https://h/?X-Amz-Signature=abc", "https://h/?X-Amz-Signature=***"),
        ("https://h/?sv=1&sig=abc#x", "https://h/?sv=1&sig=***#x"),
        ("Incorrect API key provided: sk-proj-0123456789abcdef.", "Incorrect API key provided: ***."),
        ("Authorization: Bearer 0123456789abcdef0", "Authorization: Bearer ***"),
        ("AKIA" + "ABCDEFGHIJKLMNOP", "***"),
        ("{'api_key': 'zzzz-1234', 'page': 2}", "{'api_key': '***', 'page': 2}"),
        ('{"x-api-key": "zzzz-1234"}', '{"x-api-key": "***"}'),
        (r'"{\"access_token\": \"zzzz-1234\"}"', r'"{\"access_token\": \"***\"}"'),
        ("x-api-key: 0123456789abcdef", "x-api-key: ***"),
        ("read -----BEGIN RSA {0}-----\nMIIabc\n-----END RSA {0}----- so".format("PRIVATE" + " KEY"), "read *** so"),
        ("hf_" + "abcdefghijklmnopqrstuvwx", "***"),
        ("told tgram://123456789:abcdefg_hij/77", "told tgram://***/77"),
        ("told discord://123456789/AbCdEfGh", "told discord://***"),
    ],
)
def test_secrets_are_masked(text, said):
    """Keys of the environment, passwords and tokens in URLs, and keys of well-known forms are masked."""
    assert masked(text) == said
    assert holds_secret({"deep": [text]})


@pytest.mark.parametrize(
    "text",
    [
        "marked7 is too short to be told from a word",
        "mail ann@example.org about risk-adjusted revenue-per-user",
        "https://host/path?page=2&key_figures=3&monkey=4",
        "Basic information, bearer of news",
        '{"total_tokens": "12345678", "primary_key": "customer_id", "key": "value1234"}',
        "password: required; secret: how 12345678 was found",
        "",
    ],
)
def test_other_texts_stay(text):
    """Texts that only look a little like secrets stay as they are."""
    assert masked(text) == text
    assert not holds_secret([text, 7, None])


def test_a_field_that_is_called_like_a_key_is_masked():
    """A field's name alone tells that it holds a secret, in an error's body and in a parameter."""
    error = ValueError("refused")
    error.body = {"error": {"api_key": "anything", "code": "wrong", "password": ""}}
    mask_error(error)
    assert error.body == {"error": {"api_key": "***", "code": "wrong", "password": ""}}
    assert holds_secret({"database": {"password": "short"}})
    assert not holds_secret({"database": {"password": "***", "passwords": "none"}})


@pytest.mark.parametrize("longer", ["marked-key-and-more", "a-marked-key"])
def test_a_key_inside_another_leaves_no_rest(longer, monkeypatch):
    """Of two secrets, one the beginning or the end of the other, nothing is left."""
    monkeypatch.setenv("LONG_TOKEN", longer)
    assert masked(longer) == "***"


@pytest.mark.parametrize(
    "form",
    [
        'a+b/ "c"\\ä',
        "a%2Bb%2F%20%22c%22%5C%C3%A4",  # in a query, as browsers write it
        "a%2Bb%2F+%22c%22%5C%C3%A4",  # in a form
        "a%2Bb/%20%22c%22%5C%C3%A4",  # in a path
        r"a+b/ \"c\"\\\u00e4",  # in JSON
        r'a+b/ "c"\\ä',  # of a text that Python shows
        r'a+b/ "c"\\\xc3\xa4',  # of bytes that Python shows
        "YStiLyAiYyJcw6Q",  # in Base64, here of a header
    ],
)
def test_a_secret_is_masked_in_each_form_in_which_texts_hold_it(form, monkeypatch):
    """A key of the environment is found quoted, escaped and in Base64, too."""
    monkeypatch.setenv("LONG_TOKEN", 'a+b/ "c"\\ä')
    assert masked(f"<{form}>") == "<***>"


def test_errors_that_leave_a_block_are_masked():
    """The error that leaves the block is the one that was raised in it, without its secrets."""
    error = ValueError("no marked-key")
    with pytest.raises(ValueError, match=r"no \*\*\*") as raised, masking_errors():
        raise error
    assert raised.value is error


def test_a_variable_that_is_no_url_hides_nothing(monkeypatch):
    """A variable of the environment that only looks like a URL does not keep the others from being masked."""
    monkeypatch.setenv("A_URL", "https://user:password@[bad")
    monkeypatch.setenv("Z_API_KEY", "the-last-key")
    assert masked("the-last-key") == "***"


class _ServerError(Exception):
    def __init__(self, message, body):
        super().__init__(message)
        self.message, self.body = message, body


def test_errors_are_masked_with_what_caused_them():
    """Texts of an error, its attributes, causes and the members of a group lose their secrets; the rest stays."""
    inner = _ServerError("no marked-key", {"error": {"message": "no marked-key", "code": 401}})
    outer = ExceptionGroup("several", [ValueError("also marked-key", 7)])
    outer.__cause__ = inner
    mask_error(outer)
    assert str(inner) == inner.message == "no ***"
    assert inner.body == {"error": {"message": "no ***", "code": 401}}
    assert outer.exceptions[0].args == ("also ***", 7)


def test_an_error_that_causes_itself_is_masked_once():
    """Of errors that name each other, or one another twice, each is masked, also those that come after."""
    first, second = ValueError("no marked-key"), ValueError("nor marked-key")
    outer = ExceptionGroup("several", [first, second, second])
    second.__context__ = outer
    mask_error(outer)
    assert (str(first), str(second)) == ("no ***", "nor ***")


class _Place(NamedTuple):
    line: int
    column: int


def test_parts_of_an_error_keep_their_types():
    """A named tuple in an error stays what it is, and what stands beside it is masked."""
    error = ValueError("no marked-key", _Place(1, 2), ("marked-key",))
    mask_error(error)
    assert error.args == ("no ***", _Place(1, 2), ("***",))
    assert type(error.args[1]) is _Place


@pytest.mark.parametrize(
    "request_",
    [
        httpx.Request("GET", "https://h/", headers={"Authorization": "Bearer other-key"}),
        httpx.Request("GET", "https://h/", headers={"x-api-key": "other-key"}),
        httpx.Request("GET", "https://h/?key=other-key"),
    ],
    ids=["bearer", "header", "query"],
)
def test_the_key_of_a_refused_request_is_masked(request_):
    """A key that was given in code, and that the server repeats, is known from the request."""
    error = httpx.HTTPStatusError("not other-key", request=request_, response=httpx.Response(401, request=request_))
    around = RuntimeError("the model said: not other-key")
    around.__cause__ = error
    mask_error(around)
    assert str(around) == "the model said: not ***"
    assert str(error) == "not ***"


def test_other_parts_of_a_refused_request_stay():
    """Of a request, short values and parameters that are no secrets are not masked; a key of eight characters is."""
    url = "https://h/?page=some-page&key=seven-7&token=eight-88"
    request = httpx.Request("GET", url, headers={"x-api-key": "eight-h8"})
    error = httpx.HTTPStatusError(
        "some-page seven-7 eight-88 eight-h8", request=request, response=httpx.Response(401, request=request)
    )
    mask_error(error)
    assert str(error) == "some-page seven-7 *** ***"


def test_errors_that_cannot_change_are_left():
    """An error with read-only attributes is passed over, and the next one is still masked."""

    class StubbornError(Exception):
        def __setattr__(self, name, value):
            raise AttributeError(name)

    error = StubbornError("marked-key")
    error.__dict__["text"] = "marked-key"
    cause = ValueError("marked-key")
    BaseException.__setattr__(error, "__cause__", cause)
    mask_error(error)
    assert str(cause) == "***"


def test_addresses_of_data_are_shown_without_secrets():
    """Of a data set's URL the scheme, host, port and path are shown."""
    assert without_secrets("https://u:p@h:8443/a/b.csv?sig=x#y") == "https://h:8443/a/b.csv"
    assert without_secrets("https://h/a.csv") == "https://h/a.csv"
    assert without_secrets("http://u@[::1]:8080/a.csv") == "http://[::1]:8080/a.csv"
    assert without_secrets("file:///data/a.csv") == "file:///data/a.csv"


@pytest.mark.parametrize(
    ("target", "shown", "identity"),
    [
        ("mailto://ann:pw@mail.example/", "mailto://mail.example", "mailto://ann@mail.example/"),
        ("json://user:pw@h/x", "json://h", "json://user@h/x"),
        ("json://user:pw@h/x?to=http://y", "json://h", "json://user@h/x?to=http://y"),
        ("slack://T0/B0/xyz", "slack://…", "slack://T0/B0/xyz"),
        ("block:slack-webhook/ops", "block:slack-webhook/ops", None),
        ("slack-webhook/ops", "block:slack-webhook/ops", None),
        ("marked", "(not a URL)", None),
        ("https://[bad", "https://…", None),
    ],
)
def test_targets_are_shown_without_secrets(target, shown, identity):
    """A notification target shows a host only where the URL has one, and tells recipients apart without a password."""
    assert target_without_secrets(target) == shown
    if identity:
        assert target_identity(target) == identity


def test_what_a_service_says_is_shown_without_its_address():
    """Parts of a target are masked in what its service logged, quoted or not; its host stays."""
    said = "POST h.example/T0KEN/room%20x: user p w refused at h.example"
    assert without_target(said, "json://user:p%20w@h.example/T0KEN/room%20x") == (
        "POST h.example/***/***: *** *** refused at h.example"
    )
    assert without_target("at T0KEN", "json://h.example/T0KEN?to=http://y") == "at ***"


@pytest.mark.parametrize("name", ["PGPASSWORD", "DB_PASS", "ADMIN_PWD", "SLACK_WEBHOOK_URL"])
def test_passwords_under_usual_names_are_masked(name, monkeypatch):
    """Variables that programs commonly use for passwords and web hooks count as secrets."""
    monkeypatch.setenv(name, "https://hooks.example/T0/marked-secret")
    assert masked("refused: https://hooks.example/T0/marked-secret!") == "refused: ***!"


@pytest.mark.parametrize("text", ["host=db password=hunter2hunter2 user=me", "host=db password='hunter two' user=me"])
def test_a_password_in_a_connection_string_is_masked(text):
    """The password of `key=value` connection strings is masked, the rest stays."""
    assert masked(text) == "host=db password=*** user=me"
