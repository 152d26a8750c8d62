"""Joining: grouping, duplicates, contradictions, time and point of view in the chart (exchange.md 0)."""

from datetime import date
from decimal import Decimal

import orjson
import pytest

from leptobridge.chart.chart import Bound, Chart
from leptobridge.chart.fact_json import fact_from_json, fact_to_json
from tests.chart.assembling import all_facts, chart_of, charts_in_every_order, named, reference
from tests.chart.reading import VERIFICATION, coded, condition, words
from tests.dialects import (
    Json,
    csf_cytology,
    csf_specimen,
    finding,
    leptomeningeal_metastasis,
    neurological_examination,
    observable,
    observation,
    performance,
    quantity,
    statement,
)

DAY = "2026-06-01"


def item(code: str, answer: str, time: str = DAY, **elements: object) -> Json:
    return observation(observable(code), time, valueCodeableConcept=finding(answer), **elements)


def component(code: str, answer: str) -> Json:
    return {"code": observable(code), "valueCodeableConcept": finding(answer)}


def presences(chart: Chart) -> list[dict[str, str | None]]:
    return [{name: card.presence for name, card in exam.items.items()} for exam in chart.mri_examinations]


CARD = {"brain_linear": "present", "hydrocephalus": "absent"}


LINEAR, WIDE = item("brain-linear", "present"), item("hydrocephalus", "absent")
PARTS = [component("brain-linear", "present"), component("hydrocephalus", "absent")]
PANEL = observation(
    observable("lm-scorecard"), DAY, hasMember=[reference("Observation", "a"), reference("Observation", "b")]
)


@pytest.mark.parametrize(
    "resources",
    [
        [observation(observable("lm-scorecard"), DAY, component=PARTS)],
        [LINEAR, WIDE],
        [
            LINEAR | {"effectiveDateTime": f"{DAY}T09:00:00+02:00"},
            WIDE | {"effectiveDateTime": f"{DAY}T15:00:00+02:00"},
        ],
        [named("a", LINEAR), named("b", WIDE), PANEL],
        [
            named("a", LINEAR, effectiveDateTime="2026-06-02"),
            named("b", WIDE, effectiveDateTime="2026-06-03"),
            PANEL,
        ],
    ],
    ids=["components", "observations of one day", "of one day at two times", "members", "members read on later days"],
)
def test_components_members_and_observations_of_one_day_mean_the_same(resources: list[Json]) -> None:
    chart = chart_of(*resources)

    assert presences(chart) == [CARD]
    assert [exam.time.first.isoformat() if exam.time else None for exam in chart.mri_examinations] == [DAY]


def test_a_neurological_examination_is_joined_from_single_domains() -> None:
    (exam,) = chart_of(
        observation(observable("gait"), DAY, valueInteger=1),
        observation(observable("strength"), DAY, valueInteger=0),
        observation(observable("hearing"), DAY, dataAbsentReason=words("not tested")),
    ).neurological_examinations

    assert exam.levels == {"gait": 1, "strength": 0, "hearing": None}


def test_examinations_of_two_days_are_two() -> None:
    chart = chart_of(
        neurological_examination({"gait": 1}, False, DAY), neurological_examination({"gait": 2}, False, "2026-06-02")
    )
    assert [exam.levels["gait"] for exam in chart.neurological_examinations] == [1, 2]


def test_different_resources_that_state_the_same_count_once() -> None:
    card = observation(observable("lm-scorecard"), DAY, component=[component("brain-linear", "present")])
    drug = {"resourceType": "MedicationAdministration", "status": "completed", "effectiveDateTime": DAY,
            "medicationCodeableConcept": words("osimertinib")}  # fmt: skip
    chart = chart_of(card, card, performance("us", 1, DAY), performance("us", 1, DAY), drug, drug,
                     leptomeningeal_metastasis("us", DAY), leptomeningeal_metastasis("plain", DAY))  # fmt: skip

    assert len(chart.mri_examinations) == len(chart.performance) == len(chart.therapies) == len(chart.lm_diagnoses) == 1
    assert all(len(entry.evidence) == 2 for entry in (*chart.mri_examinations, *chart.performance, *chart.lm_diagnoses))
    assert not any(entry.flags for entry in (*chart.mri_examinations, *chart.performance))


@pytest.mark.parametrize("later", [0, 1])
def test_the_later_issued_of_two_contradicting_resources_decides_and_both_are_kept(later: int) -> None:
    issued = ["2026-06-01T08:00:00Z", "2026-06-01T09:00:00Z"]
    chart = chart_of(
        performance("us", 1, DAY) | {"issued": issued[1 - later]}, performance("us", 2, DAY) | {"issued": issued[later]}
    )

    (status,) = chart.performance
    assert (status.value, status.flags, len(status.evidence)) == (2 if later else 1, ("conflicting_sources",), 2)


