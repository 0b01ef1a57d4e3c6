"""Redaction of secrets from texts that are shown, logged or stored.

| function | for |
|---|---|
| `masked` | any text that is recorded: masks every secret that can be recognized |
| `masker` | the same for many texts |
| `mask_error` | an error of a server or of a library, before anything shows or records it |
| `masking_errors` | a task or a block whose errors hold what a server or a library said |
| `holds_secret` | a parameter: tells whether `masked` would change it |
| `without_password` | the address of a server |
| `without_secrets` | the address of a data set |
| `target_without_secrets`, `target_identity`, `without_target` | the address of a notification, and texts about one |
"""

import base64
import json
import os
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, cast
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

from runtime.private_members.standard_library import Environment, decoded, environment

MASK = "***"
"""Text in place of a secret."""

_SHORTEST = 8
"""Fewest characters of a secret: a shorter value may be part of any word."""

_SECRET_NAMES = (
    "_KEY", "_TOKEN", "_SECRET", "PASSWORD", "PASSWD", "_PASS", "_PWD", "_AUTH_STRING", "WEBHOOK", "WEBHOOK_URL",
)  # fmt: skip
"""Ends of the names of environment variables that hold secrets."""

_QUERY_SECRET = re.compile(
    r"(?i)([?&;](?:(?:[\w.-]*[_.-])?(?:access|account|api|auth|id|secret)?"
    r"(?:token|key|secret|password|passwd|pwd|signature|credential)|sig|auth|code)=)[^&\s#'\"]+"
)
"""Parameters of a URL that hold secrets, such as `access_token`, `X-Amz-Signature` and Azure's `sig`."""

_USER = re.compile(r"//(?!\*{3}(?::\*{3})?@)[^/\s?#'\"]*@")
"""User name and password in a URL that are not masked already: all before the last `@` of the host's part."""

_USER_OF_STORE = re.compile(r"(?<=\w:)(?<!http:)(?<!https:)//(?!\*{3}:\*{3}@)[^:/@\s]*:[^@\s]{0,2000}@")
"""The same in addresses of databases and brokers, whose libraries take a password with `/`, `?` and `#` in it. It has a
limit, since a search for its end begins at each address of a text."""

_ASSIGNED = re.compile(r"(?i)\b(password|passwd|pwd)(\s?=\s?)(?:'[^']*'|\"[^\"]*\"|[^\s&;,'\"]+)")
"""A password in a connection string such as `host=db password=…`."""

_FIELD = (
    r"(?:x[_-])?(?:goog[_-])?(?:(?:api|access|secret|private)[_-]?key|"
    r"(?:access|auth|bearer|refresh|id|session|bot)[_-]?token|client[_-]?secret|password|passwd|pwd)"
)
_SECRET_FIELD = re.compile(rf"(?i){_FIELD}")
_NAMED = re.compile(
    rf"(?i)(\\?[\"']{_FIELD}\\?[\"']\s*[:=]\s*\\?[\"'])[^\"'\\]+|(\b{_FIELD}\s?:\s?)(?=\S*\d)[\w.~+/=-]{{8,}}"
)
"""A field of JSON or a header that holds a secret, as servers repeat them; without quotes, a value with a digit."""

_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)
"""A key as OpenSSL writes it."""

_KNOWN_FORMS = re.compile(
    r"\bsk-[\w-]{16,}|\bxox[abeprs]-[\w-]{10,}|\bgh[opsur]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}"
    r"|\bAKIA[0-9A-Z]{16}\b|\bAIza[\w-]{30,}|\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}|(?<=[Bb]earer )[\w.~+/=-]{16,}"
    r"|(?<=[Aa]uthorization: [Bb]asic )[\w+/=-]{8,}|\bhf_\w{20,}|\bnpm_\w{30,}|\b[rs]k_(?:live|test)_\w{16,}"
    r"|(?<=\btgram://)[\w:-]+|(?<=\b(?:slack|gchat|pover)://)[\w-]{8,}[^\s'\"]*|(?<=\bdiscord://)\d+/[\w-]+"
)
"""Patterns of the keys of well-known services: OpenAI and Anthropic, Slack, GitHub, GitLab, AWS, Google, JSON web
tokens, what follows `Bearer` and `Basic` in a header, Hugging Face, npm, Stripe, and tokens in Apprise URLs."""

