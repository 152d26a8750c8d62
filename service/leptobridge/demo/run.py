"""The demonstration: a hospital's charts go to the service, its results come back, and are shown per patient."""

import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from leptobridge.demo.hospital import ExchangeError, FhirServer
from leptobridge.demo.patients import demo_patients
from leptobridge.demo.report import show_patient
from leptobridge.demo.server import Server, ServerNotReadyError, running_server
from leptobridge.demo.standing_result import read_result
from leptobridge.store import outbox
from leptobridge.store.database import Database
from leptobridge.store.due import count_due

HOSPITAL_PORT = 8001
SERVICE_PORT = 8000

#: The hospital keeps charts and draws no conclusions of its own.
HOSPITAL_ENVIRONMENT = {"LEPTOBRIDGE_EVALUATION": "false", "LEPTOBRIDGE_DELIVERY": "false"}
SERVICE_ENVIRONMENT = {"LEPTOBRIDGE_POLL_SECONDS": "0.2"}

DONE_SECONDS = 120.0


def run_demo(
    serve: bool = False,
    *,
    hospital_port: int = HOSPITAL_PORT,
    service_port: int = SERVICE_PORT,
    console: Console | None = None,
) -> int:
    """Run the main job once and show what stands in the hospital; returns the exit status.

    With ``serve`` both servers stay up until an interrupt or SIGTERM. Ports that are taken are replaced by free ones.
    1 means that a server did not start, an exchange failed, or results did not arrive in time; the console says which.
    """
    page = console or Console()
    with tempfile.TemporaryDirectory(prefix="leptobridge-demo-") as folder, _terminated_like_interrupted():
        try:
            return _run(Path(folder), serve, hospital_port, service_port, page)
        except (ServerNotReadyError, ExchangeError) as error:
            page.print(str(error), style="red", markup=False)
        except httpx.HTTPError as error:
            page.print(f"a server could not be reached ({type(error).__name__})", style="red")
        except KeyboardInterrupt:
            return 130
        return 1


def _run(folder: Path, serve: bool, hospital_port: int, service_port: int, page: Console) -> int:
    with ExitStack() as stack:
        page.print("Starting the hospital and the service ...")
        hospital = stack.enter_context(running_server("hospital", folder, hospital_port, HOSPITAL_ENVIRONMENT))
        service = stack.enter_context(
            running_server("service", folder, service_port, SERVICE_ENVIRONMENT, "--ehr", hospital.fhir)
        )
        page.print(f"  hospital  {hospital.fhir}\n  service   {service.fhir}")
        http = stack.enter_context(httpx.Client(timeout=30, trust_env=False))
        ward = FhirServer(hospital.fhir, http)
        for story in demo_patients():
            ward.post_bundle(story.bundle)
        patients = ward.patients()
        page.print(f"{len(patients)} charts are in the hospital.")

        done = _exchange(ward, FhirServer(service.fhir, http), service, [patient["id"] for patient in patients], page)
        for patient in patients:
            show_patient(page, patient, [read_result(found) for found in ward.conclusions(patient["id"])])
        if not done:
            page.print("Not every result has arrived in the hospital: see above.", style="red")
        if serve:
            page.print(f"Browse {service.root} and {hospital.root}; Ctrl-C ends.")
            with suppress(KeyboardInterrupt):
                threading.Event().wait()
        return 0 if done else 1


def _exchange(ward: FhirServer, service: FhirServer, server: Server, patient_ids: list[str], page: Console) -> bool:
    """Send every chart to the service and wait until its results stand in the hospital; False if not all do."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=page) as progress:
        sending = progress.add_task("Charts sent to the service", total=len(patient_ids))
        for patient_id in patient_ids:
            service.post_bundle(ward.chart(patient_id))
            progress.advance(sending)
        arriving = progress.add_task("Results in the hospital", total=None)
        return _wait_for_results(
            server.database, lambda there, all_: progress.update(arriving, completed=there, total=all_)
        )


def _wait_for_results(database_url: str, show: Callable[[int, int], None]) -> bool:
    """Wait until nobody is due and the outbox is empty; False if a result was parked or time ran out."""
    database = Database.open(database_url)
    try:
        deadline = time.monotonic() + DONE_SECONDS
        while time.monotonic() < deadline:
            with database.reading() as session:
                due = count_due(session, datetime.now(UTC))
                states = outbox.counts(session)
            waiting = states.get("pending", 0) + states.get("claimed", 0)
            delivered = states.get("delivered", 0)
            show(delivered, delivered + waiting)
            if due == 0 and waiting == 0 and delivered:
                return states.get("parked", 0) == 0
            time.sleep(0.1)
        return False
    finally:
        database.close()


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """SIGTERM ends the demonstration as Ctrl-C does, so that its servers never outlive it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
