"""Slow imports and first uses of libraries, done while the command waits for its server.

The statistics and chart libraries take seconds to import, and the chart engine starts a JavaScript machine. The run
needs them only later, and the wait for the server leaves this process idle.
"""

import threading
from contextlib import suppress


def warm_up_in_background() -> None:
    """Import the libraries of the run and draw one empty chart, in a thread that the process does not wait for."""
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()


def _warm_up() -> None:
    # An error here is raised again, and reported, when the library is used.
    with suppress(Exception):
        from analytics.sql.process import warm_up

        warm_up()
        import scipy.stats  # noqa: F401 # pyright: ignore[reportUnusedImport]
        import statsmodels.stats.multitest  # noqa: F401 # pyright: ignore[reportUnusedImport]
        import vl_convert

        import tasks.report_tasks  # noqa: F401 # pyright: ignore[reportUnusedImport]

        vl_convert.vegalite_to_svg({"data": {"values": []}, "mark": "point"})
        import altair  # noqa: F401 # pyright: ignore[reportUnusedImport]
