"""What is wrong with an input, said once and shown as an OperationOutcome (FHIR R4, OperationOutcome)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["fatal", "error", "warning", "information"]

#: The codes of http://hl7.org/fhir/issue-type (R4) that this service gives.
IssueCode = Literal[
    "invalid",
    "structure",
    "required",
    "value",
    "invariant",
    "security",
    "login",
    "forbidden",
    "processing",
    "not-supported",
    "duplicate",
    "multiple-matches",
    "not-found",
    "deleted",
    "too-long",
    "code-invalid",
    "extension",
    "too-costly",
    "business-rule",
    "conflict",
    "transient",
    "exception",
    "timeout",
    "throttled",
    "incomplete",
    "informational",
]


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding. ``expression`` is a FHIRPath-like path such as ``Patient.contact[0].name``, empty where none fits.

    ``diagnostics`` is one plain sentence that names elements, rules and enumerated codes, never a patient's data: it
    is answered to senders and written to logs and receipts. ``rule`` names what was broken beyond mere structure: the
    key of an invariant (``obs-6``) or a kind such as ``display``; it is empty for structure itself.
    """

    severity: Severity
    code: IssueCode
    diagnostics: str
    expression: str = ""
    rule: str = ""

    @property
    def is_error(self) -> bool:
        """Whether the input cannot be accepted because of this."""
        return self.severity in ("fatal", "error")

    def below(self, parent: str) -> "Issue":
        """The same finding with ``parent`` in place of the resource type that the path starts with.

        ``Patient.name`` below ``Bundle.entry[2].resource`` is ``Bundle.entry[2].resource.name``.
        """
        _, dot, rest = self.expression.partition(".")
        return Issue(self.severity, self.code, self.diagnostics, f"{parent}{dot}{rest}", self.rule)


def operation_outcome(issues: Iterable[Issue]) -> dict[str, Any]:
    """The issues as an R4 OperationOutcome; without any, the one that says that all is well."""
    listed: list[dict[str, Any]] = []
    for issue in issues:
        shown: dict[str, Any] = {"severity": issue.severity, "code": issue.code, "diagnostics": issue.diagnostics}
        if issue.expression:
            shown["expression"] = [issue.expression]
        listed.append(shown)
    if not listed:
        listed.append({"severity": "information", "code": "informational", "diagnostics": "No issues were found."})
    return {"resourceType": "OperationOutcome", "issue": listed}
