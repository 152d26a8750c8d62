"""A service on a real port for every test that asks for one, over real HTTP."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import uvicorn

from leptobridge.api.app import create_app
from leptobridge.api.service import utc_now
from leptobridge.api.settings import Settings
from leptobridge.chart.mappings import Mappings, load_mappings

FHIR = {"Content-Type": "application/fhir+json"}


@dataclass
class RunningService:
    """A service and a client of it; ``http`` has the FHIR base as its base URL."""

    root: str
    settings: Settings
    http: httpx.Client
    app: Any

    def create(self, resource: dict[str, Any], **headers: str) -> httpx.Response:
        return self.http.post(resource["resourceType"], json=resource, headers=FHIR | headers)

    def put(self, resource: dict[str, Any], **headers: str) -> httpx.Response:
        return self.http.put(f"{resource['resourceType']}/{resource['id']}", json=resource, headers=FHIR | headers)

    def send(self, content: bytes, path: str = "", **headers: str) -> httpx.Response:
        return self.http.post(path, content=content, headers=FHIR | headers)

    def found(self, search: str, **headers: str) -> list[str]:
        """Ids of the matches of a search, page by page."""
        answer = self.http.get(search, headers=headers).raise_for_status().json()
        ids = [e["resource"]["id"] for e in answer.get("entry", []) if e["search"]["mode"] == "match"]
        following = [link["url"] for link in answer["link"] if link["relation"] == "next"]
        return ids + (self.found(following[0]) if following else [])


StartService = Callable[..., RunningService]


@pytest.fixture(scope="session")
def mappings() -> Mappings:
    return load_mappings()


@contextmanager
def running(settings: Settings, mappings: Mappings, clock: Callable[[], datetime]) -> Iterator[RunningService]:
    """The service of the settings on a free port, until the end of the block."""
    app = create_app(settings, mappings=mappings, clock=clock)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, access_log=False, log_config=None, lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        thread.join(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    root = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=f"{root}/fhir/", timeout=30, trust_env=False) as http:
        yield RunningService(root, settings, http, app)
    server.should_exit = True
    thread.join(30)


@pytest.fixture
def start(database_url: str, mappings: Mappings) -> Iterator[StartService]:
    """Starts services with the settings given, all on the test's database; evaluation and delivery off by default."""
    with ExitStack() as stack:

        def begin(clock: Callable[[], datetime] = utc_now, **values: Any) -> RunningService:
            given: dict[str, Any] = {"database": database_url, "evaluation": False, "delivery": False} | values
            return stack.enter_context(running(Settings(**given), mappings, clock))

        yield begin


@pytest.fixture
def service(start: StartService) -> RunningService:
    """A service that keeps and answers; nothing runs in its background."""
    return start()


def noon(day: str) -> Callable[[], datetime]:
    """A clock that stands still."""
    moment = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)
    return lambda: moment


def issues_of(answer: httpx.Response) -> list[dict[str, Any]]:
    """The issues of an OperationOutcome; fails for any other answer."""
    assert answer.headers["content-type"] == "application/fhir+json"
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    return list(outcome["issue"])
