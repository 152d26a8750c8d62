"""What every request handler works with: the database, the rules' data, and threads off the event loop."""

import re
from asyncio import get_running_loop
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import ParamSpec, TypeVar

from starlette.requests import Request

from leptobridge.api.settings import Settings
from leptobridge.api.workers import Clock, Workers
from leptobridge.evaluation.stored_facts import FactReader
from leptobridge.intake.settings import IntakeSettings
from leptobridge.store.database import Database
from leptobridge.trials.definition import Trial

#: What needs no reading of the whole URL.
_PLAIN_HOST = re.compile(r"[A-Za-z0-9.\-]+(?::[0-9]+)?")

P = ParamSpec("P")
T = TypeVar("T")


def utc_now() -> datetime:
    """The clock of a running service."""
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class Service:
    """One running service.

    Requests that write and requests that read have threads of their own: those that wait for the writer's turn on
    SQLite keep no reader waiting.
    """

    settings: Settings
    database: Database
    reader: FactReader
    trials: tuple[Trial, ...]
    workers: Workers
    clock: Clock = utc_now
    intake: IntakeSettings = field(init=False)
    _writers: ThreadPoolExecutor = field(init=False)
    _readers: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        self.intake = self.settings.intake_settings()
        self._writers = ThreadPoolExecutor(self.settings.threads, "write")
        self._readers = ThreadPoolExecutor(self.settings.threads, "read")

    async def write(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of ``work`` in a thread for requests that write."""
        return await get_running_loop().run_in_executor(self._writers, partial(work, *args, **kwargs))

    async def read(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of ``work`` in a thread for requests that read."""
        return await get_running_loop().run_in_executor(self._readers, partial(work, *args, **kwargs))

    def close(self) -> None:
        """Let the threads go, once no request is worked on."""
        self._writers.shutdown(wait=False)
        self._readers.shutdown(wait=False)


def service_of(request: Request) -> Service:
    """The service that the request came to."""
    service = request.app.state.service
    assert isinstance(service, Service)
    return service


def base_of(request: Request, settings: Settings) -> str:
    """The FHIR base as the client sees it, without a slash at the end."""
    if settings.base_url:
        return settings.base_url
    host = request.headers.get("host", "")
    authority = host if _PLAIN_HOST.fullmatch(host) else request.url.netloc
    return f"{request.scope['scheme']}://{authority}/fhir"
