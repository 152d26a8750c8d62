"""The Observation and the Provenance of one conclusion: units and evidence (exchange.md 12)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from leptobridge.chart.facts import Source
from leptobridge.clinical.result import Result
from leptobridge.evaluation.conclusion import Conclusion
from leptobridge.evaluation.observation import build_observation, build_provenance

WHEN = datetime(2026, 3, 20, tzinfo=UTC)


def conclusion(system: str, value: object, evidence: tuple[Source, ...] = (), **outputs: Any) -> Conclusion:
    result = Result(value=value, rule="1", criteria_version="v", inputs_used=(), outputs=outputs)  # type: ignore[arg-type]
    return Conclusion(person="p", system=system, effective=date(2026, 3, 20), result=result, evidence=evidence)


def component(observation: dict[str, Any], code: str) -> dict[str, Any]:
    (found,) = [part for part in observation["component"] if part["code"]["coding"][0]["code"] == code]
    return dict(found["valueQuantity"])


@pytest.mark.parametrize(
    ("name", "output", "code", "unit"),
    [
        ("months", Fraction(13, 10), "months", "mo"),
        ("change_percent", Fraction(-51), "change-percent", "%"),
        ("sums", {"nadir_mm": Fraction(25, 2)}, "sums-nadir-mm", "mm"),
        ("lmd_hazard_ratio", Fraction(272, 100), "lmd-hazard-ratio", "1"),
    ],
)
def test_a_number_goes_back_with_its_unit(name: str, output: Any, code: str, unit: str) -> None:
    observation = build_observation(
        conclusion("cart_risk", "computed", **{name: output}), observation_id="o", issued=WHEN
    )
    quantity = component(observation, code)
    assert (quantity["system"], quantity["code"]) == ("http://unitsofmeasure.org", unit)


def test_a_count_of_tumour_cells_goes_back_per_millilitre() -> None:
    observation = build_observation(conclusion("csf_ctc", Decimal("0.67")), observation_id="o", issued=WHEN)
    assert observation["valueQuantity"]["code"] == "/mL"


def test_a_resource_that_gave_two_facts_is_named_once() -> None:
    evidence = tuple(
        Source(reference, 1, rule)
        for reference, rule in [
            ("Patient/p", "birth"),
            ("Patient/p", "sex"),
            ("Observation/o", "a"),
            ("Observation/o", "b"),
        ]
    )
    said = conclusion("eano_esmo_classification", "confirmed", evidence)
    observation = build_observation(said, observation_id="c", issued=WHEN)
    provenance = build_provenance(said, observation_id="c", version=1, recorded=WHEN, messages={})
    assert [found["reference"] for found in observation["derivedFrom"]] == ["Observation/o"]
    assert len(observation["extension"]) == 1
    assert [entity["what"]["reference"] for entity in provenance["entity"]] == [
        "Patient/p/_history/1",
        "Observation/o/_history/1",
    ]