def test_an_answer_goes_before_not_known() -> None:
    chart = chart_of(item("brain-linear", "present"), item("brain-linear", "unknown"))
    assert presences(chart) == [{"brain_linear": "present"}]
    assert chart.mri_examinations[0].flags == ()


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("positive", "negative", "positive"),
        ("suspicious", "negative", "suspicious"),
        ("negative", "inadequate", "negative"),
    ],
)
def test_of_several_cytologies_of_one_sample_the_most_serious_stands(first: str, second: str, together: str) -> None:
    report = observation(observable("csf-cytology"), DAY)
    tube = named("tube", csf_specimen("us", DAY, 10))
    (sample,) = chart_of(
        tube,
        *(report | {"valueCodeableConcept": finding(answer), "specimen": reference("Specimen", "tube")}
          for answer in (first, second)),
    ).csf_samples  # fmt: skip

    assert (sample.cytology, sample.flags) == (together, ("conflicting_sources",))


def test_a_question_on_a_day_sees_what_was_so_by_then_whenever_it_was_issued() -> None:
    reading = performance("us", 1, "2026-05-01") | {"issued": "2026-06-30T08:00:00Z"}
    later = performance("us", 3, "2026-05-02")

    assert [status.value for status in chart_of(reading, later, on="2026-05-01").performance] == [1]
    assert chart_of(reading, later, on="2026-04-30").performance == ()


def test_a_later_correction_counts_for_earlier_questions_too() -> None:
    wrong = named("o", performance("us", 1, "2026-05-01"), meta={"lastUpdated": "2026-05-01T10:00:00Z"})
    right = named(
        "o", performance("us", 2, "2026-05-01"), meta={"lastUpdated": "2026-06-20T10:00:00Z"}, status="corrected"
    )

    assert [status.value for status in chart_of(wrong, right, on="2026-05-02").performance] == [2]


def test_what_lies_in_the_future_is_flagged_and_counts_from_its_day_on() -> None:
    planned = performance("us", 2, "2026-08-01")
    today, then = chart_of(planned), chart_of(planned, on="2026-08-01")

    assert (today.performance, today.future_days) == ((), (date(2026, 8, 1),))
    assert [(status.value, status.flags) for status in then.performance] == [(2, ("future_dated",))]


def test_a_partial_date_keeps_its_precision() -> None:
    (status,) = chart_of(performance("us", 1, "2026-05"), on="2026-05-20").performance
    assert status.time is not None
    assert (status.time.first, status.time.last) == (date(2026, 5, 1), date(2026, 5, 31))
    assert chart_of(performance("us", 1, "2026-05"), on="2026-05-20").future_days == (date(2026, 5, 31),)


def test_a_death_in_a_month_that_is_not_over_is_not_known_to_have_come() -> None:
    patient = {"resourceType": "Patient", "id": "p", "deceasedDateTime": "2026-07"}
    assert chart_of(patient, on="2026-07-10").demographics.dead is None
    assert chart_of(patient, on="2026-07-31").demographics.dead is True


def test_a_distant_metastasis_of_a_year_that_is_not_over_makes_no_stage_yet() -> None:
    cancer = condition({"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "C34.9"}]}, "2025-01-10")
    brain = condition(
        {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "C79.3"}], "text": "brain metastasis"}, "2026"
    )

    assert [primary.stage for primary in chart_of(cancer, brain, on="2026-06-01").primaries] == [None]
    assert [primary.stage for primary in chart_of(cancer, brain, on="2026-12-31").primaries] == ["IV"]


def test_pending_items_are_listed_and_are_no_facts() -> None:
    chart = chart_of(
        observation(observable("csf-cytology"), DAY) | {"status": "registered"},
        {"resourceType": "ServiceRequest", "status": "active", "intent": "plan", "code": observable("csf-cytology"),
         "occurrenceDateTime": DAY},
    )  # fmt: skip

    assert chart.csf_samples == ()
    assert {item.kind for item in chart.pending} == {"csf.cytology"}


def test_the_last_day_seen_is_that_of_the_latest_counted_event() -> None:
    encounter = {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"code": "AMB"},
        "period": {"start": "2026-06-20"},
    }
    chart = chart_of(
        performance("us", 1, DAY), encounter, encounter | {"status": "planned", "period": {"start": "2026-06-30"}},
        named("e", performance("us", 1, "2026-06-25"), status="entered-in-error"),
        {"resourceType": "Encounter", "status": "planned", "class": {"code": "AMB"}, "period": {"start": "2026-09-01"}},
    )  # fmt: skip
    assert chart.demographics.last_seen is not None
    assert chart.demographics.last_seen.text == "2026-06-20"


