"""ALK-positive NSCLC: generations (13.1), ALK-Q (13.2, 13.3, R-14), progression (13.4)."""

from itertools import product
from typing import Any

import pytest

from leptobridge.clinical.alk_generations import GENERATIONS
from tests.clinical.rule_service import assert_answers, post

DRUGS = ("crizotinib", "ceritinib", "alectinib", "brigatinib", "lorlatinib", "ensartinib")
WORDS = {"S": "reported_sensitive", "R": "reported_resistant", "S/R": "conflict", ".": "no_data"}


def reports(entries: str) -> dict[str, str]:
    return {drug: WORDS[entry] for drug, entry in zip(DRUGS, entries.split(), strict=True)}


@pytest.mark.parametrize(
    ("drug", "generation"),
    [
        ("crizotinib", 1),
        ("alectinib", 2),
        ("brigatinib", 2),
        ("ceritinib", 2),
        ("ensartinib", 2),
        ("iruplinalkib", 2),
        ("lorlatinib", 3),
        ("TPX-0131", 4),
        ("NVL-655", 4),
        ("AB-106", None),
        ("osimertinib", None),
    ],
)
def test_generation_of_each_alk_inhibitor(drug: str, generation: int | None) -> None:
    answer = post("alk_tki_generation", {"drugs": [drug]})

    assert (answer["value"], answer["rule"], answer["generations"]) == ("computed", "13.1", {drug: generation})


def test_several_drugs_keep_their_names_and_no_drug_is_an_empty_answer() -> None:
    answer = post("alk_tki_generation", {"drugs": ["alectinib", "AB-106", "lorlatinib", "alectinib"]})

    assert answer["generations"] == {"alectinib": 2, "AB-106": None, "lorlatinib": 3}
    assert post("alk_tki_generation", {"drugs": []})["generations"] == {}


@pytest.mark.parametrize(("drug", "warned"), [("lorlatinib", False), ("ensartinib", True), ("AB-106", True)])
def test_a_generation_from_recall_says_so(drug: str, warned: bool) -> None:
    assert ("criteria_not_verified" in post("alk_tki_generation", {"drugs": [drug]})["warnings"]) == warned


@pytest.mark.parametrize(
    ("variant", "entries"),
    [
        ("I1151Tins", "R R . S S ."),
        ("L1152P", "R R S S S ."),
        ("L1152R", "R R S S S ."),
        ("C1156Y", "R R S S S S"),
        ("C1156T", "R R S S S S"),
        ("I1171T", "R S R . S ."),
        ("I1171N", "R S R . S ."),
        ("I1171S", "R . R . S ."),
        ("F1174C", "R R S S S ."),
        ("F1174L", "R R S S S ."),
        ("F1174V", "R R S S S ."),
        ("V1180L", "R S R . . ."),
        ("L1196M", "R S S S S S"),
        ("L1198F", "S . . . . ."),
        ("G1202R", "R R R S/R S ."),
        ("S1206C", "R S S . S ."),
        ("S1206Y", "R S S . S ."),
        ("E1210K", "R . . . S ."),
        ("G1269A", "R S S S S ."),
        ("G1269S", "R S S S S ."),
        pytest.param("R1275Q", ". . . . . .", id="13.3, test 5: not listed"),
        ("L1152Q", ". . . . . ."),
        ("D1203N", ". . . . . ."),
    ],
)
def test_reports_for_a_single_variant(variant: str, entries: str) -> None:
    answer = post("alk_q", {"variants": [variant]})

    assert (answer["value"], answer["rule"], answer["drugs"]) == ("kinase_variant", "ALK-Q", reports(entries))
    assert (answer["options"], answer["notes"]) == (None, [])


@pytest.mark.parametrize(
    ("variants", "entries", "tabulated"),
    [
        pytest.param(["C1156Y", "L1198F"], "S . . . R .", True, id="13.3, test 3"),
        (["L1198F", "C1156Y"], "S . . . R .", True),
        (["E1210K", "S1206C"], ". . . R . .", True),
        (["E1210K", "D1203N"], ". . . R . .", True),
        (["G1202R", "L1196M"], "R R R . . .", False),
        (["G1202R", "R1275Q"], "R R R . . .", False),
        (["L1196M", "G1269A"], "R . . . . .", False),
        (["C1156Y", "L1198F", "G1202R"], "R R R . . .", False),
        (["R1275Q", "D1203N"], ". . . . . .", False),
    ],
)
def test_a_compound_is_never_sensitive_unless_the_table_says_so(
    variants: list[str], entries: str, tabulated: bool
) -> None:
    """D-34: a plain R of any variant stands, S/R does not count as R."""
    answer = post("alk_q", {"variants": variants, "phase": "cis"})

    assert answer["drugs"] == reports(entries)
    notes = set() if tabulated else {"compound_not_tabulated", "seed_lorlatinib_covers_most_compounds"}
    assert set(answer["notes"]) == notes


