"""Diagnoses, therapies, enrolment, counts and statements, as three hospitals send them (exchange 1, 2, 5, 7 to 10)."""

from collections.abc import Mapping
from typing import Any

from tests.acceptance import statements as told
from tests.acceptance import vocabulary as words
from tests.acceptance.fhir_parts import Parts, coded, kebab, local, observation, time
from tests.acceptance.vocabulary import absent, concept, loinc, quantity
from tests.dialects import ATC, LOINC, RXNORM, SNOMED, Dialect, Json, finding, observable


def _condition(code: Json, when: str, *, status: str = "active", verification: str = "confirmed", **more: Any) -> Json:
    clinical = {} if verification == "refuted" else {"clinicalStatus": concept((words.CLINICAL_STATUS, status))}
    return {
        "resourceType": "Condition", **clinical, "verificationStatus": concept((words.VERIFICATION, verification)),
        "code": code, "onsetDateTime": when, **more,
    }  # fmt: skip


def _code_of(diagnosis: words.Diagnosis, dialect: Dialect) -> Json:
    write = {"us": words.us_code, "plain": words.plain_code, "chinese": words.chinese_code}
    return write[dialect](diagnosis)


def render_cancer(said: told.Cancer, dialect: Dialect) -> Parts:
    yield "", _condition(_code_of(words.CANCERS[said.kind], dialect), told.written(said.day))


def render_lm(said: told.Lm, dialect: Dialect) -> Parts:
    diagnosis = words.LEPTOMENINGEAL if said.specific else words.COVERINGS
    code, when = _code_of(diagnosis, dialect), told.written(said.day)
    if said.state == "refuted":
        stated = time(said.stated if said.stated is not None else said.day, dialect, 12)
        note: Json = {"text": said.reason, **({"time": stated} if dialect != "plain" else {})}
        more: Json = {"recordedDate": stated} if dialect == "plain" else {}
        yield "", _condition(code, when, verification="refuted", note=[note], **more)
    elif said.state == "provisional":
        yield "", _condition(code, when, verification="provisional")
    else:
        yield "", _condition(code, when, status={"active": "active"}.get(said.state, said.state))


def render_dural(said: told.Dural, dialect: Dialect) -> Parts:
    yield "", _condition(_code_of(words.DURAL, dialect), told.written(said.day))


def render_comorbidity(said: told.Comorbidity, dialect: Dialect) -> Parts:
    over = {"abatementDateTime": told.written(said.abated)} if said.abated is not None else {}
    status = "active" if said.abated is None else "resolved"
    code = _code_of(words.COMORBIDITIES[said.kind], dialect)
    yield "", _condition(code, told.written(said.day), status=status, **over)


def render_device(said: told.Device, dialect: Dialect) -> Parts:
    when = time(said.day, dialect, 8)
    if not said.present or dialect == "plain":
        yield "", observation(observable("ventricular-device"), when, {"valueBoolean": said.present})
        return
    implanted = concept(("http://www.ama-assn.org/go/cpt", "61210")) if dialect == "us" else {"text": "Ommaya囊置入术"}
    yield "", {"resourceType": "Procedure", "status": "completed", "code": implanted, "performedDateTime": when}


def render_drug(said: told.Drug, dialect: Dialect) -> Parts:
    rxnorm, atc, english, chinese = words.DRUGS[said.drug]
    codes: Mapping[Dialect, Json] = {
        "us": concept((RXNORM, rxnorm), text=english),
        "plain": concept((ATC, atc), text=english),
        "chinese": {"text": chinese},
    }
    routes: Mapping[Dialect, Json] = {
        "us": concept((SNOMED, "72607000")),
        "plain": concept(("http://terminology.hl7.org/CodeSystem/v2-0162", "IT")),
        "chinese": {"text": "鞘内"},
    }
    start = told.written(said.day)
    what: Json = {"medicationCodeableConcept": codes[dialect]}
    if said.ordered:
        yield "", {
            "resourceType": "MedicationRequest", "status": "active", "intent": "order", "authoredOn": start, **what
        }  # fmt: skip
        return
    period = {"start": start, **({"end": told.written(said.until)} if said.until is not None else {})}
    dosage: Json = {"route": routes[dialect]} if said.intrathecal else {}
    if dialect == "us":
        status = "in-progress" if said.until is None else "completed"
        given = {"resourceType": "MedicationAdministration", "status": status, "effectivePeriod": period, **what}
        yield "", given | ({"dosage": dosage} if dosage else {})
        return
    status = "active" if said.until is None else "completed"
    taken = {"resourceType": "MedicationStatement", "status": status, "effectivePeriod": period, **what}
    yield "", taken | ({"dosage": [dosage]} if dosage else {})


