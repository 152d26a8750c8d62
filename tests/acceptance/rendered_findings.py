"""What is examined, as three hospitals send it: CSF, MRI, neurological examination, tissue (exchange 3 to 5)."""

from collections.abc import Mapping
from typing import Any

from tests.acceptance import statements as told
from tests.acceptance import vocabulary as words
from tests.acceptance.fhir_parts import Parts, coded, kebab, local, observation, time, worded
from tests.acceptance.vocabulary import absent, concept, quantity
from tests.dialects import SNOMED, Dialect, Json, finding, observable


def render_csf(said: told.Csf, dialect: Dialect) -> Parts:
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
                "plain": coded(finding("not-done")),
                "chinese": {"valueString": "未送检"},
            }
            yield suffix, observation(asked[dialect], reported, answers[dialect])
        elif cytology is not None:
            yield suffix, observation(asked[dialect], reported, worded(words.CYTOLOGY[cytology], dialect))
    if said.flow is not None:
        code = {"text": "脑脊液流式细胞术"} if dialect == "chinese" else observable("flow")
        yield "-flow", observation(code, reported, worded(words.GENERAL[said.flow], dialect))
    if said.cells is not None:
        count, volume = said.cells
        value = {"valueQuantity": quantity(count, "{cells}")} if dialect == "us" else {"valueInteger": count}
        analysed = {"code": observable("volume-ml"), "valueQuantity": quantity(volume, "mL")}
        yield "-cells", observation(observable("csf-ctc"), reported, value, component=[analysed])
    if said.fixed is False and dialect != "plain":
        yield "-fixed", observation(observable("fixed"), reported, {"valueBoolean": False})
    if dialect != "plain":
        return
    if said.ml is not None:
        yield "-volume", observation(observable("volume-ml"), sampled, {"valueQuantity": quantity(said.ml, "mL")})
    if said.minutes is not None:
        delay = {"valueQuantity": quantity(said.minutes, "min")}
        yield "-delay", observation(observable("processed-min"), sampled, delay)
    if said.fixed is not None:
        yield "-fixed", observation(observable("fixed"), sampled, {"valueBoolean": said.fixed})


_GRADES: Mapping[Any, str] = {1: "present", 0: "absent", "ne": "not-evaluable", "eq": "equivocal"}


_CHINESE_GRADES: Mapping[Any, Json] = {
    1: {"valueInteger": 1},
    0: {"valueInteger": 0},
    "ne": {"valueString": "无法评估"},
    "eq": {"valueString": "可疑"},
}


def render_card(said: told.Card, dialect: Dialect) -> Parts:
    items: list[tuple[str, Json]] = []
    for item, grade in zip(told.ITEMS, said.grades, strict=False):
        if grade is not None:
            answer = _CHINESE_GRADES[grade] if dialect == "chinese" else coded(finding(_GRADES[grade]))
            items.append((kebab(item), answer))
    for item, change in said.changes.items():
        in_words = {"valueString": words.CHANGES[change]}
        code = "not-evaluable" if change == "NE" else kebab(change)
        items.append((f"{kebab(item)}-change", in_words if dialect == "chinese" else coded(finding(code))))
    if said.complete is not None:
        items.append(("form-complete", {"valueBoolean": said.complete}))
    if said.overall is not None:
        items.append(("rater-overall", coded(finding(said.overall))))
    if said.linear_share is not None:
        items.append(("linear-share-percent", {"valueQuantity": quantity(said.linear_share, "%")}))
    for region, extent in said.imaged.items():
        chinese = {"full": "全", "part": "部分", "no": "无"}[extent]
        extents = {"valueString": chinese} if dialect == "chinese" else coded(finding(extent))
        items.append((f"{region}-imaged", extents))
    when = time(said.day, dialect, 9)
    if dialect == "plain":
        for position, (asked, answer) in enumerate(items):
            yield f"-{position}", observation(observable(asked), when, answer)
        for position, size in enumerate(said.sizes):
            longest, perpendicular = size.split("x")
            parts = [("longest-mm", longest), ("perpendicular-mm", perpendicular)]
            components = [{"code": observable(asked), "valueQuantity": quantity(int(mm), "mm")} for asked, mm in parts]
            yield f"-nodule-{position}", observation(observable("nodule"), when, component=components)
        members = [local(f"{kebab(said.name)}-{position}") for position in range(len(items))]
        yield "", observation(observable("lm-scorecard"), when, hasMember=members)
        return
    items += [("brain-nodule-size", {"valueString": size}) for size in said.sizes]
    yield "", observation(observable("lm-scorecard"), when, component=_components(items))


def _components(items: list[tuple[str, Json]]) -> list[Json]:
    return [{"code": observable(asked), **answer} for asked, answer in items]


def render_mri(said: told.Mri, dialect: Dialect) -> Parts:
    local_class = said.lm if said.lm.startswith("D_") else kebab(said.lm)
    code = {"text": "软脑膜MRI分型"} if dialect == "chinese" else observable("mri-lm")
    yield "", observation(code, time(said.day, dialect, 9), coded(finding(local_class)))


def render_exam(said: told.Exam, dialect: Dialect) -> Parts:
    items: list[tuple[str, Json]] = []
    for domain, level in said.levels.items():
        items.append((kebab(domain), absent("unknown") if level is None else {"valueInteger": level}))
    if said.rest_normal:
        items.append(("other-domains-normal", {"valueBoolean": True}))
    if said.judged is not None:
        items.append(("clinician-neuro", coded(finding(said.judged))))
    if said.attribution is not None:
        items.append(("attribution", coded(finding(said.attribution))))
    items += [("explained-by-other-cause", coded(observable(kebab(domain)))) for domain in said.explained]
    when = time(said.day, dialect, 11)
    if dialect == "us":
        yield "", observation(observable("neurological-examination"), when, component=_components(items))
        return
    for position, (asked, answer) in enumerate(items):
        yield f"-{position}", observation(observable(asked), when, answer)
    if dialect == "chinese":
        members = [local(f"{kebab(said.name)}-{position}") for position in range(len(items))]
        yield "", observation(observable("neurological-examination"), when, hasMember=members)


def render_clinical(said: told.Clinical, dialect: Dialect) -> Parts:
    value = absent("unknown") if said.value == "unknown" else coded(finding(said.value))
    yield "", observation(observable("clinical-lm"), time(said.day, dialect, 11), value)


def render_biopsy(said: told.Biopsy, dialect: Dialect) -> Parts:
    chinese = {"meningeal": "软脑膜活检", "dural": "硬脑膜活检"}[said.tissue]
    code = {"text": chinese} if dialect == "chinese" else observable(f"{said.tissue}-biopsy")
    yield "", observation(code, time(said.day, dialect), worded(words.GENERAL[said.result], dialect))
