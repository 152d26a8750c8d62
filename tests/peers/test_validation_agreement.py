"""The verdict of the service's check beside the official validator's, on 2,000 random changes of valid resources.

Measured: the same verdict on 1,968 of 2,000. The kinds of disagreement, all of which are named below: the official
engine passes over blank texts and codes, spaces around dates, empty arrays, relative references of no form that FHIR
knows, and some code systems that are no URI; the service's check does not look response items up in a contained
Questionnaire (its forms do), nor calls a resource without any element empty.
"""

import pytest

from leptobridge.fhir.issue import Issue
from leptobridge.fhir.structure import STRICT, check_resource
from tests.fhir.planted_faults import ORIGINALS, planted
from tests.fhir.real_data import needs_shared_data, synthea_resources
from tests.peers.mutations import Json, mutated
from tests.peers.official_validator import Judge

pytestmark = [pytest.mark.peer, pytest.mark.slow, needs_shared_data]

#: Errors that the specification demands and the official engine does not find.
STRICTER = (
    "text that is not blank",
    "must not be empty",
    "not a code",
    "not a date",
    "not an instant",
    "relative reference",
    "named by an absolute URI",
)
#: What it finds and the check does not look for.
UNSEEN = ("Unknown code ' '", "inkId", "bdl-5", "must be an absolute reference")


def errors(resource: Json) -> list[Issue]:
    return [issue for issue in check_resource(resource, None, STRICT) if issue.is_error]


def valid_resources() -> list[Json]:
    """The originals of the planted faults, and up to 25 real resources of each type that have no error."""
    chosen: dict[str, list[Json]] = {}
    for resource in synthea_resources():
        same = chosen.setdefault(resource["resourceType"], [])
        if len(same) < 25 and not errors(resource):
            same.append(resource)
    return [*ORIGINALS, *(resource for same in chosen.values() for resource in same)]


def test_the_originals_are_valid_to_both(judge: Judge) -> None:
    assert not [finding for finding in judge.findings(ORIGINALS) if finding.is_error]


def test_planted_faults_that_the_official_validator_sees_are_seen_here(judge: Judge) -> None:
    seen = {finding.position for finding in judge.findings(p.resource for p in planted()) if finding.is_error}
    assert len(seen) >= 87
    assert all(errors(planted()[position].resource) for position in seen)


def test_random_changes_get_the_same_verdict(judge: Judge) -> None:
    agreed, unexplained = 0, []
    for kind, path, resource in mutated(valid_resources(), 2000, seed=1):
        ours = errors(resource)
        official = [finding for finding in judge.findings([resource]) if finding.is_error]
        if bool(ours) == bool(official):
            agreed += 1
        elif ours and not any(known in issue.diagnostics for issue in ours for known in STRICTER):
            unexplained.append((kind, path, ours[0].diagnostics))
        elif official and not any(known in finding.message for finding in official for known in UNSEEN):
            unexplained.append((kind, path, official[0].message))
    assert not unexplained
    assert agreed >= 1960