def test_the_chart_does_not_depend_on_the_order_of_what_came() -> None:
    resources = [
        named("a", csf_specimen("us", DAY, 10)),
        named("b", csf_cytology("us", "negative", DAY), specimen=reference("Specimen", "a")),
        named("c", item("brain-linear", "present")),
        named("d", item("brain-linear", "absent")),
        named("e", performance("us", 1, DAY)),
    ]
    first, *others = charts_in_every_order(*resources)
    assert all(chart == first for chart in others)


def test_a_contained_specimen_joins_the_observation_that_contains_it() -> None:
    tube = csf_specimen("us", DAY, 3) | {"id": "t"}
    (sample,) = chart_of(
        csf_cytology("us", "negative", DAY) | {"contained": [tube], "specimen": {"reference": "#t"}}
    ).csf_samples
    assert (sample.cytology, sample.site, sample.volume_ml) == ("negative", "lumbar", Decimal(3))


def test_a_line_of_therapy_is_that_of_the_observation_that_the_drug_refers_to() -> None:
    line = named("line", observation(observable("line-of-therapy"), "2026-01-01", valueInteger=2))
    drug = {"resourceType": "MedicationStatement", "status": "active", "effectivePeriod": {"start": "2026-01-02"},
            "medicationCodeableConcept": words("osimertinib")}  # fmt: skip

    told, untold = chart_of(line, drug | {"derivedFrom": [reference("Observation", "line")]}), chart_of(line, drug)
    assert [therapy.line for therapy in (*told.therapies, *untold.therapies)] == [2, None]


def lesion(identity: str | None, longest: int, **elements: object) -> Json:
    parts: list[Json] = [{"code": observable("longest-mm"), "valueQuantity": quantity(longest, "mm")}]
    if identity:
        parts.append({"code": observable("lesion-id"), "valueString": identity})
    return observation(observable("lesion"), DAY, component=parts, bodySite=words("liver"), **elements)


def test_a_lesion_that_two_resources_state_is_one_and_lesions_that_differ_are_two() -> None:
    assert [found.longest_mm for found in chart_of(lesion("L1", 12), lesion("L1", 12), lesion("L2", 12)).lesions] == [
        12,
        12,
    ]
    assert [found.longest_mm for found in chart_of(lesion(None, 12), lesion(None, 12), lesion(None, 13)).lesions] == [
        12,
        13,
    ]


def test_a_lesion_measured_twice_is_as_the_later_report_says() -> None:
    (found,) = chart_of(
        lesion("L1", 12, issued="2026-06-03T08:00:00Z"), lesion("L1", 9, issued="2026-06-02T08:00:00Z")
    ).lesions
    assert (found.longest_mm, found.flags) == (Decimal(12), ("conflicting_sources",))


def test_a_form_that_came_twice_is_one_form() -> None:
    form = observation(observable("rano-bm"), DAY, component=[component("clinical-status", "stable")])
    (only,) = chart_of(form, form).reader_forms
    assert (only.system, only.items, only.flags) == ("rano_bm", {"clinical_status": ("stable",)}, ())


def test_a_statement_about_one_trial_stands_beside_one_about_all() -> None:
    study = [{"identifier": {"system": "http://clinicaltrials.gov", "value": "NCT04343573"}}]
    chart = chart_of(
        statement("informed-consent", True, DAY) | {"focus": study}, statement("informed-consent", False, DAY)
    )
    assert {(stated.focus, stated.value) for stated in chart.statements} == {("NCT04343573", True), (None, False)}


def test_facts_are_the_same_after_a_journey_through_json() -> None:
    facts = all_facts(
        csf_specimen("us", "2026-06-01T09:30:00+08:00", 3.5), performance("us", 1, "2026-05"), lesion("L1", 12),
        {"resourceType": "Patient", "birthDate": "1961", "identifier": [{"system": "urn:x", "value": "1"}]},
        observation(observable("csf-cytology"), DAY, dataAbsentReason=words("unknown"), status="registered"),
    )  # fmt: skip
    assert [fact_from_json(orjson.loads(fact_to_json(fact))) for fact in facts] == facts


# --- the clinical time that a specimen, a panel or a report tells

_DRAWN = csf_specimen("plain", "2026-05-20T09:00:00+02:00", 8)
_REPORTED = item("csf-cytology", "positive", "2026-06-10")


