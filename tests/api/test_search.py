"""Searching: parameters, prefixes, paging, includes, strict and lenient handling (R4 search.html)."""

from typing import Any

import pytest

from tests.api.conftest import RunningService, StartService, issues_of, noon

LOINC = "http://loinc.org"
LOCAL = "https://leptobridge.org/fhir/CodeSystem/lm-observable"


def observation(name: str, **more: Any) -> dict[str, Any]:
    given = {"resourceType": "Observation", "id": name, "status": "final", "code": {"text": name}}
    return given | more


@pytest.fixture
def ward(start: StartService) -> RunningService:
    """Lena with two CSF samples and their cytology, Otto with a performance status, and an undated report."""
    service = start(clock=noon("2026-03-01"))
    service.put(
        {
            "resourceType": "Patient",
            "id": "lena",
            "identifier": [{"system": "urn:mrn", "value": "L,1"}],
            "birthDate": "1958-03",
            "gender": "female",
            "name": [{"family": "Brandt", "given": ["Lena"]}],
        }
    )
    service.put({"resourceType": "Patient", "id": "otto", "birthDate": "1949-11-05", "gender": "male"})
    for number, day in ((1, "2026-01-05"), (2, "2026-02-02")):
        sample = {"resourceType": "Specimen", "id": f"csf{number}", "subject": {"reference": "Patient/lena"}}
        service.put(sample | {"collection": {"collectedDateTime": f"{day}T09:30:00+01:00"}})
        service.put(
            observation(
                f"cytology{number}",
                code={"coding": [{"system": LOCAL, "code": "csf-cytology"}]},
                category=[{"coding": [{"code": "laboratory"}]}],
                subject={"reference": "Patient/lena"},
                specimen={"reference": f"Specimen/csf{number}"},
                effectiveDateTime=f"{day}T09:30:00+01:00",
            )
        )
    service.put(
        observation(
            "ecog",
            status="amended",
            code={"coding": [{"system": LOINC, "code": "89247-1"}, {"system": LOCAL, "code": "ecog"}]},
            subject={"reference": "Patient/otto"},
            effectiveDateTime="2026-02",
            derivedFrom=[{"reference": "Observation/cytology1"}],
            focus=[{"type": "ResearchStudy", "identifier": {"system": "http://clinicaltrials.gov", "value": "NCT1"}}],
        )
    )
    service.put(observation("undated", subject={"reference": "Patient/lena"}))
    return service


MATCHES = {
    "patient=lena": {"cytology1", "cytology2", "undated"},
    "patient=Patient/otto": {"ecog"},
    "subject=Patient/lena": {"cytology1", "cytology2", "undated"},
    "subject:Patient=otto": {"ecog"},
    "patient=lena,otto": {"cytology1", "cytology2", "ecog", "undated"},
    "patient=nobody": set(),
    "patient.identifier=urn:mrn|L\\,1": {"cytology1", "cytology2", "undated"},
    "patient:identifier=L\\,1": {"cytology1", "cytology2", "undated"},
    "code=csf-cytology": {"cytology1", "cytology2"},
    f"code={LOINC}|89247-1": {"ecog"},
    f"code={LOCAL}|89247-1": set(),
    f"code={LOINC}|": {"ecog"},
    "code=ecog,csf-cytology&patient=otto": {"ecog"},
    "code:not=csf-cytology": {"ecog", "undated"},
    "status=amended": {"ecog"},
    "status=http://hl7.org/fhir/observation-status|final&patient=otto": set(),
    "category=laboratory": {"cytology1", "cytology2"},
    "category:missing=true": {"ecog", "undated"},
    "specimen=csf2": {"cytology2"},
    "specimen=Specimen/csf1": {"cytology1"},
    "derived-from=cytology1": {"ecog"},
    "focus:identifier=http://clinicaltrials.gov|NCT1": {"ecog"},
    "_id=ecog,undated": {"ecog", "undated"},
    "date=2026-01-05": {"cytology1"},
    "date=2026-02": {"cytology2", "ecog"},
    "date=2026-02-02": {"cytology2"},
    "date=ne2026-02": {"cytology1"},
    "date=ge2026-02-02": {"cytology2", "ecog"},
    "date=gt2026-02-02": {"ecog"},
    "date=lt2026-02-02": {"cytology1", "ecog"},
    "date=le2026-01-31": {"cytology1"},
    "date=sa2026-01-31": {"cytology2", "ecog"},
    "date=eb2026-02-01": {"cytology1"},
    "date=ge2026-01-01&date=lt2026-02-01": {"cytology1"},
    "date=2026-01-05T08:30:00Z": {"cytology1"},
    "date=2026-01-05T09:30:00%2B01:00": {"cytology1"},
    "date=2026-01-05T09:30:00+01:00": {"cytology1"},
    "date=2026-01-05T08:30": {"cytology1"},
    "date=ap2026-01-06": {"cytology1"},
    "date:missing=true": {"undated"},
    "_lastUpdated=ge2020": {"cytology1", "cytology2", "ecog", "undated"},
    "_lastUpdated=lt2020": set(),
}


