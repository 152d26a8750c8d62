"""Synthetic patients for the tests that need many: seeded, in three dialects, each with pieces missing.

Their courses vary at random within what happens: a cancer, LM suspected or found by CSF and MRI, treatment, follow-up.
``python -m tests.population FOLDER [--count 200] [--seed 1]`` writes them as transaction bundles.
"""

import argparse
import json
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from tests import dialects
from tests.dialects import DIALECTS, Dialect, Json

SYSTEM = "https://hospital.example/patients"
ITEMS = ("brain-nodules", "brain-linear", "hydrocephalus", "spine-nodules", "spine-linear")
DOMAINS = ("gait", "strength", "sensation", "vision", "eye-movements", "facial-strength", "hearing", "swallowing",
           "level-of-consciousness", "behaviour")  # fmt: skip
TRIALS = ("NCT04343573", "NCT06500481", "NCT02886585")
DRUG_OF = {"nsclc": "osimertinib", "breast": "trastuzumab", "melanoma": "nivolumab"}
FOLLOW_UP_DAYS = (28, 56, 98)


@dataclass(frozen=True)
class SyntheticPatient:
    """One patient and the transaction bundle that brings the whole chart."""

    number: str
    dialect: Dialect
    bundle: Json


def population(count: int = 200, seed: int = 1) -> list[SyntheticPatient]:
    """The same patients for the same arguments."""
    return [_patient(f"LB{seed:02d}{position:05d}", seed * 1_000_003 + position) for position in range(count)]


def _patient(number: str, seed: int) -> SyntheticPatient:
    chance = random.Random(seed)
    dialect = chance.choice(DIALECTS)
    patient: Json = {"resourceType": "Patient", "identifier": [{"system": SYSTEM, "value": number}]}
    patient |= {"gender": chance.choice(["male", "female"])} if chance.random() < 0.95 else {}
    born = date(chance.randint(1940, 1990), chance.randint(1, 12), chance.randint(1, 28))
    patient |= {"birthDate": born.isoformat()[: chance.choice([10, 10, 10, 7, 4])]}
    resources = [piece for piece in _course(chance, dialect) if chance.random() < 0.9]
    return SyntheticPatient(number, dialect, _transaction(chance, patient, resources))


def _course(chance: random.Random, dialect: Dialect) -> Iterator[list[Json]]:
    """Pieces of a chart, each one or more resources that stay together."""
    kind = chance.choice(sorted(dialects.CANCERS))
    found = date(2026, 1, 5) + timedelta(days=chance.randrange(150))

    def day(offset: int) -> str:
        return (found + timedelta(days=offset)).isoformat()

    yield [dialects.cancer(dialect, kind, day(-chance.randint(60, 900)))]
    if kind == "nsclc":
        yield [dialects.egfr_variant(dialect, day(-50))]
    yield [dialects.performance(dialect, chance.choice([0, 1, 1, 2, 3]), day(-2))]
    for name in dialects.BLOOD:
        yield [dialects.blood_test(dialect, name, day(-1))]
    present = {item: chance.random() < 0.4 for item in ITEMS}
    yield from _assessment(chance, dialect, day(-3), present, {})
    if chance.random() < 0.7:
        yield [dialects.leptomeningeal_metastasis(dialect, day(0))]
    for code in ("informed-consent", "candidate-for-radiotherapy", "ventricular-device"):
        yield [dialects.statement(code, chance.random() < 0.5, day(0))]
    start = day(chance.randint(1, 10))
    if chance.random() < 0.4:
        yield [dialects.enrolment(chance.choice(TRIALS), start)]
    if chance.random() < 0.8:
        yield [dialects.drug(dialect, DRUG_OF[kind], start, None)]
    if chance.random() < 0.4:
        yield [dialects.drug(dialect, "methotrexate", start, day(40), intrathecal=True)]
    for offset in FOLLOW_UP_DAYS[: chance.randint(0, 3)]:
        changes = {
            item: chance.choice(["improved", "no-change", "no-change", "worse"]) for item in ITEMS if present[item]
        }
        yield from _assessment(chance, dialect, day(offset + chance.randint(-3, 3)), present, changes)
    yield from _beside_lm(chance, dialect, kind, day)