@pytest.mark.parametrize(
    "resources",
    [
        [named("s", _DRAWN), named("c", _REPORTED, specimen=reference("Specimen", "s"))],
        [named("c", _REPORTED, contained=[named("s", _DRAWN)], specimen={"reference": "#s"})],
        [
            named("s", _DRAWN),
            named("c", _REPORTED),
            named(
                "p",
                observation(words("CSF panel"), "2026-06-10"),
                hasMember=[reference("Observation", "c")],
                specimen=reference("Specimen", "s"),
            ),
        ],
        [
            named("s", _DRAWN),
            named("c", _REPORTED),
            {
                "resourceType": "DiagnosticReport",
                "id": "r",
                "status": "final",
                "code": words("CSF"),
                "effectiveDateTime": "2026-06-10",
                "result": [reference("Observation", "c")],
                "specimen": [reference("Specimen", "s")],
            },
        ],
    ],
    ids=["reference", "contained", "panel", "report"],
)
def test_a_result_counts_from_the_day_its_specimen_was_collected(resources: list[Json]) -> None:
    (sample,) = chart_of(*resources, on="2026-05-20").csf_samples
    assert sample.cytology == "positive"
    assert chart_of(*resources, on="2026-05-19").csf_samples == ()


def test_a_member_without_a_time_has_that_of_its_panel() -> None:
    undated = {name: value for name, value in LINEAR.items() if name != "effectiveDateTime"}
    chart = chart_of(named("a", undated), named("p", PANEL, hasMember=[reference("Observation", "a")]), on=DAY)
    assert presences(chart) == [{"brain_linear": "present"}]


def test_the_members_of_a_panel_are_one_sample_whatever_their_days() -> None:
    panel = observation(words("CSF panel"), DAY, hasMember=[reference("Observation", n) for n in ("c", "v")])
    volume = observation(observable("volume-ml"), "2026-06-03", valueQuantity=quantity(3, "mL"))
    (sample,) = chart_of(
        named("c", item("csf-cytology", "negative")), named("v", volume), named("p", panel)
    ).csf_samples
    assert (sample.cytology, sample.volume_ml) == ("negative", Decimal(3))


@pytest.mark.parametrize("system", ["urn:oid:2.16.840.1.113883.6.96", "http://snomed.info/sct"])
def test_a_code_system_is_known_by_each_of_its_spellings(system: str) -> None:
    said = {"coding": [{"system": system, "code": "10828004"}]}
    (sample,) = chart_of(observation(observable("csf-cytology"), DAY, valueCodeableConcept=said)).csf_samples
    assert sample.cytology == "positive"


@pytest.mark.parametrize(
    ("sent", "bound"),
    [
        ({"valueQuantity": quantity(12, "wk") | {"comparator": ">"}}, Bound(">", Decimal(12))),
        ({"valueString": "≥ 14 d"}, Bound(">=", Decimal(2))),
        ({"valueQuantity": quantity(12, "wk")}, None),
    ],
)
def test_a_number_behind_a_comparator_keeps_its_bound(sent: Json, bound: Bound | None) -> None:
    (said,) = chart_of(observation(observable("life-expectancy-weeks"), DAY, **sent)).statements
    assert said.bound == bound
    assert (said.value is None) == (bound is not None)


def test_a_word_for_malignancy_without_its_kind_is_no_second_primary() -> None:
    visit, breast = named("a", condition(words("恶性肿瘤化疗"))), named("b", condition(words("乳腺癌")))
    assert {entry.primary for entry in chart_of(visit).primaries} == {"solid_tumour"}
    assert {entry.primary for entry in chart_of(visit, breast).primaries} == {"breast_cancer"}


@pytest.mark.parametrize(
    ("parts", "imaged"), [(("颈椎", "胸椎", "腰椎"), True), (("cervical", "thoracic"), False), (("全脊柱",), True)]
)
def test_the_parts_of_the_spine_on_one_day_add_up(parts: tuple[str, ...], imaged: bool) -> None:
    studies = [
        named(f"s{place}", {"resourceType": "ImagingStudy", "status": "available", "started": DAY})
        | {"procedureCode": [coded("http://loinc.org", "36400-0", text=f"MRI {part}")]}
        for place, part in enumerate(parts)
    ]
    (examination,) = chart_of(*studies).mri_examinations
    assert examination.spine_imaged is imaged


def test_a_refuted_comorbidity_is_stated_as_absent_from_the_day_of_the_refutation_on() -> None:
    icd = "http://hl7.org/fhir/sid/icd-10-cm"
    refuted = condition(
        coded(icd, "G93.40"),
        recordedDate="2026-05-20",
        verificationStatus=coded(VERIFICATION, "refuted"),
    )
    assert [found.code for found in chart_of(refuted).refuted_comorbidities] == ["encephalopathy"]
    assert chart_of(refuted, on="2026-05-19").refuted_comorbidities == ()
    assert chart_of(refuted).comorbidities == ()
