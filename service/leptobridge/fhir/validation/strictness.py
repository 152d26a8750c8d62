"""How findings weigh, and which optional rules are asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from leptobridge.fhir.issue import Issue


@dataclass(frozen=True, slots=True)
class Strictness:
    """What is an error beside a broken structure, and the options of the official validator's test suite.

    ``rejects``: everything that the specification forbids is an error. Without, only what makes a resource unreadable
    is one (structure, primitives, required codes); the rest (`Issue.rule`) is a warning: real data is messier than
    the rules. ``example_urls`` allows example.org and the like, ``embedded_html`` tags in strings; ``publication``
    asks for the rules of published definitions. Extensions that nobody here knows are allowed if their URL starts
    with one of ``extension_prefixes``.
    """

    rejects: bool = False
    example_urls: bool = True
    embedded_html: bool = True
    publication: bool = False
    extension_prefixes: tuple[str, ...] = ()

    @property
    def is_default_set(self) -> bool:
        """Whether no optional rule is asked for."""
        return self.example_urls and self.embedded_html and not self.publication

    def weigh(self, issues: Iterable[Issue]) -> list[Issue]:
        """The issues with the severities that they have here; remarks are for those who ask strictly."""
        if self.rejects:
            return list(issues)
        return [_flagged(issue) for issue in issues if issue.severity != "information"]


def _flagged(issue: Issue) -> Issue:
    if issue.rule and issue.severity == "error":
        return Issue("warning", issue.code, issue.diagnostics, issue.expression, issue.rule)
    return issue


#: Takes what can be read and flags the rest.
TOLERANT: Final = Strictness()
#: Rejects whatever the specification forbids.
STRICT: Final = Strictness(rejects=True)
