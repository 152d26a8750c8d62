"""Who is the same patient, and what follows from it (exchange.md 0, patient)."""

import pytest

from tests.dialects import performance
from tests.intake.counter import Counter, Json, about, issues_at, locations, patient, posted, statuses, urn

ECOG_1 = performance("us", 1, "2026-06-01")
ECOG_2 = performance("us", 2, "2026-06-15")
MRN = "urn:oid:1.2.3|4711"


def scores(counter: Counter, name: str) -> list[object]:
    return [status.value for status in counter.chart(name).performance]


def test_a_subject_may_be_named_by_its_identifier_before_and_after_the_patient_comes(counter: Counter) -> None:
    subject = {"identifier": {"system": "urn:oid:1.2.3", "value": "4711"}}
    counter.keep(ECOG_1 | {"id": "before", "subject": subject})
    counter.keep(patient("marta", "4711"))
    counter.keep(ECOG_2 | {"id": "after", "subject": subject})

    assert scores(counter, "marta") == [1, 2]
    assert counter.due() >= {"marta"}


def test_patients_with_one_identifier_are_one_patient_whoever_sends_them(counter: Counter) -> None:
    for number, base in enumerate(("https://klinik.example/fhir", "https://praxis.example/fhir"), start=1):
        resources = [patient("1", "4711"), about((ECOG_1, ECOG_2)[number - 1], "Patient/1", "9")]
        counter.send(
            "collection", *({"fullUrl": f"{base}/{r['resourceType']}/{r['id']}", "resource": r} for r in resources)
        )

    assert scores(counter, "1") == [1, 2]


@pytest.mark.parametrize(
    "other", [{"birthDate": "1948-12-24"}, {"gender": "male"}], ids=["another birth date", "another sex"]
)
def test_patients_who_contradict_each_other_are_not_merged_and_flagged(counter: Counter, other: Json) -> None:
    counter.keep(patient("marta", "4711", birthDate="1961-04-02", gender="female"), about(ECOG_1, "Patient/marta", "1"))
    counter.due()
    counter.keep(patient("namesake", "4711", **other), about(ECOG_2, "Patient/namesake", "2"))

    assert (scores(counter, "marta"), scores(counter, "namesake")) == ([1], [2])
    for name in ("marta", "namesake"):
        assert [status.flags for status in counter.chart(name).performance] == [("patient_conflict",)]
    assert counter.due() == {"marta", "namesake"}


def test_a_partial_birth_date_and_an_unknown_sex_contradict_nothing(counter: Counter) -> None:
    counter.keep(patient("marta", "4711", birthDate="1961-04-02", gender="female"))
    counter.keep(patient("again", "4711", birthDate="1961", gender="unknown"))

    assert counter.person("again") == "marta"


def test_a_conflict_ends_with_the_correction_of_the_birth_date(counter: Counter) -> None:
    counter.keep(patient("marta", "4711", birthDate="1961-04-02"), about(ECOG_1, "Patient/marta", "1"))
    counter.keep(patient("again", "4711", birthDate="1961-02-04"), about(ECOG_2, "Patient/again", "2"))
    counter.keep(patient("again", "4711", birthDate="1961-04-02"))

    assert scores(counter, "again") == [1, 2]
    assert all(status.flags == () for status in counter.chart("marta").performance)


def test_a_contradiction_refuses_conditional_operations(counter: Counter) -> None:
    counter.keep(patient("marta", "4711", birthDate="1961-04-02"))
    namesake = patient(None, "4711", birthDate="1948-12-24")

    assert counter.create(namesake, if_none_exist=f"identifier={MRN}").status == 412
    assert counter.put_where(f"identifier={MRN}", namesake).status == 412
    transaction = counter.send("transaction", posted(namesake, urn(), ifNoneExist=f"identifier={MRN}"))
    assert (transaction.status, issues_at(transaction.data())) == (412, [("conflict", "Bundle.entry[0]")])
    batch = counter.send("batch", posted(namesake, ifNoneExist=f"identifier={MRN}"))
    assert statuses(batch) == ["412"]


def test_a_conditional_reference_to_either_of_two_patients_in_conflict_is_refused(counter: Counter) -> None:
    for name, day in (("marta", "1961-04-02"), ("namesake", "1948-12-24")):
        counter.keep(patient(name, "4711", birthDate=day))
    answer = counter.send("transaction", posted(about(ECOG_1, f"Patient?identifier={MRN}"), urn()))

    assert (answer.status, issues_at(answer.data())) == (412, [("multiple-matches", "Bundle.entry[0]")])


