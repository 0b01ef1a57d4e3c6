"""Slow imports and first uses of libraries, done while the command waits for its server.

The statistics libraries take seconds to import, and Typst reads fonts. The run needs them only later, and the
wait for the server leaves this process idle.
"""

import gc
import os
import threading
from contextlib import suppress
from importlib import import_module

_SHARED = ["pyarrow.dataset", "pyarrow.parquet", "analytics.reading.read", "agents.outputs"]
"""Modules that both this process and that for analysis need."""
_CHECK = ["agents.grounding.checked_draft", "agents.grounding.problems"]
"""Modules of the check of an analysis, which is made in the process for analysis: this one is busy with the run."""


def start_helpers() -> None:
    """Start the processes for analysis, charts and SQL, which get ready beside the imports of this one.

    That for analysis is a fork, where that is possible, made when this one has imported what both need. Those for
    charts and SQL are started when that one is ready: all at once would take turns with this process, for which
    everything waits, on two cores.

    Where no address of a server is set, an embedded server starts and needs the other core itself: then the command
    analyses in its own process, which is sooner done (`python -m benchmarks.cost.cold_start`).
    """
    if os.environ.get("PREFECT_API_URL"):
        with suppress(Exception):  # it does without
            _start_analysis()
    threading.Thread(target=_start_others, name="helpers", daemon=True).start()


def _start_others() -> None:
    from analytics.second_process.process import wait_until_ready
    from analytics.sql.process import warm_up as start_sql
    from tasks.charts.converter import warm_up as start_converter

    wait_until_ready()
    for start in (start_converter, start_sql):
        with suppress(Exception):  # raised again when the process is used
            start()


def _start_analysis() -> None:
    from analytics.second_process.process import warm_up as start_analysis

    gc.disable()  # what imports make stays
    try:
        for module in _SHARED:
            import_module(module)
    finally:
        gc.freeze()  # the collector would write into pages that the fork shares
        gc.enable()
    start_analysis(_CHECK, fork=True)


def warm_up_in_background() -> None:
    """Import the libraries of the run, in a thread that the process does not wait for."""
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()


_BEFORE_READING = ["pyarrow.dataset", "pyarrow.parquet"]
_BEFORE_REPORTING = ["tasks.charts.by_evidence", "tasks.report_tasks"]


def _warm_up() -> None:
    # An error here is raised again, and reported, when the library is used. In the order in which a run needs them.
    with suppress(Exception):
        from analytics.second_process.process import is_started
        from tasks.report.render import warm_up as load_templates

        elsewhere = [] if is_started() else ["scipy.stats", "agents.grounding.problems"]
        for module in [*_BEFORE_READING, *elsewhere, *_BEFORE_REPORTING]:
            import_module(module)
        load_templates()
