"""Source text of functions, and what functions were given besides their arguments."""

import functools
import linecache
import threading
from collections.abc import Callable
from typing import Any

import pytest

from cache_policies.digests import sources
from cache_policies.digests.digest import live_values_of, source_of
from cache_policies.digests.sources import ChangingVariable, given_to, text_of, unwrapped


@pytest.fixture(autouse=True)
def _nothing_read_yet() -> None:
    """Texts are kept for as long as their functions live, also from one test to the next."""
    sources._texts.clear()
    sources._changed.clear()


def without_source(body: str, name: str = "made") -> Callable[..., Any]:
    """A function that was made where there is no file, as in an interactive shell."""
    space: dict[str, Any] = {}
    exec(body, space)
    return space[name]


class Adder:
    def __init__(self, amount: object) -> None:
        self.amount = amount

    def add(self, number: int) -> object:
        return number, self.amount

    def __call__(self, number: int) -> object:
        return self.add(number)


class Multiplier:
    def __call__(self, number: int) -> int:
        return number * 2


def plain(number: int, base: Any = 7, *, step: Any = 8) -> object:
    return number, base, step


@functools.wraps(plain)
def decorated(*args: Any) -> object:
    return plain(*args)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Adder(1), Multiplier()),
        (Adder, Multiplier),
        (Adder(1).add, Adder(1)),
        (len, max),
        (plain, Adder(1).add),
    ],
)
def test_other_functions_have_other_texts(left: Any, right: Any) -> None:
    """Functions of another body, constant, name or class differ, with source text or without."""
    assert text_of(left) != text_of(right)


@pytest.mark.parametrize(
    "body", ["made = lambda n: n - 1", "made = lambda n: n + 2", "made = lambda n: n.a", "def made(n): return n + 1"]
)
def test_other_functions_without_source_have_other_texts(body: str) -> None:
    """Without source text the name, the operations, the constants and the attributes that are read count."""
    assert text_of(without_source(body)) != text_of(without_source("made = lambda n: n + 1"))
    assert text_of(without_source("made = lambda n: n.b")) != text_of(without_source("made = lambda n: n.a"))


def test_the_command_of_the_process_is_the_source_of_no_function(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python 3.13 keeps the command after `python -c` as the source of "<string>", where other functions are, too."""
    command = "made = lambda n: n + 1"
    monkeypatch.setitem(linecache.cache, "<string>", (len(command), None, [command], "<string>"))
    assert text_of(without_source("made = lambda n: n - 1")) != text_of(without_source("made = lambda n: n + 2"))


def test_the_same_function_made_again_has_the_same_text() -> None:
    """A function without source text is known by its byte code, one inside another whatever its place in memory."""
    body = "def made(n):\n    inner = lambda m: m + n\n    return inner"
    assert text_of(without_source(body)) == text_of(without_source(body))
    assert text_of(Adder(1)) == text_of(Adder(2)) == text_of(Adder)
    assert text_of(len) == text_of(len)


@pytest.mark.parametrize(
    "function", [decorated, functools.partial(plain, 1), functools.partial(functools.partial(decorated), 1)]
)
def test_what_is_around_a_function_is_taken_off(function: Any) -> None:
    """Decorators that say what they wrap, and partials, are no other function."""
    assert unwrapped(function) is plain
    assert text_of(function) == text_of(plain)
    assert unwrapped(Adder(1).add) is Adder.add


def closing_over(value: object) -> Callable[[], object]:
    def inner() -> object:
        return value

    return inner


def waiting() -> Callable[[], object]:
    def inner() -> object:
        return later

    if inner is None:
        later = 1
    return inner


def test_everything_a_function_was_given() -> None:
    """Bound objects, arguments of partials, defaults and closed-over values are found; an empty cell is none."""
    adder = Adder(1)
    assert list(given_to(plain)) == [7, 8]
    assert list(given_to(closing_over("a"))) == ["a"]
    assert list(given_to(waiting())) == []
    assert list(given_to(adder.add)) == [adder]
    assert list(given_to(adder)) == [adder]
    assert list(given_to(functools.partial(plain, 1, step=2, base=3))) == [1, 3, 2, 7, 8]
    assert list(given_to(len)) == []


def test_constants_count_and_the_rest_is_handed_on() -> None:
    """Constants are part of a function's digest; anything else counts by its type and is handed on."""
    lock, log = threading.Lock(), [1]
    for one, other in (
        (1, 2),
        ("a", "b"),
        ((1, int), (1, str)),
        (frozenset([1]), frozenset([2])),
        (None, 0),
        (int, str),
    ):
        assert source_of(closing_over(one)) != source_of(closing_over(other))
        assert live_values_of(closing_over(one)) == ()
    assert source_of(closing_over([1])) == source_of(closing_over([2])) != source_of(closing_over({}))
    assert source_of(closing_over(plain)) != source_of(closing_over(decorated.__wrapped__.__class__))
    assert source_of(closing_over(plain)) != source_of(closing_over(waiting))
    assert source_of(plain) != source_of(lambda number, base=7, *, step=8: (step, base, number))
    assert live_values_of(closing_over(log)) == (log,)
    assert live_values_of(functools.partial(plain, lock, base=(1, log))) == (lock, (1, log))
    assert live_values_of(closing_over(plain)) == ()
    assert len(live_values_of(Adder(1).add)) == 1


def test_an_own_key_counts_among_constants() -> None:
    """An object that says what tells it apart counts by that where a function closes over it."""

    class Keyed:
        def __init__(self, key: object) -> None:
            self.key = key

        def __cache_key__(self) -> object:
            return self.key

    assert source_of(closing_over(Keyed("a"))) != source_of(closing_over(Keyed("b")))
    assert source_of(closing_over(Keyed(threading.Lock()))) == source_of(closing_over(Keyed(threading.Lock())))
    assert live_values_of(closing_over(Keyed("a"))) == ()


def counting(count: int, step: object) -> Callable[[], object]:
    def inner() -> object:
        nonlocal count
        count += 1
        return count, step

    return inner


def test_a_variable_that_a_function_sets_is_no_constant() -> None:
    """A count of its own calls does not make a function another one; a constant beside it does."""
    changing, step = given_to(counting(1, "a"))
    assert (type(changing), step) == (ChangingVariable, "a")
    assert source_of(counting(1, "a")) == source_of(counting(2, "a")) != source_of(counting(1, "b"))
    assert source_of(counting(1, "a")) == source_of(counting(1, "a"))
