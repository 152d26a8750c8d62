"""Faults of many kinds, planted one at a time: each is an error at its element; the originals have none."""

import pytest

from leptobridge.fhir.structure import STRICT, check_resource
from tests.fhir.planted_faults import ORIGINALS, Planted, planted

FAULTS = planted()


def test_the_set_has_kinds_enough_and_each_once() -> None:
    kinds = [fault.kind for fault in FAULTS]
    assert len(kinds) == len(set(kinds)) >= 45


@pytest.mark.parametrize("original", ORIGINALS, ids=lambda resource: resource["resourceType"])
def test_the_intact_originals_raise_no_alarm(original: dict[str, object]) -> None:
    assert check_resource(original, None, STRICT) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.kind)
def test_each_planted_fault_is_an_error_at_its_element(fault: Planted) -> None:
    errors = [issue for issue in check_resource(fault.resource, None, STRICT) if issue.is_error]
    assert any(issue.expression.startswith(fault.path) for issue in errors), errors
