"""Places where results of runs go, as far as they can be known: settings, the server, our flows, tasks and defaults."""

import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from runtime.texts.redaction import masked

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

UNKNOWN_CODE = "what `result_storage` in code of your own names, and what other hosts set"
"""Storage that a check on this machine cannot see."""

_OF_NETWORKS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "gpfs"})
"""Types of file systems that other hosts write to as well; so do those of FUSE with a network behind them."""

_STORAGE_VARIABLES = ("PREFECT_DEFAULT_RESULT_STORAGE_BLOCK", "PREFECT_RESULTS_DEFAULT_STORAGE_BLOCK")
_OURS = frozenset({"agents", "flows", "tasks"})


@dataclass
class ResultPlaces:
    """Places of results.

    Attributes:
        private: Places that only this user writes to.
        shared: Places that others may write to, each with who names it.
        unknown: What could not be found out.
    """

    private: list[str] = field(default_factory=list[str])
    shared: list[str] = field(default_factory=list[str])
    unknown: list[str] = field(default_factory=lambda: [UNKNOWN_CODE])


def find_result_places() -> ResultPlaces:
    """Find the places. A server that is named is asked; without an answer, what it sets is unknown.

    Raises:
        runtime.files.data_directory.DataDirectoryError: The data directory cannot be used.
    """
    from prefect.settings import get_current_settings

    from runtime.prefect_server.connection import configured_url
    from runtime.prefect_server.health import answers
    from runtime.settings import get_settings

    found, results = ResultPlaces(), get_current_settings().results
    if results.default_storage_block:
        found.shared.append(f"storage block {results.default_storage_block}")
    for path in dict.fromkeys((get_settings().results_dir, Path(results.local_storage_path).expanduser())):
        _add_directory(found, path)
    for who, storage in _in_code(found):
        _add_storage(found, who, storage)
    url = configured_url()
    if url is not None:
        if reason := answers(url, timeout=3):
            found.unknown.append(f"what the Prefect server sets, since it does not answer ({reason})")
        else:
            _ask_server(found)
    return found


def _add_directory(found: ResultPlaces, path: Path) -> None:
    """Sort a directory in; one that is not there yet will be made as a private one."""
    there = next((one for one in (path, *path.parents) if one.exists()), path)
    if path.exists() and path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        found.shared.append(f"{path}, where others may write")
    elif path.exists() and hasattr(os, "getuid") and path.stat().st_uid not in (os.getuid(), 0):
        found.shared.append(f"{path}, which belongs to another user")
    elif (kind := file_system_of(there)) in _OF_NETWORKS or kind.startswith("fuse."):
        found.shared.append(f"{path} on {kind}, which other hosts may write to")
    else:
        found.private.append(f"{path}")


def file_system_of(path: Path) -> str:
    """Return the type of the file system of a path, or an empty text where the system does not tell."""
    try:
        mounts = [line.split() for line in Path("/proc/self/mounts").read_text("utf-8", "replace").splitlines()]
    except OSError:
        return ""
    real = Path(os.path.realpath(path))
    # Of several at one place, the last one counts.
    above = [(len(Path(one[1]).parts), number, one[2]) for number, one in enumerate(mounts) if _is_above(one[1], real)]
    return max(above)[2] if above else ""


def _is_above(mounted: str, path: Path) -> bool:
    return path.is_relative_to(mounted.encode().decode("unicode_escape"))


def _in_code(found: ResultPlaces) -> Iterator[tuple[str, Any]]:
    """Yield the storage that flows of the catalog, our tasks, and our defaults for steps of agents name."""
    from importlib import import_module

    from prefect import Flow, Task

    from agents.durable.steps.task_options import DEFAULT_TOOL_CONFIG, default_model_config
    from deployments.catalog import catalog
    from flows.shared.common import reading_tools

    for deployment in catalog():
        module, _, name = deployment.entrypoint.rpartition(".")
        try:
            flow: Any = getattr(import_module(module), name)
        except Exception as error:  # noqa: BLE001 - code of the user's own may fail in any way
            found.unknown.append(f"the flow of the deployment {deployment.name} ({masked(repr(error))[:100]})")
        else:
            yield f"the deployment {deployment.name}", flow.result_storage
    # A copy: making the pairs of a list may let another thread run, which imports.
    ours = [module for name, module in sys.modules.copy().items() if name.partition(".")[0] in _OURS]
    for one in {id(one): one for module in ours for one in list(vars(module).values())}.values():
        if isinstance(one, Flow | Task):
            named: Any = one
            yield f"the {'flow' if isinstance(one, Flow) else 'task'} {named.name}", named.result_storage
            yield (
                f"the cache policy of {named.name}",
                getattr(getattr(named, "cache_policy", None), "key_storage", None),
            )
    for who, config in (
        ("model requests", default_model_config()),
        ("tool calls", DEFAULT_TOOL_CONFIG),
        ("tool calls of the analyst", reading_tools()),
    ):
        yield f"the options of {who}", config.get("result_storage")


def _add_storage(found: ResultPlaces, who: str, storage: Any) -> None:
    if storage is None:
        return
    if isinstance(storage, Path):
        _add_directory(found, storage)
        return
    named = storage if isinstance(storage, str) else _block_name(storage)
    if named is None:
        local: Any = storage
        _add_directory(found, Path(str(local.basepath)).expanduser())
    elif (line := f"storage block {named}, named by {who}") not in found.shared:
        found.shared.append(line)


def _block_name(storage: Any) -> str | None:
    """Return the name of a block, or `None` for a directory of this machine that is not saved as a block."""
    from prefect.blocks.core import Block
    from prefect.filesystems import LocalFileSystem

    from runtime.private_members.prefect import block_name

    name = block_name(storage) if isinstance(storage, Block) else None
    if name is None and isinstance(storage, LocalFileSystem):
        return None
    kind = storage.get_block_type_slug() if hasattr(storage, "get_block_type_slug") else type(storage).__name__
    return f"{kind}/{name or '(not saved)'}"


def _ask_server(found: ResultPlaces) -> None:
    """Add what the server has as its default, work pools have as theirs, and deployments set for their runs."""
    from prefect.client.orchestration import get_client

    try:
        with get_client(sync_client=True) as client:
            default = client.read_server_default_result_storage().default_result_storage_block_id
            found.shared += _named(client, "the Prefect server", default)
            for pool in client.read_work_pools():
                block_id = pool.storage_configuration.default_result_storage_block_id
                found.shared += _named(client, f"the work pool {pool.name}", block_id)
            for deployment in client.read_deployments():
                variables: Any = (deployment.job_variables or {}).get("env") or {}
                for name in _STORAGE_VARIABLES:
                    if block := variables.get(name):
                        found.shared.append(f"storage block {block}, named by the deployment {deployment.name}")
    except Exception as error:  # noqa: BLE001 - a server of another version may answer in another form
        found.unknown.append(f"what the Prefect server sets ({masked(repr(error))[:100]})")


def _named(client: "SyncPrefectClient", who: str, block_id: UUID | None) -> list[str]:
    if block_id is None:
        return []
    block = client.read_block_document(block_id)
    kind = block.block_type.slug if block.block_type else "block"
    return [f"storage block {kind}/{block.name}, named by {who}"]
