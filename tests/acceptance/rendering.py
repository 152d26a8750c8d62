"""A story as the resources that a hospital of one dialect sends (exchange reference, sections 0 to 10)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.acceptance import story as told
from tests.acceptance import vocabulary as words
from tests.acceptance.vocabulary import absent, concept, loinc, quantity
from tests.dialects import ATC, LOINC, RXNORM, SNOMED, Dialect, Json, finding, observable

OFFSETS: Mapping[Dialect, str] = {"us": "-05:00", "plain": "+01:00", "chinese": "+08:00"}
PATIENTS = "https://hospital.example/patients"
RESULTS = "https://hospital.example/results"


@dataclass(frozen=True)
class Rendered:
    """A resource without subject; references to others of the story are ``local:<key>``. ``number``: whose it is."""

    key: str
    wave: int
    number: str
    resource: Json


def local(key: str) -> Json:
    return {"reference": f"local:{key}"}


def kebab(name: str) -> str:
    return name.replace("_", "-")


def render(story: told.Story, dialect: Dialect) -> list[Rendered]:
    """All resources of a story but the Patients; the versions of a corrected statement share their keys."""
    names = [statement.name for statement in story.statements]
    rendered = []
    for statement in story.statements:
        for suffix, resource in _RENDERERS[type(statement)](statement, dialect):
            key = f"{kebab(statement.name)}{suffix}"
            versioned = names.count(statement.name) > 1
            finished = _finish(resource, statement, dialect, key=key, versioned=versioned)
            rendered.append(Rendered(key, statement.wave, statement.number, finished))
    return rendered


def time(day: told.Day, dialect: Dialect, hour: int = 10, minutes: int = 0) -> str:
    """A date in the plain dialect, elsewhere a time with its offset; a partial date stays what it is."""
    text = told.written(day)
    if isinstance(day, str) or dialect == "plain":
        return text
    moment = datetime.fromisoformat(text) + timedelta(hours=hour, minutes=minutes)
    return moment.isoformat() + OFFSETS[dialect]


def _finish(resource: Json, statement: told.Statement, dialect: Dialect, *, key: str, versioned: bool) -> Json:
    """Status, and for versions the business identifier and when each was made."""
    kind = resource["resourceType"]
    finished = dict(resource)
    if statement.status == "entered-in-error" and kind == "Condition":
        finished["verificationStatus"] = concept((words.VERIFICATION, "entered-in-error"))
        finished.pop("clinicalStatus", None)
    elif statement.status == "entered-in-error" or (statement.status and kind == "Observation"):
        finished["status"] = statement.status
    if kind == "Observation" and statement.issued is not None:
        finished["issued"] = f"{told.written(statement.issued)}T18:00:00Z"
    if versioned:
        made = datetime(2026, 5, 1, tzinfo=UTC) + timedelta(days=statement.wave)
        finished["identifier"] = [{"system": RESULTS, "value": f"@{key}"}]
        if kind == "Observation" and dialect == "plain":
            finished["issued"] = made.isoformat()
        else:
            finished["meta"] = {"lastUpdated": made.isoformat()}
    return finished


def _observation(code: Json, when: str, value: Json | None = None, **more: Any) -> Json:
    return {
        "resourceType": "Observation", "status": "final", "code": code, "effectiveDateTime": when, **(value or {}),
        **more,
    }  # fmt: skip


def _coded(value: Json) -> Json:
    return {"valueCodeableConcept": value}


def _word(word: words.Word, dialect: Dialect) -> Json:
    """An answer in the manner of the dialect: a general code and words, a local code, Chinese words."""
    if dialect == "us":
        return _coded(concept((SNOMED, word.snomed), text=word.english))
    return _coded(finding(word.local)) if dialect == "plain" else {"valueString": word.chinese}


Parts = Iterator[tuple[str, Json]]


def _condition(code: Json, when: str, *, status: str = "active", verification: str = "confirmed", **more: Any) -> Json:
    clinical = {} if verification == "refuted" else {"clinicalStatus": concept((words.CLINICAL_STATUS, status))}
    return {
        "resourceType": "Condition", **clinical, "verificationStatus": concept((words.VERIFICATION, verification)),
        "code": code, "onsetDateTime": when, **more,
    }  # fmt: skip


def _code_of(diagnosis: words.Diagnosis, dialect: Dialect) -> Json:
    write = {"us": words.us_code, "plain": words.plain_code, "chinese": words.chinese_code}
    return write[dialect](diagnosis)


def _cancer(said: told.Cancer, dialect: Dialect) -> Parts:
    yield "", _condition(_code_of(words.CANCERS[said.kind], dialect), told.written(said.day))


def _lm(said: told.Lm, dialect: Dialect) -> Parts:
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


def _dural(said: told.Dural, dialect: Dialect) -> Parts:
    yield "", _condition(_code_of(words.DURAL, dialect), told.written(said.day))


def _comorbidity(said: told.Comorbidity, dialect: Dialect) -> Parts:
    over = {"abatementDateTime": told.written(said.abated)} if said.abated is not None else {}
    status = "active" if said.abated is None else "resolved"
    code = _code_of(words.COMORBIDITIES[said.kind], dialect)
    yield "", _condition(code, told.written(said.day), status=status, **over)


def _csf(said: told.Csf, dialect: Dialect) -> Parts:
    sampled = time(said.day, dialect)
    tied: Json = {}
    listed: list[str] = []
    if said.site is not None or dialect != "plain":
        yield "-specimen", _specimen(said, dialect, sampled)
        tied = {"specimen": local(f"{kebab(said.name)}-specimen")}
    results = list(_csf_results(said, dialect, sampled))
    for suffix, result in results:
        listed.append(f"{kebab(said.name)}{suffix}")
        yield suffix, result | tied
    if not tied:
        report = {
            "resourceType": "DiagnosticReport", "status": "final", "code": {"text": "Cerebrospinal fluid"},
            "effectiveDateTime": sampled, "result": [local(key) for key in listed],
        }  # fmt: skip
        yield "-report", report


def _specimen(said: told.Csf, dialect: Dialect, sampled: str) -> Json:
    kinds: Mapping[Dialect, Json] = {
        "us": concept(("http://terminology.hl7.org/CodeSystem/v2-0487", "CSF")),
        "plain": concept((SNOMED, "258450006")),
        "chinese": {"text": "脑脊液"},
    }
    collection: Json = {"collectedDateTime": sampled}
    if said.site == "lumbar":
        places: Mapping[Dialect, Json] = {
            "us": {"method": concept((SNOMED, "277762005"))},
            "plain": {"bodySite": finding("lumbar")},
            "chinese": {"method": {"text": "腰椎穿刺"}},
        }
        collection |= places[dialect]
    elif said.site == "ventricular":
        places = {
            "us": {"method": {"text": "Ommaya reservoir tap"}},
            "plain": {"bodySite": finding("ventricular")},
            "chinese": {"bodySite": {"text": "脑室"}},
        }
        collection |= places[dialect]
    if said.ml is not None and dialect != "plain":
        collection["quantity"] = quantity(said.ml, "mL")
    processing: list[Json] = []
    if said.minutes is not None and dialect != "plain" and not isinstance(said.day, str):
        processing.append({"timeDateTime": time(said.day, dialect, 10, said.minutes)})
    if said.fixed and dialect != "plain":
        procedure = finding("fixed") if dialect == "us" else {"text": "固定"}
        processing.append({"procedure": procedure})
    return {
        "resourceType": "Specimen", "status": said.specimen_status, "type": kinds[dialect], "collection": collection,
        **({"processing": processing} if processing else {}),
    }  # fmt: skip


def _csf_results(said: told.Csf, dialect: Dialect, sampled: str) -> Parts:
    # Reported on the next day: what counts is the day of the sample.
    reported = time(said.day + 1, dialect) if dialect == "us" and isinstance(said.day, int) else sampled
    asked: Mapping[Dialect, Json] = {
        "us": {"text": "CSF cytology"},
        "plain": observable("csf-cytology"),
        "chinese": {"text": "脑脊液细胞学"},
    }
    for suffix, cytology in (("-cytology", said.cytology), ("-second", said.second)):
        if cytology == "not_done":
            answers: Mapping[Dialect, Json] = {
                "us": absent("not-performed"),
                "plain": _coded(finding("not-done")),
                "chinese": {"valueString": "未送检"},
            }
            yield suffix, _observation(asked[dialect], reported, answers[dialect])
        elif cytology is not None:
            yield suffix, _observation(asked[dialect], reported, _word(words.CYTOLOGY[cytology], dialect))
    if said.flow is not None:
        code = {"text": "脑脊液流式细胞术"} if dialect == "chinese" else observable("flow")
        yield "-flow", _observation(code, reported, _word(words.GENERAL[said.flow], dialect))
    if said.cells is not None:
        count, volume = said.cells
        value = {"valueQuantity": quantity(count, "{cells}")} if dialect == "us" else {"valueInteger": count}
        analysed = {"code": observable("volume-ml"), "valueQuantity": quantity(volume, "mL")}
        yield "-cells", _observation(observable("csf-ctc"), reported, value, component=[analysed])
    if said.fixed is False and dialect != "plain":
        yield "-fixed", _observation(observable("fixed"), reported, {"valueBoolean": False})
    if dialect != "plain":
        return
    if said.ml is not None:
        yield "-volume", _observation(observable("volume-ml"), sampled, {"valueQuantity": quantity(said.ml, "mL")})
    if said.minutes is not None:
        delay = {"valueQuantity": quantity(said.minutes, "min")}
        yield "-delay", _observation(observable("processed-min"), sampled, delay)
    if said.fixed is not None:
        yield "-fixed", _observation(observable("fixed"), sampled, {"valueBoolean": said.fixed})


_GRADES: Mapping[Any, str] = {1: "present", 0: "absent", "ne": "not-evaluable", "eq": "equivocal"}
_CHINESE_GRADES: Mapping[Any, Json] = {
    1: {"valueInteger": 1},
    0: {"valueInteger": 0},
    "ne": {"valueString": "无法评估"},
    "eq": {"valueString": "可疑"},
}


def _card(said: told.Card, dialect: Dialect) -> Parts:
    items: list[tuple[str, Json]] = []
    for item, grade in zip(told.ITEMS, said.grades, strict=False):
        if grade is not None:
            answer = _CHINESE_GRADES[grade] if dialect == "chinese" else _coded(finding(_GRADES[grade]))
            items.append((kebab(item), answer))
    for item, change in said.changes.items():
        in_words = {"valueString": words.CHANGES[change]}
        code = "not-evaluable" if change == "NE" else kebab(change)
        items.append((f"{kebab(item)}-change", in_words if dialect == "chinese" else _coded(finding(code))))
    if said.complete is not None:
        items.append(("form-complete", {"valueBoolean": said.complete}))
    if said.overall is not None:
        items.append(("rater-overall", _coded(finding(said.overall))))
    if said.linear_share is not None:
        items.append(("linear-share-percent", {"valueQuantity": quantity(said.linear_share, "%")}))
    for region, extent in said.imaged.items():
        chinese = {"full": "全", "part": "部分", "no": "无"}[extent]
        extents = {"valueString": chinese} if dialect == "chinese" else _coded(finding(extent))
        items.append((f"{region}-imaged", extents))
    when = time(said.day, dialect, 9)
    if dialect == "plain":
        for position, (asked, answer) in enumerate(items):
            yield f"-{position}", _observation(observable(asked), when, answer)
        for position, size in enumerate(said.sizes):
            longest, perpendicular = size.split("x")
            parts = [("longest-mm", longest), ("perpendicular-mm", perpendicular)]
            components = [{"code": observable(asked), "valueQuantity": quantity(int(mm), "mm")} for asked, mm in parts]
            yield f"-nodule-{position}", _observation(observable("nodule"), when, component=components)
        members = [local(f"{kebab(said.name)}-{position}") for position in range(len(items))]
        yield "", _observation(observable("lm-scorecard"), when, hasMember=members)
        return
    items += [("brain-nodule-size", {"valueString": size}) for size in said.sizes]
    yield "", _observation(observable("lm-scorecard"), when, component=_components(items))


def _components(items: list[tuple[str, Json]]) -> list[Json]:
    return [{"code": observable(asked), **answer} for asked, answer in items]


def _mri(said: told.Mri, dialect: Dialect) -> Parts:
    local_class = said.lm if said.lm.startswith("D_") else kebab(said.lm)
    code = {"text": "软脑膜MRI分型"} if dialect == "chinese" else observable("mri-lm")
    yield "", _observation(code, time(said.day, dialect, 9), _coded(finding(local_class)))


def _exam(said: told.Exam, dialect: Dialect) -> Parts:
    items: list[tuple[str, Json]] = []
    for domain, level in said.levels.items():
        items.append((kebab(domain), absent("unknown") if level is None else {"valueInteger": level}))
    if said.rest_normal:
        items.append(("other-domains-normal", {"valueBoolean": True}))
    if said.judged is not None:
        items.append(("clinician-neuro", _coded(finding(said.judged))))
    if said.attribution is not None:
        items.append(("attribution", _coded(finding(said.attribution))))
    items += [("explained-by-other-cause", _coded(observable(kebab(domain)))) for domain in said.explained]
    when = time(said.day, dialect, 11)
    if dialect == "us":
        yield "", _observation(observable("neurological-examination"), when, component=_components(items))
        return
    for position, (asked, answer) in enumerate(items):
        yield f"-{position}", _observation(observable(asked), when, answer)
    if dialect == "chinese":
        members = [local(f"{kebab(said.name)}-{position}") for position in range(len(items))]
        yield "", _observation(observable("neurological-examination"), when, hasMember=members)


def _clinical(said: told.Clinical, dialect: Dialect) -> Parts:
    value = absent("unknown") if said.value == "unknown" else _coded(finding(said.value))
    yield "", _observation(observable("clinical-lm"), time(said.day, dialect, 11), value)


def _biopsy(said: told.Biopsy, dialect: Dialect) -> Parts:
    chinese = {"meningeal": "软脑膜活检", "dural": "硬脑膜活检"}[said.tissue]
    code = {"text": chinese} if dialect == "chinese" else observable(f"{said.tissue}-biopsy")
    yield "", _observation(code, time(said.day, dialect), _word(words.GENERAL[said.result], dialect))


def _device(said: told.Device, dialect: Dialect) -> Parts:
    when = time(said.day, dialect, 8)
    if not said.present or dialect == "plain":
        yield "", _observation(observable("ventricular-device"), when, {"valueBoolean": said.present})
        return
    implanted = concept(("http://www.ama-assn.org/go/cpt", "61210")) if dialect == "us" else {"text": "Ommaya囊置入术"}
    yield "", {"resourceType": "Procedure", "status": "completed", "code": implanted, "performedDateTime": when}


def _drug(said: told.Drug, dialect: Dialect) -> Parts:
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


def _radiotherapy(said: told.Radiotherapy, dialect: Dialect) -> Parts:
    english, chinese = words.VOLUMES[said.volume]
    codes: Mapping[Dialect, Json] = {
        "us": {"category": concept((SNOMED, "108290001")), "code": {"text": english}},
        "plain": {"code": finding(said.volume)},
        "chinese": {"code": {"text": chinese}},
    }
    period = {"performedPeriod": {"start": told.written(said.day)}}
    yield "", {"resourceType": "Procedure", "status": "completed", **codes[dialect], **period}


def _enrolled(said: told.Enrolled, dialect: Dialect) -> Parts:
    identifier = {"system": words.REGISTRY, "value": said.study}
    if dialect == "plain":
        yield "-study", {"resourceType": "ResearchStudy", "status": "active", "identifier": [identifier]}
    study: Json = local(f"{kebab(said.name)}-study") if dialect == "plain" else {"identifier": identifier}
    yield "", {
        "resourceType": "ResearchSubject", "status": said.subject_status, "study": study,
        "period": {"start": told.written(said.day)},
    }  # fmt: skip


def _performance(said: told.Performance, dialect: Dialect) -> Parts:
    when = time(said.day, dialect, 11)
    if said.scale == "lansky":
        yield "", _observation(observable("lansky"), when, {"valueInteger": said.score})
    elif dialect == "chinese":
        yield "", _observation({"text": "体力状况评分"}, when, {"valueString": f"{said.scale.upper()} {said.score}"})
    elif said.scale == "ecog" and dialect == "us":
        yield "", _observation(loinc("89247-1"), when, _coded(concept((LOINC, words.ECOG_ANSWERS[said.score]))))
    elif said.scale == "ecog":
        yield "", _observation(loinc("89262-0"), when, {"valueInteger": said.score})
    else:
        value = {"valueInteger": said.score} if dialect == "us" else {"valueQuantity": quantity(said.score, "1")}
        yield "", _observation(loinc("89243-0"), when, value)


def _blood(said: told.Blood, dialect: Dialect) -> Parts:
    when = time(said.day, dialect, 7)
    for name, value in said.values.items():
        code, us_unit, divisor, unit, chinese, chinese_divisor, chinese_unit = words.BLOOD[name]
        values: Mapping[Dialect, Json] = {
            "us": quantity(value, us_unit),
            "plain": quantity(round(value / divisor, 6), unit),
            "chinese": quantity(round(value / chinese_divisor, 6), chinese_unit),
        }
        asked = loinc(code, chinese if dialect == "chinese" else "")
        yield f"-{name}", _observation(asked, when, {"valueQuantity": values[dialect]})


def _says(said: told.Says, dialect: Dialect) -> Parts:
    if said.value is None:
        value: Json = absent("unknown")
    elif isinstance(said.value, bool):
        value = {"valueBoolean": said.value}
        if dialect == "chinese":
            value = _coded({"text": "是" if said.value else "否"})
    else:
        value = {"valueQuantity": quantity(said.value, said.unit or "1")}
    study = {"type": "ResearchStudy", "identifier": {"system": words.REGISTRY, "value": said.about}}
    more = {"focus": [study]} if said.about else {}
    yield "", _observation(observable(kebab(said.code)), time(said.day, dialect, 12), value, **more)


_RENDERERS: Mapping[type[told.Statement], Callable[[Any, Dialect], Parts]] = {
    told.Cancer: _cancer,
    told.Lm: _lm,
    told.Dural: _dural,
    told.Comorbidity: _comorbidity,
    told.Csf: _csf,
    told.Card: _card,
    told.Mri: _mri,
    told.Exam: _exam,
    told.Clinical: _clinical,
    told.Biopsy: _biopsy,
    told.Device: _device,
    told.Drug: _drug,
    told.Radiotherapy: _radiotherapy,
    told.Enrolled: _enrolled,
    told.Performance: _performance,
    told.Blood: _blood,
    told.Says: _says,
}
