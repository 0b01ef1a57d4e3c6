"""A process that is killed and started again, for `benchmarks/crashes/recovery.py`."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from pathlib import Path


class Kept:
    """A process that is started again when it was killed."""

    def __init__(self, command: list[str], folder: Path, name: str) -> None:
        self._command, self._folder, self._log = command, folder, folder / f"{name}.log"
        self.downs: list[float] = []
        self._lock = threading.Lock()
        self.start()

    def keep(self) -> None:
        """Start it again if it has ended by itself."""
        if self._lock.acquire(blocking=False):
            try:
                if self.process.poll() is not None:
                    self.start()
            finally:
                self._lock.release()

    def start(self) -> None:
        """Start it, in a session of its own, as a machine of its own would be."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, cwd=self._folder, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, seconds: float, *, all_of_it: bool = False) -> None:
        """Kill it, with `all_of_it` the processes that it started too, and start it again after so many seconds."""
        with self._lock:
            self.downs.append(time.time())
            (os.killpg if all_of_it else os.kill)(self.process.pid, signal.SIGKILL)
            self.process.wait()
            time.sleep(seconds)
            self.start()

    def stop(self) -> None:
        """End it and what it started."""
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
