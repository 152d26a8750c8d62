"""Which loops run beside the requests: evaluation and delivery, as the settings say (design 2, embedded default)."""

import threading
from datetime import timedelta
from random import Random

from leptobridge.api.settings import Settings
from leptobridge.api.workers import Clock, Workers
from leptobridge.delivery.ehr import Ehr
from leptobridge.delivery.worker import run_delivery
from leptobridge.evaluation.run import run_evaluation
from leptobridge.evaluation.stored_facts import FactReader
from leptobridge.store.database import Database
from leptobridge.trials.definition import Trial


def build_workers(
    settings: Settings, database: Database, trials: tuple[Trial, ...], reader: FactReader, clock: Clock
) -> Workers:
    """The loops of this process, not yet started. Results are kept for the EHR also where another process delivers."""
    workers = Workers()

    def evaluation(stop: threading.Event, wake: threading.Event) -> None:
        run_evaluation(
            database,
            trials,
            reader,
            clock=clock,
            destination=settings.ehr,
            stop=stop,
            wake=wake,
            written=lambda: workers.wake("delivery"),
        )

    def delivery(stop: threading.Event, wake: threading.Event) -> None:
        assert settings.ehr is not None
        token = settings.ehr_token.get_secret_value() if settings.ehr_token else None
        with Ehr(settings.ehr, token=token, clock=clock) as ehr:
            run_delivery(
                database,
                ehr,
                stop,
                clock=clock,
                random=Random(),
                wake=wake,
                poll_seconds=settings.poll_seconds,
                lease=timedelta(seconds=settings.lease_seconds),
            )

    if settings.evaluation:
        workers.add("evaluation", evaluation)
    if settings.delivery and settings.ehr:
        workers.add("delivery", delivery)
    return workers
