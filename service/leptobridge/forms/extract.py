"""From a response to the Observations that it states, by the definitions of the form's items (SDC, definition-based).

An item with an extraction context starts an Observation whose code is the item's. The fragment of an item's
``definition`` is the element that its answer fills: ``Observation.value[x]``, ``Observation.component:gait.value[x]``
(the component's code is the item's), ``Observation.effective[x]``. An element that is filled outside a context fills
every Observation. None of them claims its profile: a server that does not know it would refuse the claim.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from leptobridge.forms.answers import Given, answer_value, is_enabled, items_of, objects

Json = Mapping[str, Any]

_CONTEXT = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-itemExtractionContext"
_NAMESPACE = UUID("0d7a5a51-2a7c-4a55-9b64-6f2f8f1f5d8e")


def extract_observations(response: Json, questionnaire: Json) -> list[dict[str, Any]]:
    """The Observations of a response that :func:`~leptobridge.forms.check.check_response` lets pass, without ids."""
    given = items_of(response)
    shared: dict[str, Any] = {}
    observations: list[dict[str, Any]] = []
    _walk(objects(questionnaire.get("item")), given, given, shared, observations)
    return [_completed(observation, shared, response) for observation in observations]


def transaction_of(response: Json, observations: list[dict[str, Any]]) -> dict[str, Any]:
    """A transaction that creates the Observations; the same response gives the same fullUrls."""
    seed = f"{response.get('id', '')} {response.get('authored', '')} {response.get('questionnaire')}"
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": f"urn:uuid:{uuid5(_NAMESPACE, f'{seed} {number}')}",
                "resource": observation,
                "request": {"method": "POST", "url": "Observation"},
            }
            for number, observation in enumerate(observations)
        ],
    }


def _walk(
    asked: list[Json],
    given: list[Given],
    response: list[Given],
    target: dict[str, Any],
    observations: list[dict[str, Any]],
) -> None:
    """Fill ``target`` from the items; one that starts a resource of its own adds it to ``observations``."""
    for question in asked:
        named = [item for item in given if item.item.get("linkId") == question["linkId"]]
        if not named or not is_enabled(question, response):
            continue
        here = target
        if any(extension.get("url") == _CONTEXT for extension in objects(question.get("extension"))):
            here = {"resourceType": "Observation", "status": "final"}
            here["code"] = {"coding": question["code"], "text": question["text"]}
        inner = [below for item in named for below in item.inner()]
        element = str(question.get("definition", "")).partition("#")[2]
        for answer in (answer for item in named for answer in item.answers):
            _fill(here, element, question, answer)
        _walk(objects(question.get("item")), inner, response, here, observations)
        if here is not target and ("component" in here or any(name.startswith("value") for name in here)):
            observations.append(here)


def _fill(target: dict[str, Any], element: str, question: Json, answer: Json) -> None:
    name, value = answer_value(answer)
    if not element:
        return
    if name == "valueCoding":
        name, value = "valueCodeableConcept", {"coding": [value]}
    place = element.removeprefix("Observation.")
    if place.startswith("effective"):
        target["effectiveDateTime"] = value
        return
    if place.startswith("component:"):
        component = {"code": {"coding": question["code"], "text": question["text"]}, name: value}
        target.setdefault("component", []).append(component)
    else:
        target[name] = value


def _completed(observation: dict[str, Any], shared: Json, response: Json) -> dict[str, Any]:
    """With what the response says of all: patient, time, author, and the response itself where it has an id."""
    completed = {**observation, "subject": response["subject"]}
    effective = observation.get("effectiveDateTime") or shared.get("effectiveDateTime") or response.get("authored")
    if effective:
        completed["effectiveDateTime"] = effective
    if isinstance(response.get("author"), Mapping):
        completed["performer"] = [response["author"]]
    if "id" in response:
        completed["derivedFrom"] = [{"reference": f"QuestionnaireResponse/{response['id']}"}]
    return completed
