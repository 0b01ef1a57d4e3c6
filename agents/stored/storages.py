"""Storages of results: which one a step writes to."""

from functools import lru_cache
from pathlib import Path

from prefect.cache_policies import CachePolicy
from prefect.context import FlowRunContext
from prefect.filesystems import WritableFileSystem
from prefect.results import ResultStorage, aresolve_result_storage
from prefect.settings import get_current_settings

from runtime.prefect_server.result_files import ResultFiles
from runtime.private_members.prefect import is_saved_block, storage_behind
from runtime.settings import get_settings


async def storage_for(named: ResultStorage | None) -> WritableFileSystem:
    """Return where a step's results go.

    Args:
        named: What its options say. Otherwise it is what the user has set for Prefect, on the flow, in the settings or
            on the server; otherwise files in the data directory.
    """
    if named is not None:
        return await aresolve_result_storage(named)
    flow_run = FlowRunContext.get()
    inherited = None if flow_run is None else storage_behind(flow_run.result_store.result_storage)
    if isinstance(inherited, WritableFileSystem) and is_saved_block(inherited):
        return inherited
    block = get_current_settings().results.default_storage_block
    if block is not None:
        return await aresolve_result_storage(block)
    return _files(get_settings().home)


async def key_storage_of(policy: CachePolicy | None) -> WritableFileSystem | None:
    """Return where a policy keeps its keys, if it keeps them apart from results."""
    named = None if policy is None else policy.key_storage
    return None if named is None else await aresolve_result_storage(named)


@lru_cache(maxsize=8)
def _files(home: Path) -> ResultFiles:
    """Files in the data directory. Made once: to look whether a directory is there costs a step more than its file."""
    del home
    return ResultFiles(directory=str(get_settings().results_dir))