def test_conditions_that_find_one_person_under_two_ids_mean_the_survivor(counter: Counter) -> None:
    counter.keep(patient("marta", "4711"))
    counter.keep(patient("again", "4711"))
    (reading,) = locations(counter.send("transaction", posted(about(ECOG_1, f"Patient?identifier={MRN}"), urn())))
    created = counter.create(patient(None, "4711"), if_none_exist=f"identifier={MRN}")

    standing = counter.standing(reading)
    assert standing is not None and standing["subject"]["reference"] == "Patient/marta"
    assert (created.status, created.data()["id"]) == (200, "marta")


def test_a_patient_who_is_replaced_takes_all_facts_along(counter: Counter) -> None:
    counter.keep(
        patient("gone"), about(ECOG_1, "Patient/gone", "1"), patient("kept"), about(ECOG_2, "Patient/kept", "2")
    )
    counter.due()
    link = [{"other": {"reference": "Patient/kept"}, "type": "replaced-by"}]
    counter.keep(patient("gone", active=False, link=link))

    assert counter.person("gone") == "kept"
    assert scores(counter, "kept") == scores(counter, "gone") == [1, 2]
    # The one who is no longer anybody is due as well: what was concluded of him is taken back.
    assert counter.due() == {"gone", "kept"}


def test_what_comes_for_a_replaced_patient_later_concerns_the_survivor(counter: Counter) -> None:
    link = [{"other": {"reference": "Patient/kept"}, "type": "replaced-by"}]
    counter.keep(patient("gone", link=link))
    counter.keep(about(ECOG_1, "Patient/gone", "1"))
    assert scores(counter, "kept") == [1]
    counter.keep(patient("kept", birthDate="1961-04-02"))

    assert scores(counter, "gone") == [1]
    assert counter.chart("gone").demographics.birth_date is not None


def test_patients_who_contradict_each_other_are_merged_where_a_link_says_so(counter: Counter) -> None:
    counter.keep(patient("kept", "4711", birthDate="1961-04-02"), about(ECOG_1, "Patient/kept", "1"))
    link = [{"other": {"reference": "Patient/kept"}, "type": "replaced-by"}]
    counter.keep(patient("gone", "4711", birthDate="1961-02-04", link=link), about(ECOG_2, "Patient/gone", "2"))

    assert scores(counter, "kept") == [1, 2]
    birth = counter.chart("kept").demographics.birth_date
    assert birth is not None and birth.text == "1961-04-02"


def test_a_merge_that_is_taken_back_gives_each_patient_the_own_facts_again(counter: Counter) -> None:
    counter.keep(patient("kept"), about(ECOG_1, "Patient/kept", "1"))
    link = [{"other": {"reference": "Patient/kept"}, "type": "replaced-by"}]
    counter.keep(patient("gone", link=link), about(ECOG_2, "Patient/gone", "2"))
    counter.keep(patient("gone"))

    assert (scores(counter, "kept"), scores(counter, "gone")) == ([1], [2])


def test_a_literal_reference_that_leads_nowhere_is_helped_by_the_identifier_beside_it(counter: Counter) -> None:
    counter.keep(patient("marta", "4711", birthDate="1961-04-02"))
    subject = {"reference": "Patient/unheard-of", "identifier": {"system": "urn:oid:1.2.3", "value": "4711"}}
    counter.keep(ECOG_1 | {"id": "1", "subject": subject})
    assert scores(counter, "marta") == [1]

    counter.keep(patient("unheard-of", "0815", birthDate="1948-12-24"))
    counter.keep(ECOG_2 | {"id": "2", "subject": subject})

    assert (scores(counter, "marta"), scores(counter, "unheard-of")) == ([], [1, 2])


def test_a_number_without_a_system_is_the_senders_own(counter: Counter) -> None:
    for name, base in (("a", "https://klinik.example/fhir"), ("b", "https://praxis.example/fhir")):
        resource = patient(name) | {"identifier": [{"value": "17"}]}
        counter.send("collection", {"fullUrl": f"{base}/Patient/{name}", "resource": resource})
    counter.send(
        "collection",
        {"fullUrl": "https://praxis.example/fhir/Observation/1",
         "resource": ECOG_1 | {"id": "1", "subject": {"identifier": {"value": "17"}}}},
    )  # fmt: skip

    assert (scores(counter, "a"), scores(counter, "b")) == ([], [1])


def test_a_patient_of_whom_one_record_says_less_keeps_what_the_other_says(counter: Counter) -> None:
    counter.keep(patient("marta", "4711", birthDate="1961-04-02", gender="female"))
    counter.keep(patient("stub", "4711"))

    known = counter.chart("stub").demographics
    assert (known.sex, known.birth_date and known.birth_date.text) == ("female", "1961-04-02")


def test_a_contained_patient_is_found_by_its_identifier(counter: Counter) -> None:
    counter.keep(patient("marta", "4711"))
    counter.keep(about(ECOG_1, "#p", "1", contained=[patient("p", "4711")]))

    assert scores(counter, "marta") == [1]
