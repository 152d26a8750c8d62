"""Neurological examination, clinical signs and symptoms (exchange.md 5)."""

import pytest

from leptobridge.chart.observables import LANO_DOMAINS
from tests.chart.reading import DATA_ABSENT, coded, facts_of, items_of, kinds_of, only_fact, words
from tests.dialects import SNOMED, Json, finding, neurological_examination, observable, observation

DAY = "2026-01-10"


def examination(*components: tuple[str, Json]) -> Json:
    sent = [{"code": observable(name)} | answer for name, answer in components]
    return observation(observable("neurological-examination"), DAY, component=sent)


@pytest.mark.parametrize("domain", LANO_DOMAINS)
@pytest.mark.parametrize(
    "answer",
    [
        {"valueInteger": 2}, {"valueQuantity": {"value": 2.0}}, {"valueString": "2"}, {"valueString": "2级"},
        {"valueCodeableConcept": finding("2")}, {"valueCodeableConcept": words("level 2")},
    ],
)  # fmt: skip
def test_every_domain_has_a_level(domain: str, answer: Json) -> None:
    assert items_of(examination((domain.replace("_", "-"), answer)), "neuro.exam") == {domain: 2}


def test_an_examination_is_the_same_in_components_and_single_observations() -> None:
    sent = neurological_examination({"gait": 1, "eye-movements": 0}, True, DAY)
    assert items_of(sent, "neuro.exam") == {"gait": 1, "eye_movements": 0, "other_domains_normal": True}
    assert items_of(observation(observable("gait"), DAY, valueInteger=1), "neuro.exam") == {"gait": 1}


def test_domains_are_known_by_chinese_words() -> None:
    components = [{"code": words("步态"), "valueInteger": 1}, {"code": words("视力"), "valueString": "2分"}]
    sent = observation(words("神经系统检查"), DAY, component=components)
    assert items_of(sent, "neuro.exam") == {"gait": 1, "vision": 2}


@pytest.mark.parametrize(
    ("answer", "absence"),
    [
        ({"dataAbsentReason": coded(DATA_ABSENT, "unknown")}, "unknown"),
        ({"dataAbsentReason": coded(DATA_ABSENT, "not-performed")}, "not_done"),
        ({"valueCodeableConcept": finding("not-evaluable")}, "unknown"),
        ({"valueString": "reduced"}, "unknown"),
        ({"valueQuantity": {"value": 1.5}}, "unknown"),
        ({"valueString": "4/5"}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_a_domain_that_was_not_assessed_is_named_and_unknown(answer: Json, absence: str) -> None:
    fact = only_fact(examination(("vision", answer)), "neuro.exam", "vision")
    assert (fact.value, fact.absence) == (None, absence)


def test_a_domain_explained_by_another_cause_is_repeated_and_coded_as_what_is_asked() -> None:
    sent = examination(
        ("explained-by-other-cause", {"valueCodeableConcept": observable("gait")}),
        ("explained-by-other-cause", {"valueCodeableConcept": observable("level-of-consciousness")}),
        ("explained-by-other-cause", {"valueCodeableConcept": finding("vision")}),
    )
    assert [fact.value for fact in facts_of(sent)] == ["gait", "level_of_consciousness", "vision"]


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (finding("improved"), "improved"), (finding("stable"), "stable"), (finding("worse"), "worse"),
        (words("好转"), "improved"),
        (words("稳定"), "stable"), (words("加重"), "worse"), (coded(SNOMED, "271299001"), "worse"),
        (words("no change"), "stable"),
        (finding("not-evaluable"), None),
    ],
)  # fmt: skip
def test_the_clinicians_judgement_has_three_values(answer: Json, value: str | None) -> None:
    assert only_fact(examination(("clinician-neuro", {"valueCodeableConcept": answer})), "neuro.exam").value == value


@pytest.mark.parametrize("code", ["lm", "undetermined", "other"])
def test_the_attribution_of_a_change_is_kept(code: str) -> None:
    assert only_fact(examination(("attribution", {"valueCodeableConcept": finding(code)})), "neuro.exam").value == code


@pytest.mark.parametrize(
    ("text", "attribution"),
    [("软脑膜转移", "lm"), ("与LM相关", "lm"), ("非LM所致", "other"), ("与LM无关", "other"),
     ("not related to LM", "other"),
     ("可能LM", "undetermined"), ("原因不明", "undetermined")],
)  # fmt: skip
def test_a_worsening_that_is_denied_to_come_of_lm_has_another_cause(text: str, attribution: str) -> None:
    assert only_fact(examination(("attribution", {"valueString": text})), "neuro.exam").value == attribution


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ({"valueCodeableConcept": finding("typical")}, "typical"),
        ({"valueCodeableConcept": finding("atypical")}, "atypical"),
        ({"valueCodeableConcept": finding("none")}, "none"),
        ({"valueCodeableConcept": finding("unknown")}, None),
        ({"valueBoolean": False}, "none"),
        ({"valueBoolean": True}, None),
        ({"valueString": "典型"}, "typical"),
        ({"dataAbsentReason": coded(DATA_ABSENT, "unknown")}, None),
    ],
)
def test_clinical_signs_are_typical_atypical_or_none(answer: Json, value: str | None) -> None:
    assert only_fact(observation(observable("clinical-lm"), DAY, **answer), "neuro.clinical_lm").value == value


def test_symptoms_are_components_of_an_examination() -> None:
    sent = examination(
        ("symptom", {"valueCodeableConcept": finding("headache")}),
        ("symptom", {"valueString": "复视"}),
        ("symptom", {"valueCodeableConcept": words("cauda equina syndrome")}),
    )
    assert [fact.value for fact in facts_of(sent)] == ["headache", "diplopia", "cauda_equina"]


def test_nano_is_a_form_of_its_own() -> None:
    components = [{"code": observable("gait"), "valueInteger": 1}, {"code": observable("language"), "valueInteger": 0}]
    sent = observation(observable("nano"), DAY, component=components)
    assert items_of(sent, "assessment.item") == {"gait": 1, "language": 0}
    assert kinds_of(sent) == {"assessment.item"}
