"""Extraction is total and deterministic, on charts that hospitals sent and on whatever may become of them."""

import copy
import random
from pathlib import Path
from typing import Any

import orjson
import pytest

from leptobridge.chart.extraction import Extraction, extract
from leptobridge.chart.facts import Fact
from tests import dialects
from tests.chart.reading import MAPPINGS, RECEIVED, reference_of
from tests.charts import DEMO_BUNDLES, MCODE_BUNDLES
from tests.dialects import Json

SYNTHEA = Path(__file__).resolve().parents[3] / "shared" / "data" / "synthea" / "bundles.ndjson"
#: What stands where another value was: of every JSON type, well and badly formed.
INTRUDERS: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**30, "", "x", "2026", "2026-13-45", "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00", "NaN", "#",
    "😀", [], {}, [None], [[]], [{}], {"coding": 7}, {"coding": [7, {"code": 7}]}, {"reference": 7}, {"value": "x"},
    {"value": {"value": 1}}, {"text": ["x"]}, {"start": 1, "end": []},
]  # fmt: skip


def resources_of(path: Path) -> list[Json]:
    bundle = orjson.loads(path.read_bytes())
    return [entry["resource"] for entry in bundle["entry"] if "resource" in entry]


def read(resource: Json) -> Extraction:
    return extract(
        resource, reference=reference_of(resource), version=1, received=RECEIVED, mappings=MAPPINGS, zone=None
    )


def dialect_resources() -> list[Json]:
    """What the three dialects say of one patient, and forms that the demonstration does not send."""
    day = "2026-01-10"
    made = [dialects.enrolment("NCT04343573", day), dialects.neurological_examination({"gait": 1}, True, day)]
    for dialect in dialects.DIALECTS:
        made += [
            dialects.cancer(dialect, "nsclc", day),
            dialects.leptomeningeal_metastasis(dialect, day),
            dialects.csf_specimen(dialect, day, 8),
            dialects.csf_cytology(dialect, "suspicious", day),
            dialects.scorecard(dialect, {"brain-linear": True}, {"brain-linear": "worse"}, day),
            dialects.drug(dialect, "methotrexate", day, day, intrathecal=True),
            dialects.performance(dialect, 1, day),
            dialects.blood_test(dialect, "platelets", day),
            dialects.egfr_variant(dialect, day),
        ]
    item = {"linkId": "brain-linear", "answer": [{"valueCoding": {"system": dialects.FINDING, "code": "present"}}]}
    group = {"linkId": "lesion", "item": [{"linkId": "longest-mm", "answer": [{"valueDecimal": 22.5}]}]}
    made.append(
        {"resourceType": "QuestionnaireResponse", "status": "completed", "authored": day, "item": [item, group]}
    )
    return made


CHARTS = [*(resource for path in DEMO_BUNDLES for resource in resources_of(path)), *dialect_resources()]


def places_in(value: Any) -> list[tuple[Any, Any]]:
    """Every container in a resource with each of its keys."""
    keys: list[Any] = (
        list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    )
    found = [(value, key) for key in keys]
    for key in keys:
        found += places_in(value[key])
    return found


def mutated(resource: Json, choose: random.Random) -> Json:
    """A copy with one to four places removed, replaced, repeated or exchanged for a value from elsewhere."""
    changed = copy.deepcopy(resource)
    for _ in range(choose.randint(1, 4)):
        places = [(holder, key) for holder, key in places_in(changed) if key not in ("resourceType", "id")]
        if not places:
            break
        holder, key = choose.choice(places)
        deed = choose.choice(("remove", "replace", "repeat", "exchange"))
        if deed == "remove":
            del holder[key]
        elif deed == "replace":
            holder[key] = copy.deepcopy(choose.choice(INTRUDERS))
        elif deed == "repeat":
            holder[key] = [copy.deepcopy(holder[key]), copy.deepcopy(holder[key])]
        else:
            other, other_key = choose.choice(places)
            holder[key] = copy.deepcopy(other[other_key])
    return changed


@pytest.mark.parametrize("seed", range(20))
def test_extraction_never_fails_and_says_the_same_twice(seed: int) -> None:
    choose = random.Random(seed)
    for _ in range(150):
        resource = mutated(choose.choice(CHARTS), choose)
        first, second = read(resource), read(copy.deepcopy(resource))
        assert first == second
        assert all(isinstance(fact, Fact) for fact in first.facts)


def test_extraction_leaves_the_resource_as_it_is() -> None:
    for resource in CHARTS:
        before = copy.deepcopy(resource)
        read(resource)
        assert resource == before


@pytest.mark.skipif(not MCODE_BUNDLES, reason="the published mCODE patients lie beside the repository")
@pytest.mark.parametrize("path", MCODE_BUNDLES, ids=lambda path: path.stem)
def test_published_mcode_patients_are_read(path: Path) -> None:
    kinds = {fact.kind for resource in resources_of(path) for fact in read(resource).facts}
    assert {"patient.birth_date", "cancer.primary"} <= kinds


@pytest.mark.skipif(not SYNTHEA.exists(), reason="the generated population lies beside the repository")
def test_nobody_in_a_general_population_is_said_to_have_leptomeningeal_metastasis() -> None:
    bundles = [orjson.loads(line) for line in SYNTHEA.read_bytes().splitlines()]
    kinds = {fact.kind for bundle in bundles for entry in bundle["entry"] for fact in read(entry["resource"]).facts}
    assert not {kind for kind in kinds if kind.startswith(("lm.", "csf.", "mri.", "neuro.", "dural.", "biopsy"))}
    assert "laboratory" in kinds