def test_each_parameter_finds_what_it_names(ward: RunningService) -> None:
    found = {search: set(ward.found(f"Observation?{search}")) for search in MATCHES}
    assert found == MATCHES


def test_patients_are_found_by_identifier_name_birth_date_and_sex(ward: RunningService) -> None:
    wanted = {
        "identifier=urn:mrn|L\\,1": ["lena"],
        "identifier=L\\,1": ["lena"],
        "identifier=|L\\,1": [],
        "name=bran": ["lena"],
        "family=Brandt": ["lena"],
        "name:exact=bran": [],
        "name:contains=ran": ["lena"],
        "birthdate=1958-03": ["lena"],
        "birthdate=lt1950": ["otto"],
        "gender=male": ["otto"],
    }
    assert {search: ward.found(f"Patient?{search}") for search in wanted} == wanted


def test_a_search_by_post_finds_the_same(ward: RunningService) -> None:
    answer = ward.http.post("Observation/_search?status=final", data={"patient": "lena", "code": "csf-cytology"})
    assert [entry["resource"]["id"] for entry in answer.json()["entry"]] == ["cytology1", "cytology2"]
    assert ward.http.post("Observation/_search", json={"patient": "lena"}).status_code == 415
    assert ward.http.post("Observation/_search").json()["total"] == 4


def test_pages_follow_each_other_without_gap_or_repetition(service: RunningService) -> None:
    for number in range(7):
        service.put(observation(f"o{number}", effectiveDateTime=f"2026-01-0{7 - number}"))

    first = service.http.get("Observation?_count=3&_sort=date").json()
    assert [entry["resource"]["id"] for entry in first["entry"]] == ["o6", "o5", "o4"]
    # What comes in between the pages moves nothing.
    service.put(observation("o9", effectiveDateTime="2025-12-31"))
    links = {link["relation"]: link["url"] for link in first["link"]}
    second = service.http.get(links["next"]).json()
    assert [entry["resource"]["id"] for entry in second["entry"]] == ["o3", "o2", "o1"]
    assert service.http.get(links["next"]).json() == second
    assert (first["total"], second["total"]) == (7, 7)
    links = {link["relation"]: link["url"] for link in second["link"]}
    third = service.http.get(links["next"]).json()
    assert [entry["resource"]["id"] for entry in third["entry"]] == ["o0"]
    assert "next" not in {link["relation"] for link in third["link"]}


def test_the_order_is_the_one_asked_for(ward: RunningService) -> None:
    assert ward.found("Observation?_sort=-date&_count=1") == ["cytology2", "ecog", "cytology1", "undated"]
    assert ward.found("Observation?_sort=-_id&_count=2") == ["undated", "ecog", "cytology2", "cytology1"]
    assert ward.found("Observation?_sort=status,-_id") == ["ecog", "undated", "cytology2", "cytology1"]


def test_a_paging_link_of_ones_own_making_is_refused(ward: RunningService) -> None:
    for token in ("x", "eyJhIjoxfQ", "%00", "A" * 400):
        answer = ward.http.get(f"Observation?_page={token}")
        assert answer.status_code == 400
        assert issues_of(answer)


def test_count_alone(ward: RunningService) -> None:
    for search in ("_summary=count", "_count=0"):
        answer = ward.http.get(f"Observation?patient=lena&{search}").json()
        assert answer["total"] == 3
        assert "entry" not in answer
    assert "total" not in ward.http.get("Observation?_total=none").json()


def test_what_the_matches_refer_to_comes_along(ward: RunningService) -> None:
    answer = ward.http.get(
        "Observation?code=csf-cytology&_include=Observation:specimen&_include=Observation:subject"
    ).json()
    modes = [(e["search"]["mode"], e["resource"]["resourceType"], e["resource"]["id"]) for e in answer["entry"]]
    assert modes == [
        ("match", "Observation", "cytology1"),
        ("match", "Observation", "cytology2"),
        ("include", "Specimen", "csf1"),
        ("include", "Specimen", "csf2"),
        ("include", "Patient", "lena"),
    ]
    assert answer["total"] == 2