def render_radiotherapy(said: told.Radiotherapy, dialect: Dialect) -> Parts:
    english, chinese = words.VOLUMES[said.volume]
    codes: Mapping[Dialect, Json] = {
        "us": {"category": concept((SNOMED, "108290001")), "code": {"text": english}},
        "plain": {"code": finding(said.volume)},
        "chinese": {"code": {"text": chinese}},
    }
    period = {"performedPeriod": {"start": told.written(said.day)}}
    yield "", {"resourceType": "Procedure", "status": "completed", **codes[dialect], **period}


def render_enrolled(said: told.Enrolled, dialect: Dialect) -> Parts:
    identifier = {"system": words.REGISTRY, "value": said.study}
    if dialect == "plain":
        yield "-study", {"resourceType": "ResearchStudy", "status": "active", "identifier": [identifier]}
    study: Json = local(f"{kebab(said.name)}-study") if dialect == "plain" else {"identifier": identifier}
    yield "", {
        "resourceType": "ResearchSubject", "status": said.subject_status, "study": study,
        "period": {"start": told.written(said.day)},
    }  # fmt: skip


def render_performance(said: told.Performance, dialect: Dialect) -> Parts:
    when = time(said.day, dialect, 11)
    if said.scale == "lansky":
        yield "", observation(observable("lansky"), when, {"valueInteger": said.score})
    elif dialect == "chinese":
        yield "", observation({"text": "体力状况评分"}, when, {"valueString": f"{said.scale.upper()} {said.score}"})
    elif said.scale == "ecog" and dialect == "us":
        yield "", observation(loinc("89247-1"), when, coded(concept((LOINC, words.ECOG_ANSWERS[said.score]))))
    elif said.scale == "ecog":
        yield "", observation(loinc("89262-0"), when, {"valueInteger": said.score})
    else:
        value = {"valueInteger": said.score} if dialect == "us" else {"valueQuantity": quantity(said.score, "1")}
        yield "", observation(loinc("89243-0"), when, value)


def render_blood(said: told.Blood, dialect: Dialect) -> Parts:
    when = time(said.day, dialect, 7)
    for name, value in said.values.items():
        code, us_unit, divisor, unit, chinese, chinese_divisor, chinese_unit = words.BLOOD[name]
        values: Mapping[Dialect, Json] = {
            "us": quantity(value, us_unit),
            "plain": quantity(round(value / divisor, 6), unit),
            "chinese": quantity(round(value / chinese_divisor, 6), chinese_unit),
        }
        asked = loinc(code, chinese if dialect == "chinese" else "")
        yield f"-{name}", observation(asked, when, {"valueQuantity": values[dialect]})


def render_says(said: told.Says, dialect: Dialect) -> Parts:
    if said.value is None:
        value: Json = absent("unknown")
    elif isinstance(said.value, bool):
        value = {"valueBoolean": said.value}
        if dialect == "chinese":
            value = coded({"text": "是" if said.value else "否"})
    else:
        value = {"valueQuantity": quantity(said.value, said.unit or "1")}
    study = {"type": "ResearchStudy", "identifier": {"system": words.REGISTRY, "value": said.about}}
    more = {"focus": [study]} if said.about else {}
    yield "", observation(observable(kebab(said.code)), time(said.day, dialect, 12), value, **more)
