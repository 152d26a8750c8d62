"""The hospital's side over HTTP: its charts, read as an interface engine does, and the results that stand in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from leptobridge.delivery.ehr import FHIR_JSON, Resource, parse_json, write_json
from leptobridge.fhir.vocabulary import CONCLUSION


class ExchangeError(RuntimeError):
    """A server refused a step of the demonstration; the text names the step and the status, no content."""


@dataclass(frozen=True, slots=True)
class FhirServer:
    """The few interactions that the demonstration has with either server."""

    base: str
    http: httpx.Client

    def post_bundle(self, content: bytes) -> None:
        """Send a bundle. Raises ExchangeError unless it is taken in."""
        answer = self.http.post(self.base, content=content, headers={"Content-Type": FHIR_JSON})
        if not answer.is_success:
            raise ExchangeError(f"a bundle was refused with {answer.status_code}")

    def patients(self) -> list[Resource]:
        """All patients, in the order of their identifiers."""
        found = list(self._pages(f"{self.base}/Patient", {"_count": "100"}))
        return sorted(found, key=lambda patient: str(patient.get("identifier")))

    def chart(self, patient_id: str) -> bytes:
        """A patient's chart as a collection bundle; the full URLs say whose ids these are."""
        resources = self._pages(f"{self.base}/Patient/{patient_id}/$everything", {"_count": "200"})
        entries = [
            {"fullUrl": f"{self.base}/{resource['resourceType']}/{resource['id']}", "resource": resource}
            for resource in resources
        ]
        return write_json({"resourceType": "Bundle", "type": "collection", "entry": entries})

    def conclusions(self, patient_id: str) -> list[Resource]:
        """The Observations about a patient that are conclusions of LeptoBridge."""
        found = self._pages(f"{self.base}/Observation", {"patient": patient_id, "_count": "200"})
        return [resource for resource in found if is_conclusion(resource)]

    def _pages(self, url: str, parameters: Mapping[str, str] | None) -> Iterator[Resource]:
        following: str | None = url
        while following:
            answer = self.http.get(following, params=parameters)
            if not answer.is_success:
                raise ExchangeError(f"reading from the hospital was refused with {answer.status_code}")
            bundle = parse_json(answer.content)
            for entry in bundle.get("entry", []):
                yield entry["resource"]
            # The link carries all parameters itself.
            parameters = None
            links = {link["relation"]: link["url"] for link in bundle.get("link", [])}
            following = links.get("next")


def is_conclusion(resource: Mapping[str, Any]) -> bool:
    """Whether the Observation carries the identifier of a conclusion (exchange.md 12)."""
    return any(identifier.get("system") == CONCLUSION for identifier in resource.get("identifier", []))
