"""A backup holds all of a tenant's memory, and another host has it back as it was."""

import pytest

from runtime.memory.backup import backup, restore
from runtime.memory.search import list_facts, recall, show
from runtime.memory.types import MemoryAccessError
from runtime.memory.writing import add, confirm, edit, forget, propose
from tests.runtime.memory.test_facts import ADMIN, READER, agent, fact

pytestmark = pytest.mark.usefixtures("own_home")


@pytest.fixture
def saved(tmp_path):
    """A backup of a memory with a history."""
    add(ADMIN, fact("Returns are late.", subject="returns"))
    edit(ADMIN, 1, {"text": "Returns are booked a day late."})
    confirm(ADMIN, propose(agent(), fact("EWR has the highest total."), ["E2"]).id)
    forget(ADMIN, add(ADMIN, fact("Wrong.")).id)
    path = tmp_path / "memory.jsonl"
    assert backup(ADMIN, path) == 3
    return path


def test_another_host_has_it_back(saved, tmp_path, monkeypatch):
    """With another home directory, facts have their numbers, sources and histories, and are found; twice is once."""
    before = [(one.id, one.text, one.source, one.state) for one in list_facts(ADMIN)]
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path / "other"))
    assert list_facts(ADMIN) == []
    assert restore(ADMIN, saved) == 3
    assert sorted((one.id, one.text, one.source, one.state) for one in list_facts(ADMIN)) == sorted(before)
    assert [one.action for one in show(ADMIN, 1)[1]] == ["added", "edited", "restored"]
    assert [one.fact.text for one in recall(agent(), "booked")] == ["Returns are booked a day late."]
    assert restore(ADMIN, saved) == 0
    assert add(ADMIN, fact("New.")).id == 4


def test_a_backup_is_for_its_user_alone(saved):
    """Only the user can read the file."""
    assert saved.stat().st_mode & 0o777 == 0o600


def test_nothing_is_restored_from_what_is_not_whole(saved, tmp_path, monkeypatch):
    """A file that was cut or changed, or is of another tenant, is refused, and the memory stays as it was."""
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path / "other"))
    text = saved.read_text()
    for bad in (text[: len(text) // 2], text.replace("day late", "week late"), "", "[]\n{}\n"):
        saved.write_text(bad)
        with pytest.raises(MemoryAccessError, match="no whole backup"):
            restore(ADMIN, saved)
    saved.write_text(text)
    with pytest.raises(MemoryAccessError, match="tenant ''"):
        restore(ADMIN.model_copy(update={"tenant": "acme"}), saved)
    with pytest.raises(MemoryAccessError, match="may read"):
        restore(READER, saved)
    assert list_facts(ADMIN) == []


def test_other_facts_are_not_replaced(saved, tmp_path, monkeypatch):
    """Nothing is restored when another fact has a number of the backup."""
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path / "other"))
    for text in ("Mine.", "Also mine."):
        add(ADMIN, fact(text))
    with pytest.raises(MemoryAccessError, match="another fact M1"):
        restore(ADMIN, saved)
    assert len(list_facts(ADMIN)) == 2