@pytest.mark.parametrize(
    ("variants", "phase", "unknown"),
    [
        (["G1202R", "L1196M"], None, True),
        (["G1202R", "L1196M"], "unknown", True),
        (["G1202R", "L1196M"], "cis", False),
        (["G1202R", "L1196M"], "trans", False),
        (["C1156Y", "L1198F"], None, True),
        (["G1202R"], None, False),
        (["G1202R", "G1202R"], None, False),
    ],
)
def test_unknown_phase_of_several_variants_is_said(variants: list[str], phase: str | None, unknown: bool) -> None:
    assert ("cis_trans_unknown" in post("alk_q", {"variants": variants, "phase": phase})["notes"]) == unknown


@pytest.mark.parametrize(
    ("variants", "progressed_on", "entries", "warned"),
    [
        pytest.param(["L1196M"], ["crizotinib"], "R S S S S S", False, id="13.3, test 1"),
        pytest.param(["G1202R"], ["alectinib"], "R R R S/R S .", False, id="13.3, test 2"),
        (["G1202R"], ["lorlatinib"], "R R R S/R S .", True),
        (["G1202R"], ["alectinib", "lorlatinib"], "R R R S/R S .", True),
        (["G1202R"], ["brigatinib"], "R R R S/R S .", False),
        (["C1156Y", "L1198F"], ["lorlatinib"], "S . . . R .", False),
        (["L1196M"], ["AB-106"], "R S S S S S", False),
    ],
)
def test_progression_on_a_drug_warns_and_never_changes_the_report(
    variants: list[str], progressed_on: list[str], entries: str, warned: bool
) -> None:
    answer = post("alk_q", {"variants": variants, "progressed_on": progressed_on})

    assert (answer["drugs"], answer["progressed_on"]) == (reports(entries), progressed_on)
    assert ("conflict_progressed_on_reported_sensitive" in answer["warnings"]) == warned


@pytest.mark.parametrize(
    ("findings", "options"),
    [
        pytest.param(
            ["met_amplification"], {"alk_tki_plus_capmatinib_or_savolitinib"}, id="13.3, test 4: MET amplification"
        ),
        (["egfr_mutation"], {"alk_tki_plus_osimertinib"}),
        (["small_cell_transformation"], {"chemo_with_or_without_immunotherapy"}),
        (
            ["egfr_mutation", "met_amplification"],
            {"alk_tki_plus_osimertinib", "alk_tki_plus_capmatinib_or_savolitinib"},
        ),
        ([], {"unknown_mechanism"}),
        (None, {"unknown_mechanism"}),
    ],
)
def test_without_a_kinase_variant_the_other_findings_decide(findings: list[str] | None, options: set[str]) -> None:
    answer = post("alk_q", {"variants": [], "other_findings": findings})

    assert (answer["value"], answer["drugs"]) == ("alk_independent", None)
    assert set(answer["options"]) == options


@pytest.mark.parametrize(
    ("request_", "value"),
    [
        ({"variants": []}, "alk_independent"),
        ({"variants": [], "region_studied": ["alk_kinase_domain", "met"]}, "alk_independent"),
        ({"variants": [], "region_studied": ["egfr"]}, "not_evaluable"),
        ({"variants": [], "region_studied": []}, "not_evaluable"),
        ({"variants": ["G1202R"], "region_studied": ["egfr"]}, "kinase_variant"),
        ({}, "not_evaluable"),
        ({"other_findings": ["met_amplification"]}, "not_evaluable"),
    ],
)
def test_an_empty_list_is_none_found_only_if_the_kinase_domain_was_tested(request_: dict[str, Any], value: str) -> None:
    """R-14."""
    answer = post("alk_q", {**request_, "progressed_on": ["alectinib"]})

    assert (answer["value"], answer["progressed_on"]) == (value, ["alectinib"])
    if value == "not_evaluable":
        assert "variants" in answer["missing"]
        assert (answer["drugs"], answer["options"]) == (None, None)


