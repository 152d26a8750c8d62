"""What went wrong with a request to the EHR, and what follows: try again, look first, or show it to a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import httpx

#: ``transient``: nothing was written, the request may do later. ``ambiguous``: it may have been written, the answer
#: is lost. ``permanent``: the same request will be refused again; it is parked until a person has looked.
FailureKind = Literal["transient", "ambiguous", "permanent"]


@dataclass(frozen=True, slots=True)
class Rule:
    """``patience`` is the number of attempts after which a person has to look; None = try for ever."""

    kind: FailureKind
    patience: int | None = None


#: By status of the answer to a write. Whatever is not named: 4xx permanent, 5xx ambiguous, anything else permanent.
STATUS_RULES: Mapping[int, Rule] = {
    401: Rule("transient"),  # the token ran out for all results alike; parking every one of them helps nobody
    408: Rule("ambiguous"),
    409: Rule("transient", patience=12),  # HAPI: the loser of two parallel conditional writes
    412: Rule("transient", patience=12),  # somebody wrote in between, or several matched
    423: Rule("transient"),
    425: Rule("transient"),
    429: Rule("transient"),
    500: Rule("ambiguous"),
    501: Rule("permanent"),
    502: Rule("ambiguous"),
    503: Rule("transient"),
    504: Rule("ambiguous"),
    505: Rule("permanent"),
}

#: The request never left, so nothing can have been written.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

#: The address or the protocol is wrong; no repetition mends that.
MISCONFIGURED = (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.TooManyRedirects)


class DeliveryError(Exception):
    """A request to the EHR failed. The text says how, without content; ``outcome`` is its OperationOutcome."""

    def __init__(
        self,
        text: str,
        *,
        kind: FailureKind,
        status: int | None = None,
        outcome: Mapping[str, Any] | None = None,
        retry_after: timedelta | None = None,
        patience: int | None = None,
    ) -> None:
        super().__init__(text)
        self.kind = kind
        self.status = status
        self.outcome = outcome
        self.retry_after = retry_after
        self.patience = patience


def status_rule(status: int) -> Rule:
    """The rule for the status of an answer to a write that is not a success."""
    if status in STATUS_RULES:
        return STATUS_RULES[status]
    return Rule("ambiguous") if status >= 500 else Rule("permanent")


def refused(
    status: int, outcome: Mapping[str, Any] | None, *, wrote: bool, retry_after: timedelta | None = None
) -> DeliveryError:
    """The EHR answered with an error status; ``wrote`` = the request could have changed something."""
    rule = status_rule(status)
    kind = "transient" if rule.kind == "ambiguous" and not wrote else rule.kind
    return DeliveryError(
        f"the EHR answered {status}",
        kind=kind,
        status=status,
        outcome=outcome,
        retry_after=retry_after,
        patience=rule.patience,
    )


def unanswered(error: httpx.HTTPError | httpx.InvalidURL, *, wrote: bool) -> DeliveryError:
    """No answer came: by when the connection broke it is known whether the request may have been processed."""
    name = type(error).__name__
    if isinstance(error, MISCONFIGURED):
        return DeliveryError(f"the EHR cannot be addressed ({name})", kind="permanent")
    if isinstance(error, NOT_SENT) or not wrote:
        return DeliveryError(f"the EHR was not reached ({name})", kind="transient")
    return DeliveryError(f"the answer of the EHR was lost ({name})", kind="ambiguous")


def parse_retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Retry-After in seconds or as an HTTP date (RFC 9110, 10.2.3); None where absent, unreadable or past."""
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text), 10**8))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    wait = moment - now
    return wait if wait > timedelta(0) else None
