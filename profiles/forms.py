"""forms/*.yaml -> Questionnaires (R4, with the extensions of Structured Data Capture that put a form's rules into it).

An item says: ``link`` and ``type`` (none: a group), ``text`` in English and Chinese, ``required``, ``repeats`` (how
often at most), ``options`` (findings), ``levels`` (numbers), ``asked`` (observables as options), ``unit``,
``minimum``, ``when`` (question: answer), ``rules`` and ``calculated`` (FHIRPath). ``becomes`` names the profile of the
resource that the item starts when the form is extracted; ``states`` says where its answer goes in there: ``value``,
``component`` or ``effective``. ``code`` is the observable where it is not the ``link``. ``for_each`` repeats its
``items`` with names filled in.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]

FORMS = Path(__file__).resolve().parent / "forms"
BASE = "https://leptobridge.org/fhir"
OBSERVABLE = f"{BASE}/CodeSystem/lm-observable"
FINDING = f"{BASE}/CodeSystem/lm-finding"
CORE = "http://hl7.org/fhir/StructureDefinition"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition"


def questionnaires(version: str) -> list[Json]:
    """All forms, by name of their file."""
    return [_questionnaire(path, version) for path in sorted(FORMS.glob("*.yaml"))]


def _questionnaire(path: Path, version: str) -> Json:
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        "resourceType": "Questionnaire",
        "id": path.stem,
        "url": f"{BASE}/Questionnaire/{path.stem}",
        "version": version,
        "name": form["name"],
        "title": form["title"],
        "status": "active",
        "experimental": False,
        "subjectType": ["Patient"],
        "date": "2026-11-25",
        "publisher": "LeptoBridge",
        "description": form["description"],
        "item": [_item(item, item.get("of")) for item in _spelled_out(form["items"])],
    }


def _spelled_out(items: list[Json]) -> Iterator[Json]:
    for item in items:
        if "for_each" in item:
            for names in item["for_each"]:
                yield from (_filled(template, names) for template in item["items"])
        else:
            yield item


def _filled(template: Any, names: Mapping[str, Any]) -> Any:
    """The template with ``{name}`` replaced; a text that is one name alone becomes what the name stands for."""
    if isinstance(template, dict):
        return {_filled(key, names): _filled(value, names) for key, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, names) for value in template]
    if not isinstance(template, str):
        return template
    for name, value in names.items():
        if template == f"{{{name}}}":
            return value
        if isinstance(value, str):
            template = template.replace(f"{{{name}}}", value)
    return template


def _item(item: Json, profile: str | None) -> Json:
    """``profile``: of the resource that an item above has started."""
    profile = item.get("becomes", profile)
    result: Json = {}
    if extensions := list(_extensions(item)):
        result["extension"] = extensions
    result["linkId"] = item["link"]
    if item.get("states") in ("value", "component", "effective"):
        result["definition"] = f"{BASE}/StructureDefinition/{profile}#Observation.{_place(item)}"
    if code := _code(item):
        result["code"] = [code]
    english, chinese = item["text"]
    translation = [{"url": "lang", "valueCode": "zh"}, {"url": "content", "valueString": chinese}]
    result["text"] = english
    result["_text"] = {"extension": [{"url": f"{CORE}/translation", "extension": translation}]}
    result["type"] = item.get("type", "group")
    if conditions := item.get("when"):
        result["enableWhen"] = [_condition(question, answer) for question, answer in conditions.items()]
    if item.get("required"):
        result["required"] = True
    if "repeats" in item:
        result["repeats"] = True
    if "calculated" in item:
        result["readOnly"] = True
    if options := list(_options(item)):
        result["answerOption"] = options
    if inner := list(_spelled_out(item.get("items", []))):
        result["item"] = [_item(child, profile) for child in inner]
    return result


def _place(item: Json) -> str:
    if item["states"] == "component":
        return f"component:{item.get('code', item['link'])}.value[x]"
    return f"{item['states']}[x]"


def _code(item: Json) -> Json | None:
    if "loinc" in item:
        return {"system": "http://loinc.org", "code": item["loinc"]}
    if "becomes" in item or item.get("states") == "component":
        return {"system": OBSERVABLE, "code": item.get("code", item["link"])}
    return None


def _condition(question: str, answer: object) -> Json:
    if isinstance(answer, bool):
        return {"question": question, "operator": "=", "answerBoolean": answer}
    return {"question": question, "operator": "=", "answerCoding": {"system": FINDING, "code": answer}}


def _options(item: Json) -> Iterator[Json]:
    yield from ({"valueInteger": level} for level in item.get("levels", ()))
    yield from ({"valueCoding": {"system": FINDING, "code": code}} for code in item.get("options", ()))
    yield from ({"valueCoding": {"system": OBSERVABLE, "code": code}} for code in item.get("asked", ()))


def _extensions(item: Json) -> Iterator[Json]:
    if "becomes" in item:
        yield {"url": f"{SDC}/sdc-questionnaire-itemExtractionContext", "valueCode": "Observation"}
    if "unit" in item:
        unit = {"system": "http://unitsofmeasure.org", "code": item["unit"], "display": item["unit"]}
        yield {"url": f"{CORE}/questionnaire-unitOption", "valueCoding": unit}
        yield {"url": f"{CORE}/minValue", "valueInteger": 0}
    if "minimum" in item:
        yield {"url": f"{CORE}/minValue", "valueInteger": item["minimum"]}
    if "repeats" in item:
        yield {"url": f"{CORE}/questionnaire-maxOccurs", "valueInteger": item["repeats"]}
    for rule in item.get("rules", ()):
        yield {
            "url": f"{CORE}/questionnaire-constraint",
            "extension": [
                {"url": "key", "valueId": rule["key"]},
                {"url": "severity", "valueCode": rule["severity"]},
                {"url": "expression", "valueString": rule["expression"]},
                {"url": "human", "valueString": rule["human"]},
            ],
        }
    if calculated := item.get("calculated"):
        expression = {"language": "text/fhirpath", **calculated}
        yield {"url": f"{SDC}/sdc-questionnaire-calculatedExpression", "valueExpression": expression}
