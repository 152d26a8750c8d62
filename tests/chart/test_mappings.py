"""The mappings: what a site may change, checked when it is read (design 3; exchange.md 0)."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from leptobridge.chart.extraction import extract
from leptobridge.chart.mappings import FILES, Mappings, MappingsError, load_mappings, shipped_directory
from leptobridge.chart.words import phrase_pattern
from tests.chart.reading import MAPPINGS, coded, words
from tests.dialects import LOINC, Json, observable, observation, quantity


def site(tmp_path: Path, name: str, change: dict[str, Any]) -> Path:
    """A site's directory with one file: the shipped one with some sections changed."""
    data = yaml.safe_load((shipped_directory() / f"{name}.yaml").read_text(encoding="utf-8"))
    for path, value in change.items():
        *parts, last = path.split("/")
        section = data
        for part in parts:
            section = section[part]
        section[last] = value
    (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return tmp_path


def values_of(mappings: Mappings, sent: Json) -> list[object]:
    extraction = extract(
        sent, reference="Observation/1", version=1, received=datetime(2026, 7, 1, tzinfo=UTC), mappings=mappings
    )
    return [fact.value for fact in extraction.facts if fact.kind != "patient.last_seen"]


def test_the_shipped_mappings_load_without_a_fault() -> None:
    assert load_mappings(None).version == MAPPINGS.version


def test_a_site_replaces_one_file_and_keeps_the_others(tmp_path: Path) -> None:
    own = load_mappings(site(tmp_path, "answers", {"sets/flow/words/positive": ["auffällig"]}))
    flow = observation(observable("flow"), "2026-01-10", valueString="Auffällig")
    haemoglobin = observation(coded(LOINC, "718-7"), "2026-01-10", valueQuantity=quantity(112, "g/L"))
    assert (values_of(MAPPINGS, flow), values_of(own, flow)) == ([None], ["positive"])
    assert values_of(own, haemoglobin) == values_of(MAPPINGS, haemoglobin)
    assert own.version != MAPPINGS.version


def test_a_site_may_say_that_its_requests_are_given(tmp_path: Path) -> None:
    own = load_mappings(site(tmp_path, "therapies", {"given_when_requested": True}))
    order = {
        "resourceType": "MedicationRequest", "status": "active", "intent": "order",
        "medicationCodeableConcept": words("osimertinib"),
    }  # fmt: skip
    assert (values_of(MAPPINGS, order), values_of(own, order)) == (["ordered"], ["given"])


def test_a_site_may_fix_the_unit_of_its_numbers(tmp_path: Path) -> None:
    own = load_mappings(site(tmp_path, "units", {"assumed_units": {"haemoglobin": "g/L"}}))
    sent = observation(coded(LOINC, "718-7"), "2026-01-10", valueQuantity={"value": 112})
    assert [str(value) for value in values_of(own, sent)] == ["11.2"]
    assert values_of(MAPPINGS, sent) == [None]


def test_a_site_adds_its_own_codes(tmp_path: Path) -> None:
    codes = yaml.safe_load((shipped_directory() / "observables.yaml").read_text(encoding="utf-8"))["codes"]
    own = load_mappings(site(tmp_path, "observables", {"codes": codes | {"urn:lab": {"CYT": "csf_cytology"}}}))
    sent = observation(coded("urn:lab", "CYT"), "2026-01-10", valueString="negative")
    assert (values_of(MAPPINGS, sent), values_of(own, sent)) == ([], ["negative"])


@pytest.mark.parametrize(
    ("name", "change", "fault"),
    [
        ("answers", {"sets/cytology/general/positive": "sometimes"}, "'sometimes' is not one of the set's values"),
        ("answers", {"sets/cytology/narrower": {"equivocal": ["maybe"]}}, "'maybe' is not one of the set's values"),
        ("answers", {"sets/cytology/weak": ["unheard of"]}, "'unheard of' is no word of the set"),
        ("answers", {"codes": {"urn:x": {"1": "perhaps"}}}, "'perhaps' is no general answer"),
        ("observables", {"codes": {"urn:x": {"1": "shoe_size"}}}, "'shoe_size' is no observable"),
        ("observables", {"csf/tests": {"shoe_size": ["shoe"]}}, "'shoe_size' is no observable"),
        ("cancers", {"icd_ranges": [["C50", "C40", "breast_cancer"]]}, "range C50 to C40 (breast_cancer) is empty"),
        ("cancers", {"words/lm_patterns": ["("]}, "words.lm_patterns"),
        ("drugs", {"products": {"1": "elixir"}}, "'elixir' is no drug of the list"),
        ("drugs", {"combinations": {"mix": ["elixir"]}}, "'elixir' is no drug of the list"),
        ("genes", {"synonyms": {"X": "NOGENE"}}, "'NOGENE' is no gene of the list"),
        ("units", {"factors": {"g/L": {"g/dL": "a tenth"}}}, "'a tenth' is no number and no fraction"),
    ],
)
def test_a_fault_is_named_with_its_file(tmp_path: Path, name: str, change: dict[str, Any], fault: str) -> None:
    with pytest.raises(MappingsError) as raised:
        load_mappings(site(tmp_path, name, change))
    assert any(f"{name}.yaml" in text and fault in text for text in raised.value.faults)


def test_unreadable_yaml_is_named_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").write_text("codes: [unclosed", encoding="utf-8")
    with pytest.raises(MappingsError, match=r"answers\.yaml: line \d+, column \d+"):
        load_mappings(tmp_path)


def test_a_missing_section_and_a_missing_directory_are_faults(tmp_path: Path) -> None:
    (tmp_path / "genes.yaml").write_text("genes: {}", encoding="utf-8")
    with pytest.raises(MappingsError, match="a part is missing"):
        load_mappings(tmp_path)
    with pytest.raises(MappingsError, match="does not exist"):
        load_mappings(tmp_path / "nowhere")


@pytest.mark.parametrize("name", FILES)
def test_every_shipped_file_is_yaml_with_named_sections(name: str) -> None:
    data = yaml.safe_load((shipped_directory() / f"{name}.yaml").read_text(encoding="utf-8"))
    assert all(isinstance(section, str) for section in data)


def test_no_drug_word_names_two_drugs() -> None:
    drugs = yaml.safe_load((shipped_directory() / "drugs.yaml").read_text(encoding="utf-8"))["drugs"]
    owners: dict[str, str] = {}
    for drug in drugs:
        for word in (drug["name"], *drug.get("words", ())):
            assert owners.setdefault(word.lower(), drug["name"]) == drug["name"], word


@pytest.mark.parametrize(
    ("phrases", "text", "found"),
    [
        (["cell", "malignant cell", "malignant"], "malignant cell", ["malignant cell"]),
        (["malignant cell"], "malignant cells", []),
        (["it"], "with it", ["it"]),
        (["it"], "with", []),
        (["脑转移", "软脑膜转移", "脑膜"], "肺癌软脑膜转移", ["软脑膜转移"]),
        (["1+", "1"], "ihc 1+", ["1+"]),
        (["a.b"], "axb", []),
        ([], "anything", []),
    ],
)
def test_a_pattern_of_phrases_finds_the_longest_whole_phrase(phrases: list[str], text: str, found: list[str]) -> None:
    assert [match.group() for match in phrase_pattern(phrases).finditer(text)] == found
