"""Link from a run's page on the Prefect server to its trace."""

import logging
from functools import partial
from typing import Any

from prefect.artifacts import create_link_artifact

from runtime.prefect_server.transport import patiently
from runtime.runs.attempts.leases import held
from runtime.runs.enclosing import outermost_flow_run
from runtime.runs.listing import SHORT_ID, find_run
from runtime.store.database import StoreError
from runtime.trace.reading import read_trace
from tasks.trace.page import write_page

_log = logging.getLogger("prefect.trace")

_KEY = "trace"
"""Key of the artifact. Runs are versions of it."""


def link_trace() -> None:
    """Write the trace of the run around this point as a page, and link it from the flow run on the Prefect server.

    The page shows the run as it is now. Nothing happens for a run without a record.
    """
    context = outermost_flow_run()
    run_id = "" if context is None or context.flow_run is None else str(context.flow_run.id)
    lease = held(run_id)
    if lease is None:
        return
    try:
        lease.beat()  # what was recorded until now is in the store
        page = write_page(read_trace(find_run(run_id)))
    except (StoreError, OSError) as error:
        _log.warning("The trace cannot be linked: %s", error)
        return
    create: Any = create_link_artifact  # its type leaves out `_sync`, which keeps it synchronous in async flows
    told = f"A page on the machine of the run; `analyst trace {run_id[:SHORT_ID]} --open` shows what came after, too."
    patiently(partial(create, page.as_uri(), link_text="Trace", key=_KEY, description=told, _sync=True))
