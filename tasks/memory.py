"""Use of the memory by a run, decided once for all its attempts."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from runtime.memory.access import MemoryUse
from runtime.memory.search import use_of
from runtime.store.database import StoreError


@task(task_run_name="look for known facts", persist_result=True, result_serializer="json", cache_policy=NO_CACHE)
def look_for_known_facts(dataset: str) -> MemoryUse:
    """Return what agents may do with the memory: by the settings, and nothing where no fact is known.

    Args:
        dataset: Name of the data set that they work on.
    """
    try:
        return use_of(dataset)
    except StoreError:  # an analysis can do without, and other steps say what is wrong with the store
        return "off"