def test_what_refers_to_the_matches_comes_along(ward: RunningService) -> None:
    by_specimen = ward.http.get("Specimen?_id=csf2&_revinclude=Observation:specimen").json()
    assert [entry["resource"]["id"] for entry in by_specimen["entry"]] == ["csf2", "cytology2"]
    by_patient = ward.http.get("Patient?_id=otto&_revinclude=Observation:patient").json()
    assert [entry["resource"]["id"] for entry in by_patient["entry"]] == ["otto", "ecog"]
    by_evidence = ward.http.get("Observation?_id=cytology1&_revinclude=Observation:derived-from").json()
    assert [entry["resource"]["id"] for entry in by_evidence["entry"]] == ["cytology1", "ecog"]


def test_an_unknown_parameter_is_ignored_and_the_answer_says_so(ward: RunningService) -> None:
    answer = ward.http.get("Observation?patient=otto&shoe-size=44").json()
    assert [entry["resource"].get("id") for entry in answer["entry"]] == ["ecog", None]
    assert answer["entry"][1]["search"]["mode"] == "outcome"
    assert answer["link"][0]["url"].endswith("Observation?patient=otto")
    assert "shoe-size" not in answer["link"][0]["url"]


def test_an_unknown_parameter_is_refused_under_strict_handling(ward: RunningService) -> None:
    for search in ("shoe-size=44", "_sort=colour", "_include=Observation:encounter", "_summary=text"):
        answer = ward.http.get(f"Observation?patient=otto&{search}", headers={"Prefer": "handling=strict"})
        assert answer.status_code == 400, search
        assert issues_of(answer)[0]["code"] == "not-supported"
        assert issues_of(answer)[0]["expression"]
        assert ward.http.get(f"Observation?{search}", headers={"Prefer": "handling=lenient"}).status_code == 200


@pytest.mark.parametrize(
    "search",
    [
        "date=yesterday",
        "date=2026-13",
        "date=ge",
        "_count=some",
        "_count=-1",
        "code:text=blood",
        "code=a|b|c",
        "patient=no_id!",
        "category:missing=perhaps",
        "_total=roughly",
    ],
)
def test_what_cannot_be_understood_is_never_ignored(ward: RunningService, search: str) -> None:
    """Ignored, the search would find what nobody asked for."""
    answer = ward.http.get(f"Observation?{search}")
    assert answer.status_code == 400
    assert issues_of(answer)[0]["code"] == "value"


def test_links_name_the_base_that_clients_see(ward: RunningService, start: Any) -> None:
    behind_proxy = start(base_url="https://lm.example.org/fhir/")
    answer = behind_proxy.http.get("Observation?_count=1").json()
    assert all(link["url"].startswith("https://lm.example.org/fhir/Observation") for link in answer["link"])
    assert answer["entry"][0]["fullUrl"].startswith("https://lm.example.org/fhir/Observation/")
    assert behind_proxy.found("Observation?subject=https://lm.example.org/fhir/Patient/otto") == ["ecog"]


def test_everything_about_a_patient_comes_in_pages_with_what_it_refers_to(ward: RunningService) -> None:
    ward.put({"resourceType": "Medication", "id": "mtx", "code": {"text": "methotrexate"}})
    ward.put(
        {
            "resourceType": "MedicationAdministration",
            "id": "dose1",
            "status": "completed",
            "medicationReference": {"reference": "Medication/mtx"},
            "subject": {"reference": "Patient/lena"},
            "effectiveDateTime": "2026-02-03",
        }
    )
    wanted = {"lena", "csf1", "csf2", "cytology1", "cytology2", "undated", "dose1"}
    assert set(ward.found("Patient/lena/$everything")) == wanted
    assert set(ward.found("Patient/lena/$everything?_count=2")) == wanted
    assert set(ward.found("Patient/lena/$everything?_type=Specimen,Patient")) == {"lena", "csf1", "csf2"}
    whole = ward.http.get("Patient/lena/$everything").json()
    included = [e["resource"]["id"] for e in whole["entry"] if e["search"]["mode"] == "include"]
    assert (included, whole["total"]) == (["mtx"], 7)
    assert ward.http.get("Patient/nobody/$everything").status_code == 404
    assert ward.http.get("Patient/lena/$everything?_count=0").status_code == 400
