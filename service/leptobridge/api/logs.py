"""Structured logs without patient data: JSON lines of events, numbers and names that the code itself chose."""

import io
import logging
import sys
from typing import Any, TextIO, cast

import orjson
import structlog
from structlog.types import EventDict, WrappedLogger


class _StandardError(io.TextIOBase):
    """Whatever is standard error when a line is written: loggers outlive a stream that was put in its place."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def _as_json(event: EventDict, **options: Any) -> str:
    return orjson.dumps(event, **options).decode()


def configure_logs(level: str) -> None:
    """Sends every log line of the process to standard error as JSON; called once by a process's entry point."""
    numeric = getattr(logging, level.upper())
    stream = cast(TextIO, _StandardError())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            name_exception,
            structlog.processors.JSONRenderer(_as_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_LibraryLine())
    logging.basicConfig(level=max(numeric, logging.WARNING), handlers=[handler], force=True)


def describe_exception(error: BaseException) -> dict[str, Any]:
    """Type and place of an exception. Its text may quote patient data (a database error quotes rows)."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        module = trace.tb_frame.f_globals.get("__name__", "?")
        frames.append(f"{module}:{code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return {"exception": type(error).__name__, "frames": frames[-12:]}


def name_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """structlog processor: replaces ``exc_info`` by the exception's type and place."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event.update(describe_exception(error))
    return event


class _LibraryLine(logging.Formatter):
    """A library's warning: its logger and level; its text stays out, as it may quote what it was given."""

    def format(self, record: logging.LogRecord) -> str:
        event: EventDict = {"event": "library", "logger": record.name, "level": record.levelname.lower()}
        event["place"] = f"{record.module}:{record.funcName}:{record.lineno}"
        if record.exc_info and record.exc_info[1] is not None:
            event.update(describe_exception(record.exc_info[1]))
        rendered = structlog.processors.JSONRenderer()(None, "", event)
        return rendered if isinstance(rendered, str) else rendered.decode()