@pytest.mark.parametrize("variant", ["p.G1202R", "Gly1202Arg", "C1156Y+L1198F", "EML4-ALK", "1202", ""])
def test_another_notation_is_refused_rather_than_read_as_no_data(variant: str) -> None:
    for system in ("alk_q", "pd_alk"):
        expected = {"value": "invalid_input", "reason": "variant_notation"}
        assert_answers(system, {"variants": ["G1202R", variant]}, expected)


def test_insertions_and_deletions_are_in_notation() -> None:
    for variant in ("T1151_L1152insT", "G1202del", "T1151dup", "L1196_G1202delinsA"):
        assert post("alk_q", {"variants": [variant]})["drugs"] == reports(". . . . . .")


LUNG: dict[str, Any] = {"progressing_lesions": 2, "organs": ["lung"], "new_lm": False, "current_tki": "alectinib"}


@pytest.mark.parametrize(
    ("lesions", "organs", "new_lm", "pattern", "cns_only"),
    [
        pytest.param(2, ["lung"], False, "oligoprogression", False, id="13.4, test 1"),
        pytest.param(1, ["cns"], False, "oligoprogression", True, id="13.4, test 2"),
        pytest.param(5, ["lung", "liver", "bone"], False, "widespread", False, id="13.4, test 3"),
        (3, ["lung", "liver", "bone"], False, "oligoprogression", False),
        (3, ["cns"], False, "oligoprogression", True),
        (4, ["cns"], False, "local", True),
        (4, ["lung"], False, "local", False),
        (4, ["lung", "lung"], False, "local", False),
        (4, ["cns", "lung"], False, "widespread", False),
        (1, ["cns"], True, "widespread", True),
        (4, ["lung"], True, "widespread", False),
        (None, None, True, "widespread", None),
        (0, [], True, "widespread", True),
        (4, ["cns", "lung"], None, "widespread", False),
        (2, None, False, "oligoprogression", None),
    ],
)
def test_patterns_of_alk_progression(
    lesions: int | None, organs: list[str] | None, new_lm: bool | None, pattern: str, cns_only: bool | None
) -> None:
    """D-35, D-40."""
    findings = {"progressing_lesions": lesions, "organs": organs, "new_lm": new_lm, "current_tki": "lorlatinib"}

    assert_answers("pd_alk", findings, {"value": pattern, "rule": "PD-ALK", "cns_only": cns_only})


@pytest.mark.parametrize(
    ("findings", "missing", "candidates"),
    [
        ({"new_lm": None}, {"new_lm"}, {"oligoprogression", "widespread"}),
        ({"progressing_lesions": None}, {"progressing_lesions"}, {"oligoprogression", "local"}),
        ({"progressing_lesions": 4, "organs": None}, {"organs"}, {"local", "widespread"}),
        ({"progressing_lesions": 4, "new_lm": None}, {"new_lm"}, {"local", "widespread"}),
        (
            {"progressing_lesions": None, "organs": ["lung", "liver", "bone", "cns"]},
            {"progressing_lesions"},
            {"oligoprogression", "widespread"},
        ),
        (
            {"progressing_lesions": None, "organs": None, "new_lm": None},
            {"progressing_lesions", "organs", "new_lm"},
            {"oligoprogression", "local", "widespread"},
        ),
    ],
)
def test_what_is_missing_for_a_pattern(findings: dict[str, Any], missing: set[str], candidates: set[str]) -> None:
    answer = post("pd_alk", {**LUNG, **findings})

    assert (answer["value"], set(answer["missing"]), answer["options"]) == ("not_evaluable", missing, [])
    assert set(answer["candidates"]) == candidates


@pytest.mark.parametrize(
    "impossible",
    [
        {"progressing_lesions": 0},
        {"progressing_lesions": -1},
        {"organs": []},
        {"progressing_lesions": 1, "organs": ["lung", "cns"]},
    ],
)
def test_impossible_progressions(impossible: dict[str, Any]) -> None:
    assert_answers("pd_alk", {**LUNG, **impossible}, {"value": "invalid_input"})


