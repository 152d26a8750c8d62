"""A rendered story as messages: transactions of new or of identified resources, collections; and its variants.

Whatever the variant, the conclusions have to be the same.
"""

import json
import random
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tests.acceptance.noise import noise
from tests.acceptance.rendering import PATIENTS, Rendered, render
from tests.acceptance.statements import written
from tests.acceptance.story import Story
from tests.dialects import Dialect, Json

Form = Literal["posted", "put", "collection"]
Variant = Literal["as sent", "shuffled", "split", "repeated", "noisy", "other form", "one by one"]
VARIANTS: tuple[Variant, ...] = ("shuffled", "split", "repeated", "noisy", "other form", "one by one")
FORMS: Mapping[Dialect, Form] = {"us": "posted", "plain": "put", "chinese": "collection"}
OTHER_FORMS: Mapping[Dialect, Form] = {"us": "collection", "plain": "posted", "chinese": "put"}
NAMESPACE = uuid.UUID("0f6c6f0e-4f0b-4f39-9d2e-6b7f2f1c6a11")


@dataclass(frozen=True)
class Sending:
    """One patient's story as one hospital sends it: ``number`` tells it from every other sending of any story."""

    story: Story
    dialect: Dialect
    variant: Variant

    @property
    def number(self) -> str:
        return f"{self.story.key}-{self.dialect}-{self.variant.replace(' ', '')}"

    def messages(self) -> list[bytes]:
        """The bodies to post, in the order in which they are sent."""
        chance = random.Random(self.number)
        rendered = [*_patients(self.story), *render(self.story, self.dialect)]
        form = FORMS[self.dialect]
        waves = [[part for part in rendered if part.wave == wave] for wave in sorted({part.wave for part in rendered})]
        # Every message names its patient.
        waves = [wave if position == 0 else [*_patients(self.story), *wave] for position, wave in enumerate(waves)]
        match self.variant:
            case "shuffled":
                waves = [chance.sample(wave, len(wave)) for wave in waves]
            case "noisy":
                waves = [
                    chance.sample([*wave, *noise(self.dialect)], len(wave) + len(noise(self.dialect))) for wave in waves
                ]
            case "other form":
                form = OTHER_FORMS[self.dialect]
            case "split":
                form = "collection" if self.dialect == "chinese" else "put"
                waves = [part for wave in waves for part in _dealt(wave, 3, chance)]
                chance.shuffle(waves)
            case "one by one":
                form = "put" if self.dialect == "chinese" else "collection"
                waves = [[part] for wave in waves for part in chance.sample(wave, len(wave))]
        bundles = [self._bundle(wave, form, mark=str(position)) for position, wave in enumerate(waves)]
        bodies = [json.dumps(bundle, ensure_ascii=False).encode() for bundle in bundles]
        if self.variant == "repeated":
            # Once more as new messages, then byte for byte.
            anew = [self._bundle(wave, form, mark=f"again-{position}") for position, wave in enumerate(waves)]
            bodies = [*bodies, *(json.dumps(bundle).encode() for bundle in anew), *bodies]
        return bodies

    def _bundle(self, parts: Iterable[Rendered], form: Form, *, mark: str) -> Json:
        """A Bundle of the parts; each key once, references rewritten for the form."""
        parts = list({part.key: part for part in parts}.values())
        entries = []
        for part in parts:
            resource = _fill(self._with_subject(part), self, form)
            kind = resource["resourceType"]
            identity = self.id_of(part.key)
            if form == "posted":
                request = {"method": "POST", "url": kind}
                if kind == "Patient":
                    request["ifNoneExist"] = f"identifier={PATIENTS}|{resource['identifier'][0]['value']}"
                entries.append({"fullUrl": self.urn(part.key), "resource": resource, "request": request})
            elif form == "put":
                request = {"method": "PUT", "url": f"{kind}/{identity}"}
                entries.append({"resource": {**resource, "id": identity}, "request": request})
            else:
                base = f"https://{self.dialect}.hospital.example/fhir"
                entries.append({"fullUrl": f"{base}/{kind}/{identity}", "resource": {**resource, "id": identity}})
        kind = "collection" if form == "collection" else "transaction"
        return {"resourceType": "Bundle", "id": f"m-{mark}", "type": kind, "entry": entries}

    def _with_subject(self, part: Rendered) -> Json:
        kind = part.resource["resourceType"]
        if kind in ("Patient", "ResearchStudy") or "subject" in part.resource or "patient" in part.resource:
            return part.resource
        role = {"ResearchSubject": "individual", "AllergyIntolerance": "patient"}.get(kind, "subject")
        return {**part.resource, role: {"reference": f"local:patient-{part.number}"}}

    def id_of(self, key: str) -> str:
        """The hospital's id of a resource: short, and unlike any other sending's."""
        return f"{uuid.uuid5(NAMESPACE, self.number).hex[:10]}-{key}"[:64]

    def urn(self, key: str) -> str:
        return f"urn:uuid:{uuid.uuid5(NAMESPACE, f'{self.number} {key}')}"


def _dealt(parts: list[Rendered], hands: int, chance: random.Random) -> list[list[Rendered]]:
    dealt: list[list[Rendered]] = [[] for _ in range(hands)]
    for part in parts:
        chance.choice(dealt).append(part)
    return [hand for hand in dealt if hand]


def _patients(story: Story) -> list[Rendered]:
    person = story.person
    own: Json = {"resourceType": "Patient", "identifier": [{"system": PATIENTS, "value": "@number"}]}
    own |= {"gender": person.sex} if person.sex else {}
    own |= {"birthDate": person.born} if person.born else {}
    own |= {"deceasedDateTime": written(person.died)} if person.died is not None else {}
    patients = [Rendered("patient-own", 0, "own", own)]
    if any(statement.number == "old" for statement in story.statements):
        link = {"other": {"reference": "local:patient-own"}, "type": "replaced-by"}
        old = {**own, "identifier": [{"system": PATIENTS, "value": "@number-old"}], "link": [link], "active": False}
        patients.append(Rendered("patient-old", 0, "old", old))
    return patients


def _fill(value: Any, sending: Sending, form: Form) -> Any:
    """References and identifiers of this sending in the place of their marks."""
    if isinstance(value, dict):
        return {name: _fill(inner, sending, form) for name, inner in value.items()}
    if isinstance(value, list):
        return [_fill(inner, sending, form) for inner in value]
    if isinstance(value, str) and value.startswith("local:"):
        key = value.removeprefix("local:")
        return sending.urn(key) if form == "posted" else f"{_type_of(key)}/{sending.id_of(key)}"
    if isinstance(value, str) and value.startswith("@number"):
        return sending.number + value.removeprefix("@number")
    if isinstance(value, str) and value.startswith("@"):
        return f"{sending.number}-{value[1:]}"
    return value


def _type_of(key: str) -> str:
    if key.startswith(("patient-", "stranger")):
        return "Patient"
    ending = key.rsplit("-", 1)[-1]
    return {"specimen": "Specimen", "study": "ResearchStudy"}.get(ending, "Observation")
