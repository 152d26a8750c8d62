"""A small EHR in memory: conditional writes, transactions, version checks, and bad days on request."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import httpx

BASE = "https://ehr.example/fhir"

Resource = dict[str, Any]


class WorkerKilledError(BaseException):
    """The process that delivers dies at this moment."""


@dataclass
class FakeEhr:
    """``fault`` is asked once per request, with its method, for what goes wrong with it:

    ``ok``; ``refused`` (503, nothing done), ``busy`` (429), ``conflict`` (409), ``unreachable``; ``lost`` (done, the
    connection breaks), ``gateway`` (done, 504), ``late 3`` (no answer, done three requests later);
    ``killed`` and ``killed_after`` (the worker dies before or after it is done).
    """

    client_ids: bool = True
    states_client_ids: bool = True
    fault: Callable[[str], str] = lambda _method: "ok"
    resources: dict[str, Resource] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    _late: list[tuple[int, httpx.Request]] = field(default_factory=list)
    _number: int = 0

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._handle)

    def of_type(self, resource_type: str) -> list[Resource]:
        return [resource for name, resource in self.resources.items() if name.startswith(f"{resource_type}/")]

    def settle(self) -> None:
        """Whatever is still on its way arrives."""
        for _, request in self._late:
            self._answer(request)
        self._late.clear()

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(f"{request.method} {request.url.path.removeprefix('/fhir').lstrip('/')}")
        due = [late for waits, late in self._late if waits == 0]
        self._late = [(waits - 1, late) for waits, late in self._late if waits > 0]
        for late in due:
            self._answer(late)
        match self.fault(request.method).split():
            case ["refused"]:
                return httpx.Response(503, json=outcome("transient"))
            case ["busy"]:
                return httpx.Response(429, headers={"Retry-After": "7"}, json=outcome("throttled"))
            case ["conflict"]:
                return httpx.Response(409, json=outcome("conflict"))
            case ["unreachable"]:
                raise httpx.ConnectError("no route", request=request)
            case ["lost"]:
                self._answer(request)
                raise httpx.ReadError("connection reset", request=request)
            case ["gateway"]:
                self._answer(request)
                return httpx.Response(504, json=outcome("timeout"))
            case ["late", requests]:
                self._late.append((int(requests), request))
                raise httpx.ReadTimeout("too slow", request=request)
            case ["killed"]:
                raise WorkerKilledError
            case ["killed_after"]:
                self._answer(request)
                raise WorkerKilledError
        return self._answer(request)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/fhir").strip("/")
        if path == "metadata":
            stated = {"updateCreate": self.client_ids} if self.states_client_ids else {}
            listed = [{"type": name} | stated for name in ("Observation", "Provenance")]
            return httpx.Response(200, json={"resourceType": "CapabilityStatement", "rest": [{"resource": listed}]})
        if request.method == "POST":
            return self._transaction(json.loads(request.content)["entry"])
        if "/" in path:
            found = self.resources.get(path)
            return httpx.Response(200, json=found) if found else httpx.Response(404, json=outcome("not-found"))
        matches = list(self._search(path, dict(request.url.params)))
        entries = [{"resource": match} for match in matches]
        return httpx.Response(200, json={"resourceType": "Bundle", "type": "searchset", "entry": entries})

    def _search(self, resource_type: str, parameters: dict[str, str]) -> Iterator[Resource]:
        for resource in self.of_type(resource_type):
            if "identifier" in parameters:
                tokens = {f"{item['system']}|{item['value']}" for item in resource.get("identifier", [])}
                if parameters["identifier"] in tokens:
                    yield resource
            elif "target" in parameters:
                if {"reference": parameters["target"]} in resource["target"]:
                    yield resource
            else:
                yield resource

    def _transaction(self, entries: list[Resource]) -> httpx.Response:
        """All or nothing: whatever is refused leaves everything as it was."""
        before = deepcopy(self.resources)
        assigned: dict[str, str] = {}
        responses = []
        for entry in entries:
            status, reference = self._write(entry, assigned)
            if status >= 400:
                self.resources = before
                return httpx.Response(status, json=outcome("processing"))
            responses.append({"response": {"status": f"{status} done", "location": f"{reference}/_history/1"}})
        return httpx.Response(200, json={"resourceType": "Bundle", "type": "transaction-response", "entry": responses})

    def _write(self, entry: Resource, assigned: dict[str, str]) -> tuple[int, str]:
        request = entry["request"]
        content = json.loads(replaced(json.dumps(entry["resource"]), assigned))
        if request["method"] == "POST":
            if "ifNoneExist" in request:
                name, _, value = request["ifNoneExist"].partition("=")
                matches = list(self._search(request["url"], {name: value}))
                if len(matches) > 1:
                    return 412, ""
                if matches:
                    reference = f"{request['url']}/{matches[0]['id']}"
                    assigned[entry.get("fullUrl", reference)] = reference
                    return 200, reference
            self._number += 1
            reference = f"{request['url']}/{self._number}"
            assigned[entry.get("fullUrl", reference)] = reference
            return self._store(reference, content, 201)
        reference = request["url"]
        standing = self.resources.get(reference)
        if standing is None:
            return self._store(reference, content, 201) if self.client_ids else (405, "")
        if "ifMatch" in request and request["ifMatch"] != f'W/"{standing["meta"]["versionId"]}"':
            return 412, ""
        return self._store(reference, content, 200)

    def _store(self, reference: str, content: Resource, status: int) -> tuple[int, str]:
        standing = self.resources.get(reference)
        version = int(standing["meta"]["versionId"]) + 1 if standing else 1
        meta = content.get("meta", {}) | {"versionId": str(version)}
        self.resources[reference] = content | {"id": reference.partition("/")[2], "meta": meta}
        return status, reference


def replaced(text: str, assigned: dict[str, str]) -> str:
    for full_url, reference in assigned.items():
        text = text.replace(f'"{full_url}"', f'"{reference}"')
    return text


def outcome(code: str) -> Resource:
    return {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": code}]}