_KEY_HEADERS = ("authorization", "x-api-key", "api-key", "x-goog-api-key", "proxy-authorization", "cookie")
"""Request headers that hold secrets. A server may repeat one in its answer."""

_SHOWS_HOST = {"mailto", "mailtos", "json", "jsons", "xml", "xmls", "form", "forms", "http", "https"}
"""Notification services whose URL has a host in the host's place; with others a token stands there."""

_PASSWORD = re.compile(r"://[^:/@\s]*:([^@\s]+)@")
_BLOCK = re.compile(r"^(?:block:)?([a-z0-9-]+/[^/\s:]+)$")
_SCHEME = re.compile(r"[A-Za-z][\w+.-]{0,30}")


def masked(text: str) -> str:
    """Return a text without the secrets that can be recognized.

    These are keys of this process's environment, user names and passwords in URLs, tokens in the queries of URLs,
    private keys, fields of JSON and headers that are called like a key, and keys in the forms of well-known services.
    """
    return masker()(text)


def masker() -> Callable[[str], str]:
    """Return `masked` for many texts at once: the environment is looked at now, and not again for each."""
    secrets = _secrets_of(environment())

    def mask(text: str) -> str:
        text = without_password(_without(text, secrets))
        text = _ASSIGNED.sub(rf"\1\2{MASK}", _QUERY_SECRET.sub(rf"\1{MASK}", text))
        text = _NAMED.sub(rf"\1\2{MASK}", _PRIVATE_KEY.sub(MASK, text))
        return _KNOWN_FORMS.sub(MASK, text)

    return mask


def mask_error(error: BaseException) -> None:
    """Mask the texts of an error and of its causes in place.

    A server that refuses a key may repeat it, so keys of the request that failed are masked as well.
    """
    chain = list(_chain(error))
    keys = [form for one in chain for key in _keys_of(one) for form in _forms(key)]

    def mask(value: Any) -> Any:
        if isinstance(value, str):
            return masked(_without(value, keys))
        if isinstance(value, dict):
            fields = cast("dict[Any, Any]", value).items()
            return {name: MASK if _is_secret(name, inner) else mask(inner) for name, inner in fields}
        if isinstance(value, list | tuple) and type(value) in (list, tuple):
            return type(value)(map(mask, cast("Iterable[Any]", value)))
        return value

    for one in chain:
        with suppress(Exception):  # an error that cannot be changed stays as it is
            one.args = mask(one.args)
            for name, value in list(vars(one).items()):
                if isinstance(value, str | dict | list | tuple) and (changed := mask(value)) != value:
                    setattr(one, name, changed)


@contextmanager
def masking_errors() -> Generator[None]:
    """Mask errors that leave this block, or this function, before Prefect logs them and stores them as a state."""
    try:
        yield
    except Exception as error:
        mask_error(error)
        raise


def holds_secret(value: object) -> bool:
    """Tell whether a JSON value holds a secret that `masked` recognizes."""
    if isinstance(value, str):
        return masked(value) != value
    if isinstance(value, dict):
        fields = cast("dict[str, object]", value).items()
        return any(_is_secret(name, inner) or holds_secret(inner) for name, inner in fields)
    return isinstance(value, list | tuple) and any(map(holds_secret, cast("Iterable[object]", value)))


def _is_secret(name: object, value: object) -> bool:
    """Tell whether a field of this name holds a secret that is not masked already."""
    named = isinstance(name, str) and _SECRET_FIELD.fullmatch(name) is not None
    return named and isinstance(value, str) and value not in ("", MASK)


def without_password(text: str) -> str:
    """Return a text without the user names and passwords of the URLs in it."""
    return _USER.sub("//", _USER_OF_STORE.sub("//", text))


