"""Status, correction, time, precision and identity of every resource (exchange.md 0)."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from leptobridge.chart.extraction import extract_facts
from tests.chart.reading import (
    MAPPINGS,
    RECEIVED,
    VERIFICATION,
    coded,
    condition,
    facts_of,
    kinds_of,
    mark_of,
    only_fact,
    words,
)
from tests.dialects import FINDING, ICD_10, LOINC, Json, finding, observable, observation, quantity

BEIJING = ZoneInfo("Asia/Shanghai")
CYTOLOGY = observation(observable("csf-cytology"), "2026-01-10", valueString="positive")
OSIMERTINIB = words("osimertinib")


def without(resource: Json, *names: str) -> Json:
    return {name: value for name, value in resource.items() if name not in names}


def undated(**elements: object) -> Json:
    return without(CYTOLOGY, "effectiveDateTime") | elements


# --- status


@pytest.mark.parametrize("status", ["final", "amended", "corrected", "appended"])
def test_a_result_counts_once_it_is_final(status: str) -> None:
    assert only_fact(CYTOLOGY | {"status": status}, "csf.cytology").status == "counted"


@pytest.mark.parametrize("status", ["registered", "preliminary", "partial", "unknown"])
def test_a_result_that_is_not_final_is_pending(status: str) -> None:
    assert only_fact(CYTOLOGY | {"status": status}, "csf.cytology").status == "pending"


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error"])
def test_cancelled_and_erroneous_results_take_back(status: str) -> None:
    sent = CYTOLOGY | {"status": status}
    assert only_fact(sent, "csf.cytology").status == "retracted"
    assert mark_of(sent).status == "retracted"


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        ("MedicationStatement", "active", "counted"), ("MedicationStatement", "completed", "counted"),
        ("MedicationStatement", "stopped", "counted"), ("MedicationStatement", "on-hold", "counted"),
        ("MedicationStatement", "intended", "pending"), ("MedicationStatement", "not-taken", "pending"),
        ("MedicationStatement", "unknown", "pending"), ("MedicationStatement", "entered-in-error", "retracted"),
        ("MedicationAdministration", "in-progress", "counted"), ("MedicationAdministration", "completed", "counted"),
        ("MedicationAdministration", "not-done", "pending"), ("MedicationAdministration", "stopped", "counted"),
        ("MedicationDispense", "completed", "counted"), ("MedicationDispense", "in-progress", "counted"),
        ("MedicationDispense", "preparation", "pending"), ("MedicationDispense", "declined", "pending"),
        ("MedicationDispense", "cancelled", "retracted"),
        ("MedicationRequest", "active", "counted"), ("MedicationRequest", "completed", "counted"),
        ("MedicationRequest", "draft", "pending"), ("MedicationRequest", "cancelled", "retracted"),
    ],
)  # fmt: skip
def test_therapies_count_by_their_status(kind: str, status: str, expected: str) -> None:
    sent = {"resourceType": kind, "status": status, "medicationCodeableConcept": OSIMERTINIB}
    assert only_fact(sent, "therapy.drug").status == expected


@pytest.mark.parametrize(("intent", "expected"), [("proposal", "pending"), ("plan", "pending"), ("order", "counted")])
def test_proposals_and_plans_are_pending(intent: str, expected: str) -> None:
    sent = {
        "resourceType": "MedicationRequest", "status": "active", "intent": intent,
        "medicationCodeableConcept": OSIMERTINIB,
    }  # fmt: skip
    assert only_fact(sent, "therapy.drug").status == expected


def test_an_order_not_to_give_a_drug_is_no_therapy() -> None:
    sent = {
        "resourceType": "MedicationRequest", "status": "active", "intent": "order", "doNotPerform": True,
        "medicationCodeableConcept": OSIMERTINIB,
    }  # fmt: skip
    assert kinds_of(sent) == set()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("completed", "counted"), ("in-progress", "counted"), ("on-hold", "counted"), ("stopped", "counted"),
        ("preparation", "pending"), ("not-done", "pending"), ("unknown", "pending"), ("entered-in-error", "retracted"),
    ],
)  # fmt: skip
def test_procedures_count_by_their_status(status: str, expected: str) -> None:
    sent = {"resourceType": "Procedure", "status": status, "code": words("Whole brain radiotherapy")}
    assert only_fact(sent, "therapy.radiotherapy").status == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("completed", "counted"), ("amended", "counted"), ("in-progress", "pending"), ("stopped", "pending"),
        ("entered-in-error", "retracted"),
    ],
)  # fmt: skip
def test_a_questionnaire_counts_when_it_is_completed(status: str, expected: str) -> None:
    item = {"linkId": "brain-linear", "answer": [{"valueCoding": {"system": FINDING, "code": "present"}}]}
    sent = {"resourceType": "QuestionnaireResponse", "status": status, "authored": "2026-01-10", "item": [item]}
    assert only_fact(sent, "mri.scorecard").status == expected


@pytest.mark.parametrize(
    ("verification", "expected"),
    [
        ("confirmed", "counted"), ("provisional", "pending"), ("differential", "pending"), ("unconfirmed", "pending"),
        ("refuted", "counted"), ("entered-in-error", "retracted"),
    ],
)  # fmt: skip
def test_suspicions_are_shown_and_are_no_facts(verification: str, expected: str) -> None:
    sent = condition(coded(ICD_10, "C50.9"), verificationStatus=coded(VERIFICATION, verification))
    assert only_fact(sent, "cancer.primary").status == expected


@pytest.mark.parametrize("status", ["available", "unsatisfactory", "unavailable"])
def test_a_specimen_counts_whatever_became_of_it(status: str) -> None:
    assert (
        only_fact({"resourceType": "Specimen", "status": status, "type": words("CSF")}, "csf.sample").status
        == "counted"
    )


def test_an_open_order_is_listed_as_pending() -> None:
    order = {"resourceType": "ServiceRequest", "status": "active", "intent": "order", "code": words("CSF cytology")}
    assert only_fact(order, "csf.cytology").status == "pending"
    for closed in ({"status": "revoked"}, {"status": "completed"}, {"doNotPerform": True}):
        assert kinds_of(order | closed) == set()


# --- time


@pytest.mark.parametrize(
    ("elements", "text"),
    [
        ({"effectiveDateTime": "2026-01-10", "issued": "2026-01-14T10:00:00Z"}, "2026-01-10"),
        ({"effectivePeriod": {"start": "2026-01-10", "end": "2026-01-12"}}, "2026-01-10"),
        ({"effectiveInstant": "2026-01-10T10:00:00Z"}, "2026-01-10T10:00:00Z"),
        ({"effectiveTiming": {"event": ["2026-01-10"]}}, "2026-01-10"),
        ({"effectiveTiming": {"repeat": {"boundsPeriod": {"start": "2026-01-10"}}}}, "2026-01-10"),
        ({"issued": "2026-01-14T10:00:00Z"}, "2026-01-14T10:00:00Z"),
        ({"effectivePeriod": {"end": "2026-01-12"}, "issued": "2026-01-14T10:00:00Z"}, "2026-01-14T10:00:00Z"),
        ({"effectivePeriod": {"end": "2026-01-12"}}, "2026-01-12"),
    ],
)
def test_the_clinical_time_of_an_observation_goes_before_its_issue(elements: Json, text: str) -> None:
    time = only_fact(undated(**elements), "csf.cytology").time
    assert time is not None
    assert time.text == text


@pytest.mark.parametrize(
    ("sent", "kind", "text"),
    [
        (condition(coded(ICD_10, "C50.9")) | {"recordedDate": "2026-02-01"}, "cancer.primary", "2026-01-10"),
        (
            without(condition(coded(ICD_10, "C50.9")), "onsetDateTime") | {"recordedDate": "2026-02"},
            "cancer.primary",
            "2026-02",
        ),
        (
            without(condition(coded(ICD_10, "C50.9")), "onsetDateTime") | {"onsetPeriod": {"start": "2025"}},
            "cancer.primary",
            "2025",
        ),
        (
            {
                "resourceType": "ImagingStudy",
                "status": "available",
                "started": "2026-01-10",
                "procedureCode": [coded(LOINC, "24590-2")],
            },
            "mri.exam",
            "2026-01-10",
        ),
        (
            {
                "resourceType": "Procedure",
                "status": "completed",
                "performedPeriod": {"start": "2026-01-10", "end": "2026-01-24"},
                "code": words("WBRT"),
            },
            "therapy.radiotherapy",
            "2026-01-10",
        ),
        (
            {
                "resourceType": "MedicationDispense",
                "status": "completed",
                "whenPrepared": "2026-01-09",
                "whenHandedOver": "2026-01-10",
                "medicationCodeableConcept": OSIMERTINIB,
            },
            "therapy.drug",
            "2026-01-10",
        ),
        (
            {
                "resourceType": "MedicationStatement",
                "status": "active",
                "dateAsserted": "2026-01-10",
                "medicationCodeableConcept": OSIMERTINIB,
            },
            "therapy.drug",
            "2026-01-10",
        ),
        (
            {
                "resourceType": "MedicationRequest",
                "status": "active",
                "intent": "order",
                "authoredOn": "2026-01-10",
                "medicationCodeableConcept": OSIMERTINIB,
            },
            "therapy.drug",
            "2026-01-10",
        ),
        (
            {
                "resourceType": "DeviceUseStatement",
                "status": "active",
                "timingPeriod": {"start": "2026-01-10"},
                "device": {"display": "Ommaya"},
            },
            "csf.device",
            "2026-01-10",
        ),
        (
            {
                "resourceType": "DeviceUseStatement",
                "status": "active",
                "timingDateTime": "2026-01-10",
                "device": {"display": "Ommaya"},
            },
            "csf.device",
            "2026-01-10",
        ),
        (
            {
                "resourceType": "Specimen",
                "type": words("CSF"),
                "collection": {"collectedPeriod": {"start": "2026-01-10"}},
                "receivedTime": "2026-01-11",
            },
            "csf.sample",
            "2026-01-10",
        ),
        ({"resourceType": "Specimen", "type": words("CSF"), "receivedTime": "2026-01-11"}, "csf.sample", "2026-01-11"),
    ],
)
def test_each_resource_tells_its_time_by_the_clinically_relevant_element(sent: Json, kind: str, text: str) -> None:
    time = only_fact(sent, kind).time
    assert time is not None
    assert time.text == text


def test_a_therapy_keeps_both_ends_and_an_unknown_start_stays_unknown() -> None:
    sent = {"resourceType": "MedicationStatement", "status": "stopped", "medicationCodeableConcept": OSIMERTINIB}
    both = only_fact(sent | {"effectivePeriod": {"start": "2025-03", "end": "2026-01-10"}}, "therapy.drug")
    assert (both.time and both.time.text, both.end and both.end.text) == ("2025-03", "2026-01-10")
    ended = only_fact(sent | {"effectivePeriod": {"end": "2026-01-10"}, "dateAsserted": "2026-02-01"}, "therapy.drug")
    assert (ended.time, ended.end and ended.end.text) == (None, "2026-01-10")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-01-10", date(2026, 1, 10), date(2026, 1, 10)),
        ("2026-01-10T23:30:00-05:00", date(2026, 1, 10), date(2026, 1, 10)),
        ("2026-01-10T00:30:00+08:00", date(2026, 1, 10), date(2026, 1, 10)),
        ("2026-01-10T23:59:60Z", date(2026, 1, 10), date(2026, 1, 10)),
        ("2026-01-10T10:00:00.123456789+00:00", date(2026, 1, 10), date(2026, 1, 10)),
    ],
)
def test_precision_is_kept_and_the_day_is_the_day_at_the_offset_written(text: str, first: date, last: date) -> None:
    time = only_fact(undated(effectiveDateTime=text), "csf.cytology").time
    assert time is not None
    assert (time.text, time.first, time.last) == (text, first, last)


def test_the_day_of_a_time_in_z_is_that_of_the_senders_zone_if_it_is_set() -> None:
    sent = undated(effectiveDateTime="2026-01-10T20:00:00Z")
    in_zone, bare = only_fact(sent, "csf.cytology", zone=BEIJING).time, only_fact(sent, "csf.cytology").time
    assert in_zone is not None and bare is not None
    assert (in_zone.first, bare.first) == (date(2026, 1, 11), date(2026, 1, 10))
    assert in_zone.instant == bare.instant == datetime(2026, 1, 10, 20, 0, tzinfo=UTC)
    written = only_fact(undated(effectiveDateTime="2026-01-10T20:00:00-05:00"), "csf.cytology", zone=BEIJING).time
    assert written is not None
    assert written.first == date(2026, 1, 10)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "2026-02-30", "0000", "10.01.2026", ""])
def test_a_text_that_is_no_date_is_no_time(text: str) -> None:
    assert only_fact(undated(effectiveDateTime=text), "csf.cytology").time is None


@pytest.mark.parametrize(
    ("text", "future"),
    [
        ("2026-07-01", False), ("2026-07-02", False), ("2026-07-03", True), ("2026-07-02T07:00:00Z", False),
        ("2026-07-02T09:00:00Z", True), ("2027", True), ("2026", False),
    ],
)  # fmt: skip
def test_a_time_more_than_a_day_after_the_receipt_is_flagged(text: str, future: bool) -> None:
    fact = only_fact(undated(effectiveDateTime=text), "csf.cytology")
    assert fact.flags == (("future_dated",) if future else ())
    assert fact.status == "counted"


# --- versions, identity, own results


def test_the_mark_of_a_version_orders_it_by_last_update_then_issue_then_receipt() -> None:
    sent = CYTOLOGY | {"meta": {"lastUpdated": "2026-01-20T10:00:00+08:00"}, "issued": "2026-01-15T10:00:00Z"}
    assert mark_of(sent).recency == "2026-01-20T02:00:00.000000+00:00"
    assert mark_of(without(sent, "meta")).recency == "2026-01-15T10:00:00.000000+00:00"
    assert mark_of(CYTOLOGY).recency == "2026-07-01T08:00:00.000000+00:00"
    assert mark_of(sent).details["received"] == "2026-07-01T08:00:00.000000+00:00"


def test_every_fact_names_its_source_version_and_rule() -> None:
    (fact,) = extract_facts(CYTOLOGY, reference="Observation/17", version=3, received=RECEIVED, mappings=MAPPINGS)[1:]
    assert (fact.source.reference, fact.source.version, fact.source.rule) == ("Observation/17", 3, "O#csf-cytology")


def test_business_identifiers_travel_with_the_fact() -> None:
    sent = CYTOLOGY | {"identifier": [{"system": "urn:lab", "value": "A7"}, {"value": "no system"}]}
    assert only_fact(sent, "csf.cytology").identifiers == ("urn:lab|A7",)


def test_a_conclusion_of_ours_is_never_a_fact_whoever_sends_it() -> None:
    own = {"system": "https://leptobridge.org/fhir/conclusion", "value": "abc"}
    sent = observation(observable("csf-cytology"), "2026-01-10", valueString="positive", identifier=[own])
    assert extract_facts(sent, reference="Observation/1", version=1, received=RECEIVED, mappings=MAPPINGS) == ()
    report = {
        "resourceType": "DiagnosticReport", "status": "final", "code": words("x"), "contained": [sent | {"id": "o"}],
        "result": [{"reference": "#o"}],
    }  # fmt: skip
    assert kinds_of(report) == {"report"}


def test_a_patient_is_last_seen_at_the_latest_clinical_event_encounters_included() -> None:
    visit = {"resourceType": "Encounter", "status": "finished", "period": {"start": "2026-03-01", "end": "2026-03-04"}}
    time = mark_of(visit).time
    assert time is not None
    assert time.text == "2026-03-01"
    assert mark_of(visit | {"status": "planned"}).status == "pending"
    claim = {"resourceType": "Claim", "status": "active", "billablePeriod": {"start": "2026-03-01"}}
    assert mark_of(claim).time is None


def test_contained_resources_are_read_like_the_others_and_live_with_their_container() -> None:
    inner = observation(coded(LOINC, "718-7"), "2026-01-09", valueQuantity=quantity(11, "g/dL")) | {"id": "hb"}
    report = {"resourceType": "DiagnosticReport", "status": "final", "code": words("Blood count"), "contained": [inner]}
    fact = only_fact(report, "laboratory")
    assert (fact.source.reference, fact.time and fact.time.text) == ("DiagnosticReport/1#hb", "2026-01-09")
    assert only_fact(report | {"status": "entered-in-error"}, "laboratory").status == "retracted"
    assert only_fact(report | {"contained": [inner | {"status": "preliminary"}]}, "laboratory").status == "pending"
    undated_inner = without(inner, "effectiveDateTime")
    dated = only_fact(report | {"contained": [undated_inner], "effectiveDateTime": "2026-01-11"}, "laboratory")
    assert dated.time is not None and dated.time.text == "2026-01-11"


@pytest.mark.parametrize(
    ("reference", "key"),
    [
        ({"reference": "Specimen/7"}, "Specimen/7"),
        ({"reference": "Specimen/7/_history/2"}, "Specimen/7"),
        ({"reference": "http://ehr.example/fhir/Specimen/7"}, "http://ehr.example/fhir/Specimen/7"),
        ({"identifier": {"system": "urn:lab", "value": "S7"}}, "identifier:urn:lab|S7"),
    ],
)
def test_references_are_kept_in_the_form_that_can_be_resolved_later(reference: Json, key: str) -> None:
    assert only_fact(CYTOLOGY | {"specimen": reference}, "csf.cytology").details["specimen"] == key


def test_panels_name_their_members() -> None:
    members = [{"reference": "Observation/2"}, {"reference": "Observation/3"}]
    panel = observation(observable("lm-scorecard"), "2026-01-10", hasMember=members)
    assert mark_of(panel).details["has_member"] == ("Observation/2", "Observation/3")


def test_components_and_separate_observations_mean_the_same() -> None:
    component = {"code": observable("brain-linear"), "valueCodeableConcept": finding("present")}
    joined = facts_of(observation(observable("lm-scorecard"), "2026-01-10", component=[component]))
    alone = facts_of(observation(observable("brain-linear"), "2026-01-10", valueCodeableConcept=finding("present")))
    assert joined == alone
