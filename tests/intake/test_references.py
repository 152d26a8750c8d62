"""References: rewritten, kept where they lead nowhere, and resolved when the target arrives (exchange.md 0)."""

from decimal import Decimal

import pytest

from tests.dialects import (
    RXNORM,
    csf_cytology,
    csf_specimen,
    finding,
    leptomeningeal_metastasis,
    observable,
    observation,
    performance,
)
from tests.intake.counter import Counter, Json, about, issues_at, locations, patient, posted, put, statuses, urn

ECOG = performance("us", 1, "2026-06-01")
MARTA = "Patient/marta"
TEN_ML = Decimal(10)


def sample(**elements: object) -> Json:
    return csf_specimen("us", "2026-06-01", 10) | {"id": "s"} | elements


def cytology(reference: str = "Specimen/s") -> Json:
    """Negative: at 10 mL of CSF it counts, of an unknown specimen it is not even known to be CSF."""
    report = csf_cytology("us", "negative", "2026-06-01")
    return about(report, MARTA, "c", specimen={"reference": reference})


def test_urn_and_relative_references_are_rewritten_to_where_their_entries_stand(counter: Counter) -> None:
    marta, specimen = urn(), urn()
    answer = counter.send(
        "transaction",
        posted(about(csf_cytology("us", "negative", "2026-06-01"), marta, specimen={"reference": specimen})),
        posted(about(csf_specimen("us", "2026-06-01", 10), "Patient/senders-own"), specimen),
        posted(patient("senders-own", gender="female"), marta),
    )
    report, stored_sample, person = locations(answer)

    stands, tube = counter.standing(report), counter.standing(stored_sample)
    assert stands is not None and tube is not None
    assert stands["subject"] == tube["subject"] == {"reference": person}
    assert stands["specimen"] == {"reference": stored_sample}
    (found,) = counter.chart(person.partition("/")[2]).csf_samples
    assert (found.cytology, found.site) == ("negative", "lumbar")


def test_a_urn_that_no_entry_carries_refuses_a_transaction_whole(counter: Counter) -> None:
    answer = counter.send("transaction", posted(patient(None, "4711"), urn()), posted(about(ECOG, urn()), urn()))

    assert answer.status == 400
    assert issues_at(answer.data()) == [("not-found", "Bundle.entry[1].resource.subject.reference")]
    assert counter.receipts()[0].status == "rejected"


@pytest.mark.parametrize("kind", ["batch", "collection"])
def test_elsewhere_the_urn_is_kept_and_resolved_by_the_message_that_carries_it(counter: Counter, kind: str) -> None:
    marta = urn()
    (reading,) = locations(counter.send(kind, posted(about(ECOG, marta))))
    kept = counter.standing(reading)
    assert kept is not None and kept["subject"] == {"reference": marta}

    (person,) = locations(counter.send("transaction", posted(patient(None, gender="female"), marta)))
    (second,) = locations(counter.send(kind, posted(about(performance("us", 2, "2026-06-15"), marta))))

    name = person.partition("/")[2]
    assert [status.value for status in counter.chart(name).performance] == [1, 2]
    late = counter.standing(second)
    assert late is not None and late["subject"] == {"reference": person}
    assert name in counter.due()


@pytest.mark.parametrize("patient_first", [True, False])
def test_a_set_split_in_two_says_the_same_as_the_whole(counter: Counter, patient_first: bool) -> None:
    person, specimen = urn(), urn()
    halves = [
        [{"fullUrl": person, "resource": patient("marta")}, {"fullUrl": specimen, "resource": about(sample(), person)}],
        [{"fullUrl": urn(), "resource": about(cytology(specimen), person)}],
    ]
    for half in halves if patient_first else reversed(halves):
        counter.send("collection", *half)

    assert [fact.kind for fact in counter.facts("marta") if fact.kind == "csf.cytology"] == ["csf.cytology"]
    if patient_first:
        (found,) = counter.chart("marta").csf_samples
        assert (found.cytology, found.volume_ml) == ("negative", TEN_ML)