FEW_ON_1 = {"sbrt_or_surgery_and_continue_tki", "generation_2_or_3_tki"}
FEW_ON_2 = {"sbrt_or_surgery_and_continue_tki", "lorlatinib"}
AFTER_3 = {"trial_generation_4", "platinum_and_alk_tki", "antiangiogenic", "best_supportive_care"}
OLIGO: dict[str, Any] = {"progressing_lesions": 2, "organs": ["cns"], "new_lm": False}
MANY_IN_CNS: dict[str, Any] = {"progressing_lesions": 6, "organs": ["cns"], "new_lm": False}
WIDE: dict[str, Any] = {"progressing_lesions": 5, "organs": ["lung", "liver", "bone"], "new_lm": False}
BRAIN = {"new_brain_metastases": True}
G1202R = {"variants": ["G1202R"]}
MET = {"other_findings": ["met_amplification"]}


@pytest.mark.parametrize(
    ("tki", "situation", "options"),
    [
        ("crizotinib", OLIGO, FEW_ON_1),
        ("crizotinib", MANY_IN_CNS, FEW_ON_1),
        ("alectinib", OLIGO, FEW_ON_2),
        ("iruplinalkib", MANY_IN_CNS, FEW_ON_2),
        ("alectinib", WIDE, set()),
        ("alectinib", {**WIDE, **G1202R}, {"by_alk_variant"}),
        ("crizotinib", {**WIDE, **MET}, {"by_bypass_or_transformation"}),
        ("alectinib", {**WIDE, **G1202R, **MET}, {"by_alk_variant", "by_bypass_or_transformation"}),
        ("alectinib", {**OLIGO, **G1202R, **MET}, FEW_ON_2),
        ("alectinib", {**WIDE, "variants": [], "other_findings": []}, set()),
        ("crizotinib", {**OLIGO, **BRAIN}, FEW_ON_1 | {"generation_2_or_3_tki_and_local_rt"}),
        ("crizotinib", {**WIDE, **BRAIN}, {"generation_2_or_3_tki_and_local_rt"}),
        ("alectinib", {**OLIGO, **BRAIN}, FEW_ON_2 | {"sbrt_and_tki"}),
        ("alectinib", {**MANY_IN_CNS, **BRAIN}, FEW_ON_2 | {"cns_active_tki_avoid_wbrt"}),
        ("alectinib", {**WIDE, **BRAIN}, {"lorlatinib", "cns_active_tki_avoid_wbrt"}),
        ("lorlatinib", OLIGO, AFTER_3),
        ("lorlatinib", WIDE, AFTER_3),
        ("lorlatinib", {**OLIGO, **BRAIN}, AFTER_3),
        ("lorlatinib", {**WIDE, **G1202R}, AFTER_3 | {"by_alk_variant"}),
        ("NVL-655", OLIGO, set()),
        ("AB-106", OLIGO, set()),
        (None, OLIGO, set()),
        (None, {**WIDE, **G1202R}, set()),
    ],
)
def test_every_situation_that_holds_lists_its_options(
    tki: str | None, situation: dict[str, Any], options: set[str]
) -> None:
    answer = post("pd_alk", {**situation, "current_tki": tki})

    assert set(answer["options"]) == options
    assert len(answer["options"]) == len(options)
    assert ("current_tki" in answer["missing"]) == (tki is None)


def test_new_lm_is_widespread_and_never_oligo_in_its_options() -> None:
    new_lm = {**OLIGO, **G1202R, "new_lm": True, "current_tki": "alectinib"}

    assert_answers("pd_alk", new_lm, {"value": "widespread", "options": ["by_alk_variant"], "cns_only": True})


def test_variants_are_missing_where_they_would_list_an_option() -> None:
    assert post("pd_alk", {**WIDE, "current_tki": "alectinib"})["missing"] == ["variants"]
    assert post("pd_alk", {**WIDE, **G1202R, "current_tki": "alectinib"})["missing"] == []
    assert post("pd_alk", {**OLIGO, "current_tki": "alectinib"})["missing"] == []


@pytest.mark.parametrize(("tki", "lesions"), list(product(GENERATIONS, (1, 3, 4))))
def test_the_drug_never_changes_the_pattern(tki: str, lesions: int) -> None:
    findings = {"progressing_lesions": lesions, "organs": ["lung"], "new_lm": False, "current_tki": tki}

    assert post("pd_alk", findings)["value"] == ("oligoprogression" if lesions <= 3 else "local")
