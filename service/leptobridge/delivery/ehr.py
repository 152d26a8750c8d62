"""The EHR as a FHIR server: the few interactions that delivery needs, with every failure named."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx
import msgspec

from leptobridge.delivery.failure import DeliveryError, parse_retry_after, refused, unanswered

FHIR_JSON = "application/fhir+json"

#: A claim is leased for a minute by default: a request must be over before another worker may take the result.
TIMEOUT = httpx.Timeout(20.0, connect=5.0)

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one entry of a transaction: its status, and ``Type/id`` where the EHR named it."""

    status: int
    reference: str | None


# Decimals keep their written precision: 72.50 goes out as 72.50.
_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")


def parse_json(content: bytes | str) -> Any:
    """JSON data with decimals as written. Raises ValueError for what is not JSON."""
    try:
        return _decoder.decode(content)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError("not JSON") from error


def write_json(data: Any) -> bytes:
    """JSON text of plain data; a Decimal becomes a number with its written precision."""
    return _encoder.encode(data)


class Ehr:
    """One EHR base URL. Safe to use from several threads; closing it closes its connections."""

    def __init__(
        self,
        base_url: str,
        *,
        token: str | None = None,
        clock: Callable[[], datetime],
        timeout: httpx.Timeout = TIMEOUT,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._clock = clock
        self._client_ids: dict[str, bool] | None = None
        headers = {"Accept": FHIR_JSON}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._http = httpx.Client(headers=headers, timeout=timeout, transport=transport, follow_redirects=False)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> "Ehr":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def takes_client_ids(self, resource_type: str) -> bool | None:
        """Whether a PUT to an id that is not there creates it: by experience, else as the CapabilityStatement says
        (``updateCreate``); None where it says nothing, as HAPI, which does take them."""
        if self._client_ids is None:
            statement = self._request("GET", "metadata")
            self._client_ids = {
                str(item.get("type")): bool(item["updateCreate"])
                for rest in _objects(statement.get("rest"))
                for item in _objects(rest.get("resource"))
                if "updateCreate" in item
            }
        return self._client_ids.get(resource_type)

    def learn_client_ids(self, resource_type: str, taken: bool) -> None:
        """Remember how a write with an id of our choice went."""
        self._client_ids = {**(self._client_ids or {}), resource_type: taken}

    def read(self, reference: str) -> Resource | None:
        """The resource ``Type/id``; None where it is not there, or no longer."""
        resource_type, _, resource_id = reference.partition("/")
        try:
            return self._request("GET", f"{resource_type}/{quote(resource_id, safe='')}")
        except DeliveryError as error:
            if error.status in {404, 410}:
                return None
            raise

    def search(self, resource_type: str, **parameters: str) -> list[Resource]:
        """Matches of the first page; a search that nothing matches gives an empty list."""
        # HAPI answers a repeated search from a cache of a minute, which would hide what was written just before.
        bundle = self._request("GET", resource_type, params=parameters, headers={"Cache-Control": "no-cache"})
        if bundle.get("resourceType") != "Bundle":
            raise DeliveryError("the EHR did not answer a search with a Bundle", kind="transient")
        return [
            resource
            for entry in _objects(bundle.get("entry"))
            if isinstance(resource := entry.get("resource"), dict)
            and resource.get("resourceType") == resource_type
            and resource.get("id")
        ]

    def commit(self, entries: list[Resource]) -> list[Written]:
        """Carry out the entries in one transaction; what became of each, in their order.

        Raises DeliveryError unless the EHR says that it did all of them.
        """
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        answer = self._request("POST", "", content=write_json(bundle), headers={"Content-Type": FHIR_JSON}, wrote=True)
        responses = _objects(answer.get("entry"))
        if answer.get("resourceType") != "Bundle" or len(responses) != len(entries):
            raise DeliveryError("the EHR did not answer a transaction with its outcome", kind="ambiguous")
        written = [_written(response) for response in responses]
        for entry, response in zip(written, responses, strict=True):
            if not 200 <= entry.status < 300:
                raise refused(entry.status, _outcome(_object(response.get("response")).get("outcome")), wrote=True)
        return written

    def _request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        wrote: bool = False,
    ) -> Resource:
        url = f"{self.base_url}/{path}".rstrip("/")
        try:
            response = self._http.request(method, url, params=params, content=content, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise unanswered(error, wrote=wrote) from None
        if not response.is_success:
            wait = parse_retry_after(response.headers.get("Retry-After"), self._clock())
            raise refused(response.status_code, _outcome(_parsed(response)), wrote=wrote, retry_after=wait)
        answer = _parsed(response)
        if not isinstance(answer, dict):
            raise DeliveryError(
                "the answer of the EHR is not a FHIR resource",
                kind="ambiguous" if wrote else "transient",
                status=response.status_code,
            )
        return answer


def _parsed(response: httpx.Response) -> Any:
    try:
        return parse_json(response.content)
    except ValueError:
        return None


def _outcome(answer: Any) -> Resource | None:
    return answer if isinstance(answer, dict) and answer.get("resourceType") == "OperationOutcome" else None


def _object(value: Any) -> Resource:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[Resource]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _written(entry: Resource) -> Written:
    """A transaction-response entry: ``201 Created`` is 201; a status that cannot be read is 500."""
    response = _object(entry.get("response"))
    status = str(response.get("status", ""))[:3]
    location = re.search(r"([A-Za-z]+/[A-Za-z0-9\-.]{1,64})(/_history/[^/]+)?$", str(response.get("location", "")))
    return Written(
        int(status) if status.isascii() and status.isdigit() else 500, location.group(1) if location else None
    )
