"""Trial files: what is refused, where the fault is, and what only warns (design 5)."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from leptobridge.chart.observables import LABORATORY_UNITS, STATEMENTS
from leptobridge.trials.definition import Trial
from leptobridge.trials.document import TrialFileError, read_trial
from leptobridge.trials.fact_codes import BLOOD_UNITS, STATEMENT_CATEGORIES
from leptobridge.trials.library_files import LIBRARY, load_trials
from leptobridge.trials.lint import (
    check_arms,
    check_blood_values,
    check_combinations,
    check_constant_criteria,
    check_contradictions,
    check_disease_marker,
    check_duplicate_ids,
    check_lm_criteria,
    check_ranges,
    check_statement_codes,
    lint_trial,
)

LM = {
    "id": "I1",
    "text": "LM by imaging",
    "category": "clinical",
    "evidence": "source",
    "needs_lm": True,
    "disease": True,
    "when": {"ask": "lm_imaging"},
}


def demand(name: str, when: Any, category: str = "clinical", **more: Any) -> dict[str, Any]:
    return {"id": name, "text": "as written", "category": category, "evidence": "source", "when": when} | more


def document(*criteria: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": "NCT01234567",
        "version": "1",
        "title": "a trial under review",
        "reviewed": "2026-03-01",
        "sources": [{"title": "protocol"}],
        "criteria": [LM, *criteria],
    } | more


def read(*criteria: dict[str, Any], **more: Any) -> Trial:
    return read_trial(yaml.safe_dump(document(*criteria, **more)), "review.yaml")


def faults(*criteria: dict[str, Any], **more: Any) -> list[str]:
    with pytest.raises(TrialFileError) as raised:
        read(*criteria, **more)
    return [str(fault) for fault in raised.value.faults]


AGE = {"ask": "age", "at_least_years": 18}
PLATELETS = {"ask": "blood", "code": "platelets", "comparator": "at_least", "limit": 100000, "unit": "/uL"}


class TestReading:
    def test_a_tree_of_every_combination_is_read(self) -> None:
        tree = {"all": [{"any": [AGE, {"not": AGE}]}, {"at_least": {"number": 1, "of": [AGE, {"ask": "anyone"}]}}]}
        assert lint_trial(read(demand("I2", tree))) == lint_trial(read(demand("I2", tree)))

    def test_an_unknown_question_is_named_with_its_path(self) -> None:
        (fault,) = faults(demand("I2", {"any": [AGE, {"ask": "shoe_size"}]}))
        assert fault.startswith("review.yaml: criteria[1].when.any[1]: ")

    def test_an_unknown_field_is_named_with_its_path(self) -> None:
        (fault,) = faults(demand("I2", {"ask": "age", "at_least_years": 18, "unit": "a"}))
        assert fault.startswith("review.yaml: criteria[1].when.unit: ")

    def test_a_value_outside_the_vocabulary_is_named_with_its_path(self) -> None:
        (fault,) = faults(demand("I2", {"ask": "primary", "primary": ["breast_cancer", "breast"]}))
        assert fault.startswith("review.yaml: criteria[1].when.primary[1]: ")

    def test_all_faults_come_at_once(self) -> None:
        found = faults(demand("X2", AGE), demand("I3", AGE, "clerical"), id="12345")
        assert [fault.split(": ")[1] for fault in found] == ["id", "criteria[1].id", "criteria[2].category"]

    @pytest.mark.parametrize(
        "when",
        [
            "age",
            {"all": AGE},
            {"all": [AGE], "any": [AGE]},
            {"at_least": {"of": [AGE]}},
            {"ask": "statement", "code": "informed_consent"},
            {"ask": "statement", "code": "life_expectancy_weeks", "comparator": "above"},
            {"ask": "classification"},
        ],
    )
    def test_a_malformed_condition_is_refused(self, when: Any) -> None:
        (fault,) = faults(demand("I2", when))
        assert "criteria[1].when" in fault

    def test_text_that_is_no_yaml_is_refused_with_its_line(self) -> None:
        with pytest.raises(TrialFileError, match=r"review\.yaml: line \d+: not a YAML document"):
            read_trial("id: [NCT1\ntitle: x", "review.yaml")

    def test_a_file_without_criteria_is_refused(self) -> None:
        with pytest.raises(TrialFileError, match="criteria: a list is expected"):
            read_trial(yaml.safe_dump({k: v for k, v in document().items() if k != "criteria"}), "review.yaml")


class TestLint:
    def test_ids_are_unique(self) -> None:
        (finding,) = check_duplicate_ids(read(demand("I2", AGE), demand("I2", AGE)))
        assert (finding.severity, finding.message) == ("error", "'I2' is used 2 times")

    def test_one_criterion_marks_the_disease(self) -> None:
        twice = read(demand("I2", AGE, disease=True))
        assert [finding.severity for finding in check_disease_marker(twice)] == ["error"]
        assert not list(check_disease_marker(read()))

    def test_a_question_about_lm_needs_lm(self) -> None:
        forgotten = read(demand("I2", {"ask": "csf_cytology"}))
        assert [finding.path for finding in check_lm_criteria(forgotten)] == ["criteria[1] I2"]

    def test_a_statement_is_in_the_vocabulary_or_documented_in_the_file(self) -> None:
        question = demand("I2", {"ask": "statement", "code": "likes_mri", "equals": True})
        assert [finding.message for finding in check_statement_codes(read(question))] == [
            "unknown statement 'likes_mri'"
        ]
        assert not list(check_statement_codes(read(question, statements={"likes_mri": "no claustrophobia"})))

    def test_a_statement_has_the_category_of_the_exchange(self) -> None:
        question = demand("I2", {"ask": "statement", "code": "informed_consent", "equals": True})
        (finding,) = check_statement_codes(read(question))
        assert "administrative" in finding.message

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"unit": "10*9/L"}, "measured in /uL"),
            ({"code": "troponin"}, "unknown blood value"),
        ],
    )
    def test_blood_values_are_known_and_in_their_canonical_unit(self, change: dict[str, str], message: str) -> None:
        (finding,) = check_blood_values(read(demand("I2", PLATELETS | change, "laboratory")))
        assert message in finding.message

    def test_blood_values_are_laboratory_criteria(self) -> None:
        (finding,) = check_blood_values(read(demand("I2", PLATELETS)))
        assert finding.severity == "error"

    @pytest.mark.parametrize(
        "question",
        [
            {"ask": "age"},
            {"ask": "age", "at_least_years": 80, "below_years": 18},
            {"ask": "age", "at_least_years": 180},
            {"ask": "performance", "scale": "kps", "comparator": "at_least", "limit": 65},
            {"ask": "performance", "scale": "ecog", "comparator": "at_most", "limit": 7},
            {
                "ask": "performance",
                "scale": "ecog",
                "comparator": "at_most",
                "limit": 2,
                "equivalent": {"scale": "kps", "comparator": "at_least", "limit": 160},
            },
            PLATELETS | {"limit": -1},
            PLATELETS | {"max_age_days": -10},
            {"ask": "statement", "code": "informed_consent", "equals": True, "max_age_days": -1},
        ],
    )
    def test_impossible_ranges_are_errors(self, question: dict[str, Any]) -> None:
        assert [finding.severity for finding in check_ranges(read(demand("I2", question)))] == ["error"]

    def test_a_negative_protocol_window_is_an_error(self) -> None:
        window = {"id": "W1", "text": "imaging", "start": "mri", "end": "enrolment", "at_most_days": -1}
        assert [f.path for f in check_ranges(read(protocol_windows=[window]))] == ["protocol_windows[0]"]

    @pytest.mark.parametrize(
        "when",
        [{"all": []}, {"at_least": {"number": 3, "of": [AGE, AGE]}}, {"at_least": {"number": 0, "of": [AGE]}}],
    )
    def test_combinations_have_parts_and_reachable_thresholds(self, when: Any) -> None:
        assert [finding.severity for finding in check_combinations(read(demand("I2", when)))] == ["error"]

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (AGE, {"ask": "age", "below_years": 18}),
            (AGE, {"not": AGE}),
            ({"ask": "primary", "primary": ["melanoma"]}, {"ask": "primary", "primary": ["sarcoma"]}),
            (PLATELETS, PLATELETS | {"comparator": "below"}),
            (PLATELETS, {"not": {"any": [PLATELETS, AGE]}}),
            (
                {"ask": "statement", "code": "nursing", "equals": True},
                {"all": [{"ask": "statement", "code": "nursing", "equals": False}]},
            ),
            (
                {"ask": "performance", "scale": "kps", "comparator": "at_least", "limit": 70},
                {"ask": "performance", "scale": "kps", "comparator": "at_most", "limit": 60},
            ),
        ],
    )
    def test_contradictions_are_errors(self, first: Any, second: Any) -> None:
        (finding,) = check_contradictions(read(demand("I2", first), demand("I3", second)))
        assert (finding.severity, finding.path) == ("error", "criteria[2] I3")

    def test_demands_that_meet_in_one_point_are_no_contradiction(self) -> None:
        both = (demand("I2", PLATELETS), demand("I3", PLATELETS | {"comparator": "at_most"}))
        assert not list(check_contradictions(read(*both)))

    def test_an_arm_for_all_others_comes_last(self) -> None:
        arms = [{"code": "others", "text": "all others"}, {"code": "adults", "text": "adults", "when": AGE}]
        assert [finding.path for finding in check_arms(read(arms=arms))] == ["arms[0]"]
        assert not list(check_arms(read(arms=arms[::-1])))

    def test_a_criterion_that_is_never_unknown_or_never_met_is_a_warning(self) -> None:
        always = demand("I2", {"any": [AGE, {"ask": "anyone"}]})
        never = demand("I3", {"all": [AGE, {"not": {"ask": "anyone"}}]})
        findings = list(check_constant_criteria(read(always, never)))
        assert [(finding.severity, finding.path) for finding in findings] == [
            ("warning", "criteria[1] I2"),
            ("warning", "criteria[2] I3"),
        ]


class TestLibrary:
    def test_the_library_holds_the_reviewed_trials(self) -> None:
        assert {trial.id for trial in load_trials(LIBRARY)} >= {"NCT02886585", "NCT04343573", "NCT06500481"}

    def test_the_only_warning_of_the_library_is_any_age(self) -> None:
        warnings = [(trial.id, finding.path) for trial in load_trials(LIBRARY) for finding in lint_trial(trial)]
        assert warnings == [("NCT04343573", "criteria[3] I4")]

    def test_faults_of_all_files_are_reported_together(self, tmp_path: Path) -> None:
        (tmp_path / "a.yaml").write_text(yaml.safe_dump(document(demand("I1", AGE))))
        (tmp_path / "b.yaml").write_text("- not a trial")
        (tmp_path / "c.yaml").write_text(yaml.safe_dump(document(demand("I2", AGE))))
        with pytest.raises(TrialFileError) as raised:
            load_trials(tmp_path)
        assert [str(fault) for fault in raised.value.faults] == [
            "a.yaml: criteria: 'I1' is used 2 times",
            "b.yaml: a mapping is expected",
            "c.yaml: id: 'NCT01234567' is defined by another file as well",
        ]

    def test_codes_and_units_are_those_that_charts_use(self) -> None:
        assert BLOOD_UNITS == LABORATORY_UNITS
        assert set(STATEMENT_CATEGORIES) <= set(STATEMENTS)