def _beside_lm(chance: random.Random, dialect: Dialect, kind: str, day: Callable[[int], str]) -> Iterator[list[Json]]:
    """What other rule sets ask for: tumour cells and genotype of the CSF, brain metastases, measured lesions."""
    if chance.random() < 0.3:
        cells = dialects.tumour_cells(chance.choice([0, 3, 61, 400]), 3.0, day(0))
        yield [dialects.csf_specimen(dialect, day(0), 10.0), cells]
    if kind == "nsclc" and chance.random() < 0.4:
        variant = dialects.csf_variant(chance.choice(["exon-19-deletion", "L858R", "T790M"]), day(1))
        yield [dialects.csf_specimen(dialect, day(1), 10.0), variant]
    if chance.random() < 0.3:
        yield [dialects.brain_metastasis(dialect, day(-20))]
        yield [dialects.karnofsky(dialect, chance.choice([60, 80, 90]), day(-1))]
        yield [dialects.statement("brain-metastases", chance.choice([1, 3, 7]), day(-1))]
        yield [dialects.statement("extracranial-metastases", chance.random() < 0.5, day(-1))]
    if chance.random() < 0.25:
        sizes = (40, chance.choice([20, 27, 28, 40, 55]))
        for offset, size in zip((-5, 50), sizes, strict=True):
            yield [dialects.lesion("L1", "target", size, "liver", day(offset))]
            yield [dialects.statement("lesion-list-complete", True, day(offset))]


def _assessment(
    chance: random.Random, dialect: Dialect, day: str, present: dict[str, bool], changes: dict[str, str]
) -> Iterator[list[Json]]:
    graded = {item: value for item, value in present.items() if chance.random() < 0.95}
    yield [dialects.scorecard(dialect, graded, changes, f"{day}T09:30:00+08:00")]
    levels = {domain: chance.choice([0, 0, 0, 1, 2]) for domain in DOMAINS if chance.random() < 0.8}
    yield [dialects.neurological_examination(levels, chance.random() < 0.5, day)]
    result = chance.choice(sorted(dialects.CYTOLOGY))
    volume = chance.choice([None, 3.0, 8.0, 10.5])
    yield [dialects.csf_specimen(dialect, day, volume), dialects.csf_cytology(dialect, result, day)]


def _transaction(chance: random.Random, patient: Json, pieces: list[list[Json]]) -> Json:
    def urn() -> str:
        return f"urn:uuid:{uuid.UUID(int=chance.getrandbits(128), version=4)}"

    subject = urn()
    number = patient["identifier"][0]["value"]
    entries: list[Json] = [
        {
            "fullUrl": subject,
            "resource": patient,
            "request": {"method": "POST", "url": "Patient", "ifNoneExist": f"identifier={SYSTEM}|{number}"},
        }
    ]
    for piece in pieces:
        specimen = next((resource for resource in piece if resource["resourceType"] == "Specimen"), None)
        specimen_urn = urn()
        for resource in piece:
            role = "individual" if resource["resourceType"] == "ResearchSubject" else "subject"
            whole = {**resource, role: {"reference": subject}}
            if resource["resourceType"] == "Observation" and specimen:
                whole["specimen"] = {"reference": specimen_urn}
            full_url = specimen_urn if resource is specimen else urn()
            request = {"method": "POST", "url": resource["resourceType"]}
            entries.append({"fullUrl": full_url, "resource": whole, "request": request})
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for patient in population(options.count, options.seed):
        text = json.dumps(patient.bundle, ensure_ascii=False, indent=1)
        (options.folder / f"{patient.number}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