def test_a_reference_to_nothing_is_no_error_and_the_patient_is_due_when_the_target_arrives(counter: Counter) -> None:
    answer = counter.keep(patient("marta"), cytology())
    assert statuses(answer) == ["201", "201"]
    (before,) = counter.chart("marta").csf_samples
    assert (before.cytology, before.volume_ml) == ("negative", None)
    counter.due()

    counter.keep(about(sample(), MARTA))

    (found,) = counter.chart("marta").csf_samples
    assert (found.cytology, found.volume_ml, found.site) == ("negative", TEN_ML, "lumbar")
    assert counter.due() == {"marta"}


@pytest.mark.parametrize("specimen_first", [True, False])
def test_a_specimen_that_names_nobody_belongs_to_the_patient_of_its_results(
    counter: Counter, specimen_first: bool
) -> None:
    counter.keep(patient("marta"))
    for resource in (sample(), cytology()) if specimen_first else (cytology(), sample()):
        counter.keep(resource)

    (found,) = counter.chart("marta").csf_samples
    assert (found.cytology, found.volume_ml, found.site) == ("negative", TEN_ML, "lumbar")
    assert counter.due() == {"marta"}
    counter.keep(sample(status="entered-in-error"))
    assert counter.chart("marta").csf_samples == ()
    assert counter.due() == {"marta"}


def test_a_specimen_of_two_patients_results_belongs_to_neither(counter: Counter) -> None:
    counter.keep(patient("marta"), patient("irene"), sample(), cytology())
    counter.keep(cytology() | {"id": "d", "subject": {"reference": "Patient/irene"}})
    counter.keep(sample(note=[{"text": "pooled"}]))

    assert [found.volume_ml for found in counter.chart("irene").csf_samples] == [None]


@pytest.mark.parametrize("medication_first", [True, False])
def test_a_drug_named_by_reference_is_known_as_soon_as_its_medication_is_there(
    counter: Counter, medication_first: bool
) -> None:
    medication = {
        "resourceType": "Medication", "id": "m",
        "code": {"coding": [{"system": RXNORM, "code": "1721560"}], "text": "osimertinib"},
    }  # fmt: skip
    given = about(
        {
            "resourceType": "MedicationAdministration", "id": "a", "status": "completed",
            "effectiveDateTime": "2026-06-01", "medicationReference": {"reference": "Medication/m"},
        },
        MARTA,
    )  # fmt: skip
    counter.keep(patient("marta"))
    for resource in (medication, given) if medication_first else (given, medication):
        counter.due()
        counter.keep(resource)

    assert [therapy.name for therapy in counter.chart("marta").therapies] == ["osimertinib"]
    assert counter.due() == {"marta"}


@pytest.mark.parametrize("device_first", [True, False])
def test_a_device_of_the_catalogue_is_known_by_the_statement_that_it_is_used(
    counter: Counter, device_first: bool
) -> None:
    device = {"resourceType": "Device", "id": "d", "type": {"text": "Ommaya reservoir"}}
    used = about(
        {
            "resourceType": "DeviceUseStatement", "id": "u", "status": "active", "timingDateTime": "2026-02-20",
            "device": {"reference": "Device/d"},
        },
        MARTA,
    )  # fmt: skip
    counter.keep(patient("marta"))
    for resource in (device, used) if device_first else (used, device):
        counter.keep(resource)

    assert [answer.value for answer in counter.chart("marta").ventricular_device] == ["present"]


def test_a_study_named_by_reference_gives_the_enrolment_its_registry_id_when_it_comes(counter: Counter) -> None:
    subject = {
        "resourceType": "ResearchSubject", "id": "rs", "status": "on-study", "individual": {"reference": MARTA},
        "study": {"reference": "ResearchStudy/trial"}, "period": {"start": "2026-05-01"},
    }  # fmt: skip
    counter.keep(patient("marta"), subject)
    counter.due()
    registered = [{"system": "http://clinicaltrials.gov", "value": "NCT04343573"}]
    counter.keep({"resourceType": "ResearchStudy", "id": "trial", "status": "active", "identifier": registered})

    assert [enrolment.study for enrolment in counter.chart("marta").enrolments] == ["NCT04343573"]
    assert counter.due() == {"marta"}


