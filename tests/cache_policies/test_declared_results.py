"""Results of tasks as the type that the task declares: what is written, what is read, what is refused."""

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from prefect import task
from prefect.client.schemas.objects import TaskRun
from prefect.context import TaskRunContext
from prefect.filesystems import LocalFileSystem
from prefect.results import ResultStore
from prefect.serializers import JSONSerializer, PickleSerializer
from pydantic import BaseModel

from cache_policies.task_results import Declared, protect
from runtime.declared.values import NotStorableError
from runtime.prefect_server.sealed_results import SealedResults

pytestmark = pytest.mark.usefixtures("own_home")


class Measured(BaseModel):
    when: dt.date


class Rounded(BaseModel):
    """A value that is never equal to another one."""

    value: int

    def __eq__(self, other: object) -> bool:
        return False


class Uncomparable(BaseModel):
    """A value that cannot be compared."""

    value: int

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no")


def measured() -> Measured:
    return MEASURED


def several() -> tuple[int, ...]:
    return (1, 2)


def rounded() -> Rounded:
    return Rounded(value=1)


def uncomparable() -> Uncomparable:
    return Uncomparable(value=1)


def table() -> pd.DataFrame:
    return pd.DataFrame({"a": [1]})


def unsaid() -> Any: ...


MEASURED = Measured(when=dt.date(2026, 1, 2))


def context_of(function: Any, store: ResultStore | None = None, **options: Any) -> TaskRunContext:
    """The context of a task run, as far as results look at it."""
    return TaskRunContext.model_construct(
        task=task(function, **options),
        task_run=TaskRun.model_construct(name="a run"),
        result_store=store or ResultStore(serializer=JSONSerializer()),
    )


@pytest.mark.parametrize(
    ("function", "value", "text"),
    [
        (measured, MEASURED, b'[{"when":"2026-01-02"}]'),
        (several, (1, 2), b"[[1,2]]"),
        (rounded, Rounded(value=1), b'[{"value":1}]'),  # not equal, but written alike
        (unsaid, {"a": [1]}, b'{"a": [1]}'),
        (measured, ValueError("too late"), b'"ValueError: too late"'),
    ],
    ids=["model", "tuple", "unequal", "plain", "error"],
)
def test_what_is_written(function: Any, value: object, text: bytes) -> None:
    """A result is JSON of its declared type, without one plain JSON, and the error of a failed task is its text."""
    assert Declared.of(function).dumps(value) == text


def test_what_is_read_is_of_the_type_of_the_task_that_reads() -> None:
    """JSON is read as the type that the current task declares; without a task or a type it is plain."""
    with context_of(measured):
        assert Declared().loads(b'[{"when":"2026-01-02"}]') == MEASURED
        with pytest.raises(ValueError, match="when"):
            Declared().loads(b'[{"other":1}]')
    with context_of(several):
        assert Declared.of(measured).loads(b"[[1,2]]") == (1, 2)
    with context_of(unsaid):
        assert Declared().loads(b"[1,2]") == [1, 2]
    assert Declared.of(measured).loads(b"[1,2]") == [1, 2]


@pytest.mark.parametrize(
    ("function", "value", "why"),
    [
        (table, table(), r"\(a table; store it where you keep data, and return its name\)"),
        (measured, {"when": "2026-01-02"}, "builtins.dict cannot be stored as .*Measured"),
        (several, (1, "a"), r"builtins.tuple cannot be stored as tuple\[int, ...\]"),
        (unsaid, MEASURED, "Measured cannot be stored as typing.Any"),
        (uncomparable, Uncomparable(value=1), "it would come back as another value"),
    ],
    ids=["table", "model", "tuple", "plain", "uncomparable"],
)
def test_what_cannot_come_back_is_refused(function: Any, value: object, why: str) -> None:
    """A value that would come back changed is not stored; the error says why, in one line, and what to do."""
    with pytest.raises(NotStorableError, match=why) as refused:
        Declared.of(function).dumps(value)
    assert str(refused.value).endswith(
        "). Let the task's return annotation name the very type that is returned, or give the task a result_serializer."
    )
    assert "\n" not in str(refused.value)
    assert refused.value.__cause__ is not None


@pytest.mark.parametrize(
    ("options", "serializer", "chosen"),
    [
        ({}, JSONSerializer(), Declared),
        ({}, PickleSerializer(), PickleSerializer),  # that of a flow or a setting
        ({"result_serializer": "json"}, JSONSerializer(), JSONSerializer),
        ({"cache_result_in_memory": False}, JSONSerializer(), JSONSerializer),
    ],
    ids=["the default", "another of the store", "named by the task", "read again without the task"],
)
def test_a_serializer_that_somebody_chose_stays(options: Any, serializer: Any, chosen: type) -> None:
    """Only Prefect's own choice is replaced, by a serializer of the type that the task declares."""
    context = context_of(measured, ResultStore(serializer=serializer), **options)
    protect(context)
    assert type(context.result_store.serializer) is chosen
    if chosen is Declared:
        assert context.result_store.serializer.dumps(MEASURED) == b'[{"when":"2026-01-02"}]'
        with pytest.raises(NotStorableError):
            context.result_store.serializer.dumps(1)


def test_each_storage_is_sealed_once_for_its_part(tmp_path: Path) -> None:
    """Values and what Prefect keeps apart are sealed as what they are, also when a run asks for its key again."""
    values, about = LocalFileSystem(basepath=str(tmp_path / "a")), LocalFileSystem(basepath=str(tmp_path / "b"))
    together = context_of(measured, ResultStore(result_storage=values, serializer=JSONSerializer()))
    apart = context_of(
        measured, ResultStore(result_storage=values, metadata_storage=about, serializer=JSONSerializer())
    )
    for context in (together, apart, together, apart):
        protect(context)
    assert together.result_store.result_storage == SealedResults(behind=values, part="record")
    assert together.result_store.metadata_storage is None
    assert apart.result_store.result_storage == SealedResults(behind=values, part="value")
    assert apart.result_store.metadata_storage == SealedResults(behind=about, part="about")