def without_secrets(url: str) -> str:
    """Return a URL without user, password, query and fragment, which may hold tokens."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host  # an IPv6 address
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}"


def block_name(target: str) -> str | None:
    """Return the Prefect notification block that a target names, as `type/name`, or `None` for a URL."""
    match = _BLOCK.match(target)
    return match[1] if match else None


def target_without_secrets(target: str) -> str:
    """Return a notification target without secrets: the block's name, or the scheme of the URL and its host, if any."""
    block = block_name(target)
    if block is not None:
        return f"block:{block}"
    scheme, separator, _ = target.partition("://")
    if not separator or not _SCHEME.fullmatch(scheme):
        return "(not a URL)"
    try:
        host = urlsplit(target).hostname
    except ValueError:
        host = None
    return f"{scheme}://{host if host and scheme.lower() in _SHOWS_HOST else '…'}"


def target_identity(target: str) -> str:
    """Return a target without its password, which may change. It identifies the recipient; never show it."""
    scheme, _, rest = target.partition("://")
    if scheme.lower() not in _SHOWS_HOST:
        return target  # at the place of the password there is a part of a token
    return f"{scheme}://" + re.sub(r"^([^/?#@:]*):[^/?#]*@", r"\1@", rest)


def without_target(text: str, target: str) -> str:
    """Return a text without any part of a notification's URL but its scheme and host, however a service logged it."""
    rest = target.partition("://")[2]
    host = urlsplit(target).hostname or ""
    parts = {*re.split(r"[/:@?&=+,]", rest), *re.split(r"[/:@?&=+,]", unquote(rest))}
    return _without(text, [part for part in parts if len(part) >= 3 and part != host])


def _without(text: str, secrets: Iterable[str]) -> str:
    for secret in sorted(secrets, key=len, reverse=True):  # one may be part of another
        text = text.replace(secret, MASK)
    return text


@lru_cache(maxsize=8)  # each line of a log is masked, and variables hardly ever change
def _secrets_of(variables: Environment) -> frozenset[str]:
    return frozenset(form for secret in _environment_secrets(decoded(variables)) for form in _forms(secret))


def _environment_secrets(variables: Mapping[str, str]) -> Iterator[str]:
    for name, value in variables.items():
        secrets: list[str] = []
        if name.upper().endswith(_SECRET_NAMES):
            secrets = [value]
        elif "://" in value:
            with suppress(ValueError):
                password = urlsplit(value).password or ""
                secrets = [password, unquote(password)]
            secrets += [found[1] for found in _PASSWORD.finditer(value)]
        yield from (secret for secret in secrets if len(secret) >= _SHORTEST)


@lru_cache(maxsize=200)
def _forms(secret: str) -> frozenset[str]:
    """Return the forms in which texts hold a secret: as it is, in a URL, in JSON, in what Python shows, in Base64."""
    raw = os.fsencode(secret)
    in_urls = {quote(raw, safe=""), quote_plus(raw), quote(raw)}
    shown = {json.dumps(secret)[1:-1], repr(secret)[1:-1], repr(raw)[2:-1]}
    return frozenset({secret, base64.b64encode(raw).decode().rstrip("="), *in_urls, *shown})


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error with its causes, contexts and the members of groups, each once."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [other for other in (one.__cause__, one.__context__) if other is not None]
        if isinstance(one, BaseExceptionGroup):
            waiting += cast("BaseExceptionGroup[BaseException]", one).exceptions


def _keys_of(error: BaseException) -> Iterator[str]:
    """Return the secrets of the HTTP request that an error of httpx, requests or a provider's client is about."""
    request: Any = None
    with suppress(Exception):  # httpx raises where there is no request
        request = cast(Any, error).request
    headers: Any = getattr(request, "headers", None) or {}
    for name in _KEY_HEADERS:
        with suppress(Exception):
            value = str(headers.get(name) or "")
            yield from (part for part in (value, value.rpartition(" ")[2]) if len(part) >= _SHORTEST)
    for name, value in parse_qsl(urlsplit(str(getattr(request, "url", ""))).query):
        if len(value) >= _SHORTEST and _QUERY_SECRET.match(f"?{name}=x"):
            yield value