def test_a_panel_that_arrives_after_its_members_joins_them(counter: Counter) -> None:
    item = about(
        observation(observable("brain-linear"), "2026-06-02", valueCodeableConcept=finding("present")), MARTA, "i"
    )
    other = about(
        observation(observable("hydrocephalus"), "2026-06-01", valueCodeableConcept=finding("absent")), MARTA, "j"
    )
    counter.keep(patient("marta"), item, other)
    members = [{"reference": "Observation/i"}, {"reference": "Observation/j"}]
    counter.keep(about(observation(observable("lm-scorecard"), "2026-06-01", hasMember=members), MARTA, "card"))

    (examination,) = counter.chart("marta").mri_examinations
    assert {name: card.presence for name, card in examination.items.items()} == {
        "brain_linear": "present", "hydrocephalus": "absent",
    }  # fmt: skip


def test_a_conditional_reference_is_replaced_by_what_it_finds_in_the_store_or_in_the_bundle(counter: Counter) -> None:
    query = "Patient?identifier=urn:oid:1.2.3|4711"
    both = counter.send("transaction", posted(about(ECOG, query), urn()), posted(patient(None, "4711"), urn()))
    (later,) = locations(counter.send("transaction", posted(about(ECOG, query), urn())))

    reading, person = locations(both)
    for reference in (reading, later):
        stands = counter.standing(reference)
        assert stands is not None and stands["subject"] == {"reference": person}


def test_a_conditional_reference_that_finds_nobody_is_kept_and_resolved_when_the_patient_comes(
    counter: Counter,
) -> None:
    answer = counter.send("transaction", posted(about(ECOG, "Patient?identifier=urn:oid:1.2.3|4711"), urn()))
    assert answer.status == 200
    counter.keep(patient("marta", "4711"))

    assert [status.value for status in counter.chart("marta").performance] == [1]


def test_references_to_contained_resources_and_to_other_servers_stay_as_they_are(counter: Counter) -> None:
    contained = sample(id="tube")
    report = about(csf_cytology("us", "negative", "2026-06-01"), MARTA, "c", specimen={"reference": "#tube"})
    counter.keep(
        patient("marta"),
        report
        | {"contained": [contained], "performer": [{"reference": "https://elsewhere.example/fhir/Organization/1"}]},
    )

    stands = counter.standing("Observation/c")
    assert stands is not None and stands["specimen"] == {"reference": "#tube"}
    assert stands["performer"] == [{"reference": "https://elsewhere.example/fhir/Organization/1"}]
    (found,) = counter.chart("marta").csf_samples
    assert (found.cytology, found.volume_ml) == ("negative", TEN_ML)


def test_evidence_that_names_another_entry_of_the_bundle_is_followed(counter: Counter) -> None:
    breast, lung, lm = urn(), urn(), leptomeningeal_metastasis("us", "2026-06-01")
    cancers = [
        {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": code}]} for code in ("C50.9", "C34.9")
    ]  # fmt: skip
    marta = urn()
    answer = counter.send(
        "transaction",
        posted(patient(), marta),
        *(
            posted(about({"resourceType": "Condition", "code": code, "onsetDateTime": "2024-02-01"}, marta), full_url)
            for code, full_url in zip(cancers, (breast, lung), strict=True)
        ),
        posted(about(lm, marta, evidence=[{"detail": [{"reference": breast}]}])),
    )

    (diagnosis,) = counter.chart(locations(answer)[0].partition("/")[2]).lm_diagnoses
    assert diagnosis.primary == "breast_cancer"


def test_a_put_entry_follows_the_new_id_of_a_posted_one(counter: Counter) -> None:
    marta = urn()
    person, reading = locations(
        counter.send("transaction", posted(patient(), marta), put(about(ECOG, marta, "reading")))
    )

    assert reading == "Observation/reading"
    stands = counter.standing(reading)
    assert stands is not None and stands["subject"] == {"reference": person}
