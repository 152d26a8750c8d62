"""Background threads of the server process: evaluation and delivery, woken after intake and looking by themselves."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

Clock = Callable[[], datetime]

#: A loop: runs until the first event (stop) is set, waits on the second (wake) between passes.
Loop = Callable[[threading.Event, threading.Event], None]

_log = structlog.get_logger("leptobridge.workers")

#: How long a thread that died is left alone before it is started again.
RESTART_SECONDS = 1.0


@dataclass(slots=True)
class _Worker:
    name: str
    loop: Loop
    wake: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None


class Workers:
    """The loops of one process. A loop that raises is started again; its claims end with their lease."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._workers: list[_Worker] = []

    def add(self, name: str, loop: Loop) -> None:
        """Have ``loop`` run from `start` on, as a thread called ``name``."""
        self._workers.append(_Worker(name, loop))

    def start(self) -> None:
        """Start every loop."""
        for worker in self._workers:
            worker.thread = threading.Thread(target=self._keep_running, args=(worker,), name=worker.name, daemon=True)
            worker.thread.start()

    def wake(self, *names: str) -> None:
        """Something may be there to do: for the loops named, or for all."""
        for worker in self._workers:
            if not names or worker.name in names:
                worker.wake.set()

    def stop(self, timeout: float = 30.0) -> None:
        """Let every loop end its present pass, and wait for it."""
        self._stop.set()
        self.wake()
        for worker in self._workers:
            if worker.thread is not None:
                worker.thread.join(timeout)

    def states(self) -> dict[str, bool]:
        """Name -> whether the thread is alive."""
        return {worker.name: worker.thread is not None and worker.thread.is_alive() for worker in self._workers}

    def _keep_running(self, worker: _Worker) -> None:
        while not self._stop.is_set():
            try:
                worker.loop(self._stop, worker.wake)
            except Exception:
                _log.error("worker.failed", worker=worker.name, exc_info=True)
                self._stop.wait(RESTART_SECONDS)
