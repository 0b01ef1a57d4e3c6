"""A job in a forked process, which may be killed while it works."""

import os
import signal
import time
from collections.abc import Callable


def run_forked(job: Callable[[], None], kill_after: float | None = None) -> int:
    """Run a job in a fork of this process and wait until it has ended.

    Args:
        job: The job. It may end its process by a signal itself.
        kill_after: Seconds after which the process is killed; `None` lets it end.

    Returns:
        Exit code: 0 when the job returned, 1 when it raised, or the negative number of the signal.
    """
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            job()
            code = 0
        finally:
            os._exit(code)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(pid, signal.SIGKILL)  # not yet waited for, so the number is still this child's
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
