"""Failures as a sentence and an exit code, never as a traceback: exception texts may quote patient data."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import typer
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from leptobridge.api.settings import SettingsError
from leptobridge.cli.exit_codes import ExitCode
from leptobridge.trials.document import TrialFileError


class CommandError(Exception):
    """A command cannot go on; the text is shown as it is and quotes no patient data."""

    def __init__(self, text: str, code: ExitCode = ExitCode.FAILED) -> None:
        super().__init__(text)
        self.code = code


@contextmanager
def failures_shown() -> Iterator[None]:
    """Turns what can go wrong into one line on standard error and the exit code that fits."""
    try:
        yield
    except CommandError as error:
        _end(str(error), error.code)
    except SettingsError as error:
        _end(f"settings: {error}")
    except (ArgumentError, NoSuchModuleError):
        _end("the database URL cannot be read; it begins with sqlite:/// or postgresql://")
    except SQLAlchemyError as error:
        _end(f"the database cannot be used ({type(error).__name__})")
    except TrialFileError as error:
        _end(f"trials: {error}")
    except httpx.HTTPError as error:
        _end(f"no answer over the network ({type(error).__name__})")
    except KeyboardInterrupt:
        _end("interrupted")
    except OSError as error:
        _end(f"{error.strerror or type(error).__name__}{f': {error.filename}' if error.filename else ''}")


def _end(text: str, code: ExitCode = ExitCode.FAILED) -> None:
    typer.echo(f"leptobridge: {text}", err=True)
    raise typer.Exit(int(code)) from None
