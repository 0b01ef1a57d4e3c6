"""Parameters with secrets are encrypted in the store, and come back for those who have the key."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from runtime.runs.sealed_parameters import SealedParametersError, reveal, seal_secrets
from runtime.settings import get_settings

PARAMETERS = {"notify": ["mailto://ann:marked@mail.example"], "dataset": "sales.csv", "limit": 3, "café": "\ud800"}


@pytest.fixture
def use(monkeypatch, tmp_path):
    """Use a data directory, and a key of the settings if there is one."""

    def choose(home, key=None):
        monkeypatch.setenv("ANALYST_HOME", str(tmp_path / home))
        monkeypatch.setenv("ANALYST_RESULTS_KEY", key or "")
        get_settings.cache_clear()
        return tmp_path / home

    yield choose
    get_settings.cache_clear()


def test_only_secrets_are_encrypted(use):
    """Parameters with a recognized secret, and those that the flow hides, are encrypted, and all come back."""
    use("home")
    sealed = seal_secrets(PARAMETERS, hidden={"café"})
    assert "marked" not in str(sealed)
    assert sealed["dataset"] == "sales.csv"
    assert sealed["limit"] == 3
    assert sealed["café"] != "\ud800"
    assert reveal(sealed) == PARAMETERS


def test_equal_secrets_look_different(use):
    """Two equal secrets have different ciphertexts, so that nobody can tell by a guess."""
    use("home")
    assert seal_secrets(PARAMETERS, hidden=set())["notify"] != seal_secrets(PARAMETERS, hidden=set())["notify"]


def test_the_key_is_private_and_made_once(use):
    """Threads and processes that need the key first all use the same one, which only its user can read."""
    home = use("home")
    with ThreadPoolExecutor(8) as threads:
        sealed = list(threads.map(lambda _: seal_secrets(PARAMETERS, hidden=set()), range(16)))
    assert all(reveal(one) == PARAMETERS for one in sealed)
    assert [path.name for path in home.iterdir() if not path.name.startswith("store.db")] == ["parameters.key"]
    assert (home / "parameters.key").stat().st_mode & 0o777 == 0o600
    assert len((home / "parameters.key").read_bytes()) == 32


def test_another_key_reads_nothing(use):
    """Without the key there is an error that names the parameter and what to set."""
    use("home")
    sealed = seal_secrets(PARAMETERS, hidden=set())
    use("elsewhere")
    with pytest.raises(SealedParametersError, match=r"notify.*ANALYST_RESULTS_KEY"):
        reveal(sealed)


def test_a_shared_key_is_read_on_every_host(use):
    """With `ANALYST_RESULTS_KEY` another host reads the parameters, and what was sealed before is still read."""
    home = use("home")
    before = seal_secrets(PARAMETERS, hidden=set())
    use("home", "a key of sixteen or more")
    assert reveal(before) == PARAMETERS
    shared = seal_secrets(PARAMETERS, hidden=set())
    use("elsewhere", "a key of sixteen or more")
    assert reveal(shared) == PARAMETERS
    assert home.exists()
