"""What a form states becomes the same facts, as a response or as the Observations that are extracted from it."""

from typing import Any

import pytest

from leptobridge.fhir.vocabulary import BASE, OBSERVABLE
from leptobridge.forms.extract import extract_observations, transaction_of
from leptobridge.forms.shipped import questionnaire_of, shipped_questionnaires
from tests.chart.reading import facts_of
from tests.forms.filled import FORMS, csf_report, neurological_examination, scorecard

Json = dict[str, Any]


def extracted(form: Json) -> list[Json]:
    questionnaire = questionnaire_of(form)
    assert questionnaire is not None
    return extract_observations(form, questionnaire)


def components(observation: Json) -> dict[str, Any]:
    return {
        component["code"]["coding"][0]["code"]: next(v for k, v in component.items() if k.startswith("value"))
        for component in observation["component"]
    }


def test_a_scorecard_becomes_one_observation_dated_by_the_examination() -> None:
    (card,) = extracted(scorecard())
    assert card["code"]["coding"] == [{"system": OBSERVABLE, "code": "lm-scorecard"}]
    assert card["effectiveDateTime"] == "2026-03-10"
    assert card["subject"] == {"reference": "Patient/wei-lan"}
    assert card["derivedFrom"] == [{"reference": "QuestionnaireResponse/wei-lan-form-1"}]
    stated = components(card)
    assert stated["brain-nodules-change"]["coding"][0]["code"] == "improved"
    assert not any(code.startswith("previous-") or code == "overall-calculated" for code in stated)


def test_an_examination_keeps_levels_and_what_was_not_assessed() -> None:
    (examination,) = extracted(neurological_examination(gait={"valueInteger": 2}))
    assert components(examination)["gait"] == 2
    assert components(examination)["attribution"]["coding"][0]["code"] == "lm"


def test_a_csf_report_becomes_one_observation_for_each_examination_of_the_sample() -> None:
    found = {observation["code"]["coding"][0]["code"]: observation for observation in extracted(csf_report())}
    assert found.keys() == {"csf-cytology", "flow", "csf-ctc", "2880-3"}
    assert {observation["effectiveDateTime"] for observation in found.values()} == {"2026-03-11T10:05:00+08:00"}
    assert components(found["csf-cytology"])["site"]["coding"][0]["code"] == "lumbar"
    assert components(found["csf-ctc"])["volume-ml"]["value"] == 7.5


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_response_and_its_observations_state_the_same(form: Json) -> None:
    assert _statements([form]) == _statements(extracted(form))


def _statements(resources: list[Json]) -> set[tuple[object, ...]]:
    return {
        (fact.kind, fact.item, fact.value, fact.unit, fact.absence, fact.time.first if fact.time else None)
        for number, resource in enumerate(resources)
        for fact in facts_of({"id": f"extracted-{number}", **resource})
        if fact.kind not in ("patient.last_seen", "source") and fact.item != "form_complete"
    }


def test_the_transaction_of_a_response_is_the_same_every_time() -> None:
    form = scorecard()
    assert transaction_of(form, extracted(form)) == transaction_of(form, extracted(form))
    (entry,) = transaction_of(form, extracted(form))["entry"]
    assert entry["request"] == {"method": "POST", "url": "Observation"}


def test_every_item_that_fills_an_element_says_its_code_and_its_profile() -> None:
    for form in shipped_questionnaires().values():
        for item in _every(form["item"]):
            if ":" in (element := item.get("definition", "").partition("#")[2]):
                assert element == f"Observation.component:{item['code'][0]['code']}.value[x]"
            if "definition" in item:
                assert item["definition"].startswith(f"{BASE}/StructureDefinition/")


def _every(items: list[Json]) -> list[Json]:
    return [*items, *(inner for item in items for inner in _every(item.get("item", [])))]
