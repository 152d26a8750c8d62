"""``leptobridge serve``: the service as a process."""

import gc
from typing import Annotated

import typer
import uvicorn

from leptobridge.api.app import create_app
from leptobridge.api.logs import configure_logs
from leptobridge.api.settings import load_settings
from leptobridge.cli.failure import failures_shown
from leptobridge.cli.options import DatabaseUrl, SettingsFile

#: Seconds that requests in progress get at shutdown.
GRACE_SECONDS = 20


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="address to listen on [default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="port [default: 8000; 0 takes a free one]")] = None,
    database: DatabaseUrl = None,
    ehr: Annotated[str | None, typer.Option(metavar="URL", help="FHIR base of the EHR that results go to")] = None,
    ehr_token: Annotated[
        str | None,
        typer.Option(
            metavar="TOKEN", envvar="LEPTOBRIDGE_EHR_TOKEN", help="bearer token for the EHR", show_envvar=True
        ),
    ] = None,
    evaluation: Annotated[
        bool | None, typer.Option("--evaluation/--no-evaluation", help="evaluate patients in this process")
    ] = None,
    delivery: Annotated[
        bool | None, typer.Option("--delivery/--no-delivery", help="deliver results to the EHR in this process")
    ] = None,
    settings: SettingsFile = None,
) -> None:
    """Run the service: FHIR under /fhir, state under /health and /admin. Ctrl-C or SIGTERM ends it in order.

    Every option is also a setting: LEPTOBRIDGE_HOST, LEPTOBRIDGE_PORT … in the environment, or a line of the settings
    file. Without --ehr results are kept in the database and delivered nowhere.
    """
    with failures_shown():
        chosen = load_settings(
            settings,
            host=host,
            port=port,
            database=database,
            ehr=ehr,
            ehr_token=ehr_token,
            evaluation=evaluation,
            delivery=delivery,
        )
        configure_logs(chosen.log_level)
        app = create_app(chosen)
        calm_collector()
        config = uvicorn.Config(
            app,
            host=chosen.host,
            port=chosen.port,
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        uvicorn.Server(config).run()


def calm_collector() -> None:
    """Rule tables and definitions live as long as the process: the collector need not look at them again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 50)
