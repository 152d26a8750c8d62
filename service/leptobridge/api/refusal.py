"""Refusing a request: a status with an OperationOutcome that says what, where and why."""

from collections.abc import Mapping, Sequence

from leptobridge.fhir.issue import Issue, IssueCode


class RefusedError(Exception):
    """A request that is answered with an error; ``issues`` become the OperationOutcome.

    ``linger`` asks that the rest of the request body be read and thrown away for a moment, so that a client still
    sending gets to see the answer.
    """

    def __init__(
        self,
        status: int,
        issues: Issue | Sequence[Issue],
        *,
        headers: Mapping[str, str] | None = None,
        linger: bool = False,
    ) -> None:
        self.status = status
        self.issues = (issues,) if isinstance(issues, Issue) else tuple(issues)
        self.headers = dict(headers or {})
        self.linger = linger
        super().__init__(f"{status}: {', '.join(issue.code for issue in self.issues)}")


def refuse(status: int, code: IssueCode, diagnostics: str, expression: str = "", **headers: str) -> RefusedError:
    """A RefusedError with one issue of severity ``error``; keyword names become header names (``WWW_Authenticate``)."""
    issue = Issue(severity="error", code=code, diagnostics=diagnostics, expression=expression)
    return RefusedError(status, issue, headers={name.replace("_", "-"): value for name, value in headers.items()})
