"""What LeptoBridge concludes of the story patient, as the examples of what it emits (``profiles/examples``).

``python -m profiles.story`` writes them anew from the compiled input of the story; a test holds them to the rules.
"""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from leptobridge.chart.extraction import extract_facts
from leptobridge.chart.mappings import load_mappings
from leptobridge.evaluation.conclusion import Conclusion
from leptobridge.evaluation.evaluate import Evaluation, evaluate_person
from leptobridge.evaluation.lacking import lacking_inputs
from leptobridge.evaluation.observation import build_observation
from leptobridge.trials.library_files import LIBRARY, load_trials

Json = dict[str, Any]

ROOT = Path(__file__).resolve().parent
PERSON = "wei-lan"
DAY = date(2026, 3, 20)
#: A day before the course starts: no response yet, and rule sets that lack inputs.
BEFORE_THE_COURSE = date(2026, 1, 8)
RECEIVED = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
#: The systems that the examples show, and the profile that each conforms to.
SHOWN = {
    "eano_esmo_classification": "lm-classification",
    "lm_response": "lm-response",
    "csf_state": "lm-conclusion",
    "trial_eligibility": "trial-eligibility",
}


def told_resources() -> list[Json]:
    """The input of the story, from the package."""
    paths = sorted((ROOT / "package" / "example").glob(f"*-{PERSON}*.json"))
    resources = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    return [resource for resource in resources if not _is_conclusion(resource)]


def evaluation_on(day: date) -> Evaluation:
    """What the rules say of the story on a day."""
    mappings = load_mappings()
    facts = [
        fact
        for resource in told_resources()
        for fact in extract_facts(
            resource, reference=f"{resource['resourceType']}/{resource['id']}", version=1, received=RECEIVED,
            mappings=mappings,
        )
    ]  # fmt: skip
    return evaluate_person(PERSON, facts, day, load_trials(LIBRARY))


def concluded_examples() -> Iterator[Json]:
    """The conclusions as Observations that claim their profile."""
    for conclusion in evaluation_on(DAY).conclusions:
        if conclusion.system in SHOWN:
            observation = build_observation(conclusion, observation_id=_id(conclusion), issued=RECEIVED)
            profile = f"https://leptobridge.org/fhir/StructureDefinition/{SHOWN[conclusion.system]}"
            kind, identity, *_ = observation.items()
            yield dict([kind, identity]) | {"meta": {"profile": [profile]}} | observation


def answer_before_the_course() -> Json:
    """What ``$lm-response`` answers before the course: no entry, and what other rule sets lack."""
    evaluation = evaluation_on(BEFORE_THE_COURSE)
    assert evaluation.course is None
    return {
        "resourceType": "Bundle",
        "id": "lm-response-before-the-course",
        "meta": {"extension": lacking_inputs(evaluation.answers)},
        "type": "collection",
    }


def _is_conclusion(resource: Json) -> bool:
    identifiers = resource.get("identifier", [])
    return any(identifier.get("system", "").endswith("/conclusion") for identifier in identifiers)


def _id(conclusion: Conclusion) -> str:
    parts = [PERSON, conclusion.system.replace("_", "-")]
    if conclusion.time_point is not None:
        parts.append(conclusion.time_point.isoformat())
    if conclusion.trial is not None:
        parts.append(conclusion.trial)
    return "-".join(parts)


def main() -> None:
    folder = ROOT / "examples"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for example in (*concluded_examples(), answer_before_the_course()):
        text = json.dumps(example, ensure_ascii=False, indent=1) + "\n"
        (folder / f"{example['id']}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
