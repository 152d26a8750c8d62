"""Issues and the OperationOutcome that shows them."""

from fhir.resources.R4B.operationoutcome import OperationOutcome

from leptobridge.fhir.issue import Issue, operation_outcome
from leptobridge.fhir.structure import check_resource


def test_an_outcome_lists_every_issue_with_its_path() -> None:
    outcome = operation_outcome(
        [
            Issue("error", "required", "Observation.status is required.", "Observation.status"),
            Issue("warning", "code-invalid", "The code is not in the required value set."),
        ]
    )
    assert outcome["issue"] == [
        {
            "severity": "error",
            "code": "required",
            "diagnostics": "Observation.status is required.",
            "expression": ["Observation.status"],
        },
        {"severity": "warning", "code": "code-invalid", "diagnostics": "The code is not in the required value set."},
    ]
    assert check_resource(outcome, "OperationOutcome") == []
    OperationOutcome.model_validate(outcome)


def test_an_outcome_without_issues_says_that_all_is_well() -> None:
    outcome = operation_outcome([])
    assert outcome["issue"][0]["severity"] == "information"
    assert check_resource(outcome) == []


def test_an_issue_of_an_entry_keeps_its_path_below_the_entry() -> None:
    issue = Issue("error", "value", "The value is not a date.", "Patient.birthDate")
    assert issue.below("Bundle.entry[2].resource").expression == "Bundle.entry[2].resource.birthDate"
    assert Issue("error", "structure", "x", "Patient").below("Bundle.entry[2].resource").expression == (
        "Bundle.entry[2].resource"
    )


def test_only_errors_and_fatal_issues_stop_an_input() -> None:
    assert [Issue(severity, "value", "").is_error for severity in ("fatal", "error", "warning", "information")] == [
        True,
        True,
        False,
        False,
    ]
