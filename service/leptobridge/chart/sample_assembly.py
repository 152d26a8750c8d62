"""CSF samples from specimens, reports and collection times; devices; biopsies (exchange.md 3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from leptobridge.chart.chart import Biopsy, CodedAnswer, CsfSample, CtcCount
from leptobridge.chart.facts import Fact
from leptobridge.chart.joining import (
    CONFLICT,
    Statements,
    decide,
    earliest_time,
    evidence_of,
    flags_of,
    grouped,
    same_day,
    same_time,
)
from leptobridge.chart.versions import key_of

CSF_KINDS = ("csf.cytology", "csf.flow", "csf.ctc", "csf.ctdna", "csf.chemistry", "csf.opening_pressure", "csf.sample")
#: M4: what one sample says if several reports of it differ.
_CYTOLOGY_ORDER = ("positive", "suspicious", "atypical", "equivocal", "negative", "inadequate", "not_done")
#: Blood items that are CSF chemistry when the specimen is CSF.
_ALSO_IN_CSF = {"leukocytes": "leukocytes", "ldh": "ldh"}


@dataclass(slots=True)
class SampleGroup:
    """The facts of one sample. ``specimen`` is the Specimen fact, where there is one."""

    key: str
    specimen: Fact | None = None
    facts: list[Fact] = field(default_factory=list)

    @property
    def all_facts(self) -> list[Fact]:
        """Specimen first, then what was reported of it."""
        return ([self.specimen] if self.specimen is not None else []) + self.facts


def csf_specimens(statements: Statements) -> dict[str, Fact]:
    """The CSF Specimens by the name that references resolve to."""
    return {
        statements.resolve(fact.source.reference): fact
        for fact in statements.of("csf.sample")
        if fact.item == "specimen"
    }


def is_csf(statements: Statements, fact: Fact, specimens: Mapping[str, Fact]) -> bool:
    """Whether the specimen that a fact names is CSF."""
    name = fact.details.get("specimen")
    return isinstance(name, str) and statements.resolve(name) in specimens


def assemble_samples(statements: Statements, device: bool | None) -> tuple[CsfSample, ...]:
    """One entry per sample, sorted by time. Without a device all samples are lumbar."""
    specimens = csf_specimens(statements)
    reports = _reports(statements)
    groups: dict[str, SampleGroup] = {name: SampleGroup(name, fact) for name, fact in specimens.items()}
    loose: list[Fact] = []
    for fact in _sample_facts(statements, specimens):
        name = _sample_name(statements, fact, specimens, reports)
        if name is None:
            loose.append(fact)
        else:
            groups.setdefault(name, SampleGroup(name)).facts.append(fact)
    for fact in loose:
        _join_by_time(fact, groups)
    alike: dict[object, list[CsfSample]] = {}
    for group in groups.values():
        sample = _sample(statements, group, device)
        alike.setdefault((_content(sample), _identifiers(group)), []).append(sample)
    return tuple(sorted(map(_once, alike.values()), key=_order))


def _content(sample: CsfSample) -> tuple[object, ...]:
    """What is said of a sample, whoever says it."""
    count = sample.ctc
    return (
        *same_time(sample.time),
        *(sample.site, sample.volume_ml, sample.processed_min, sample.fixed),
        *(sample.cytology, sample.cytology_raw, sample.flow, sample.ctdna, sample.opening_pressure_mm_h2o),
        None if count is None else (count.count, count.censored, count.volume_ml, count.per_ml, count.platform),
        tuple(sample.chemistry.items()),
    )


def _identifiers(group: SampleGroup) -> tuple[str, ...]:
    return () if group.specimen is None else group.specimen.identifiers


def _once(samples: list[CsfSample]) -> CsfSample:
    """Several resources that state the same of one time are one sample (exchange.md 0, correction)."""
    first, *others = samples
    if not others:
        return first
    evidence = tuple(sorted({source for sample in samples for source in sample.evidence}, key=str))
    flags = tuple(sorted({flag for sample in samples for flag in sample.flags}))
    return replace(first, evidence=evidence, flags=flags)


def _order(sample: CsfSample) -> tuple[str, ...]:
    time = sample.time
    day = "" if time is None else time.last.isoformat()
    return (day, time.instant.isoformat() if time and time.instant else "", sample.site or "", str(sample.evidence))


def _sample_facts(statements: Statements, specimens: dict[str, Fact]) -> Iterable[Fact]:
    for fact in statements.of(*CSF_KINDS):
        if fact.kind == "csf.sample" and fact.item == "specimen":
            continue
        if fact.kind == "csf.cytology" and fact.item == "needs_specimen" and not is_csf(statements, fact, specimens):
            continue
        yield fact
    for fact in statements.of("laboratory"):
        if fact.item in _ALSO_IN_CSF and is_csf(statements, fact, specimens):
            yield fact


def _reports(statements: Statements) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Observation -> the report that lists it and that report's specimens."""
    listed: dict[str, tuple[str, tuple[str, ...]]] = {}
    for fact in statements.of("report"):
        results, specimens = fact.details.get("results"), fact.details.get("specimens")
        for result in results if isinstance(results, tuple) else ():
            name = statements.resolve(result)
            report = statements.current.resolve(key_of(fact).root)
            listed.setdefault(name, (report, specimens if isinstance(specimens, tuple) else ()))
    return listed


def _sample_name(
    statements: Statements,
    fact: Fact,
    specimens: dict[str, Fact],
    reports: dict[str, tuple[str, tuple[str, ...]]],
) -> str | None:
    own = fact.details.get("specimen")
    if isinstance(own, str):
        # A specimen that is not there yet still joins what names it.
        return statements.resolve(own)
    report = reports.get(statements.resolve(fact.source.reference))
    panel = statements.panels.get(statements.resource_of(fact))
    if report is None and panel is not None:
        whole = panel.details.get("specimen")
        if isinstance(whole, str):
            return statements.resolve(whole)
        report = reports.get(statements.resource_of(panel), (statements.resource_of(panel), ()))
    if report is None:
        return None
    name, named = report
    known = [found for reference in named if (found := statements.resolve(reference)) in specimens]
    return known[0] if len(known) == 1 else name


def _join_by_time(fact: Fact, groups: dict[str, SampleGroup]) -> None:
    """Join by collection time: the same instant, or the only sample of the day where one of the two has no hour."""
    day = [
        group
        for group in groups.values()
        if any(same_day(member.time) == same_day(fact.time) for member in group.all_facts[:1])
    ]
    instant = fact.time.instant if fact.time else None
    for group in day:
        if instant is not None and any(m.time and m.time.instant == instant for m in group.all_facts):
            group.facts.append(fact)
            return
    without_hour = [
        group
        for group in day
        if instant is None or all(m.time is None or m.time.instant is None for m in group.all_facts)
    ]
    site = _stated_site([fact])
    fitting = [g for g in without_hour if site is None or _stated_site(g.all_facts) in (None, site)]
    if fact.time is not None and len(day) == 1 and len(fitting) == 1:
        fitting[0].facts.append(fact)
        return
    key = f"time:{same_day(fact.time)}:{instant.isoformat() if instant else ''}:{site or ''}"
    groups.setdefault(key, SampleGroup(key)).facts.append(fact)


def _stated_site(facts: Iterable[Fact]) -> str | None:
    for fact in facts:
        site = fact.details.get("site")
        if isinstance(site, str):
            return site
        if fact.kind == "csf.sample" and fact.item == "site" and isinstance(fact.value, str):
            return fact.value
    return None


def _sample(statements: Statements, group: SampleGroup, device: bool | None) -> CsfSample:
    facts = group.all_facts
    specimen = group.specimen
    by_kind: dict[tuple[str, str], tuple[Fact, ...]] = dict(
        grouped(
            group.facts, lambda fact: (fact.kind, fact.item if fact.kind in ("csf.sample", "csf.chemistry") else "")
        )
    )
    conflict = False

    def settled(kind: str, item: str = "") -> Fact | None:
        nonlocal conflict
        members = by_kind.get((kind, item))
        if not members:
            return None
        decision = decide(statements, members)
        conflict = conflict or decision.conflict
        return decision.fact

    cytology, raw, cytology_conflict = _cytology(by_kind.get(("csf.cytology", "")), specimen)
    flow, ctdna, pressure = settled("csf.flow"), settled("csf.ctdna"), settled("csf.opening_pressure")
    volume, delay = settled("csf.sample", "volume_ml"), settled("csf.sample", "processed_min")
    fixed = settled("csf.sample", "fixed")
    chemistry: dict[str, tuple[Decimal, str, bool | None]] = {}
    for (kind, item), members in by_kind.items():
        if kind in ("csf.chemistry", "laboratory"):
            fact = decide(statements, members).fact
            outside = fact.details.get("outside_range")
            name = item or _ALSO_IN_CSF[fact.item]
            if isinstance(fact.value, Decimal):
                chemistry[name] = (fact.value, fact.unit or "", outside if isinstance(outside, bool) else None)
    stated = settled("csf.sample", "site")
    site = _stated_site(facts) if stated is None else _text(stated)
    ctc = settled("csf.ctc")
    return CsfSample(
        time=specimen.time if specimen is not None and specimen.time is not None else earliest_time(facts),
        evidence=evidence_of(facts),
        flags=flags_of(facts, CONFLICT if conflict or cytology_conflict else ""),
        site=site or ("lumbar" if device is False else None),
        volume_ml=_decimal(volume) if volume is not None else _detail(specimen, "volume_ml"),
        processed_min=_decimal(delay) if delay is not None else _detail(specimen, "processed_min"),
        fixed=_fixed(fixed, specimen),
        cytology=cytology,
        cytology_raw=raw,
        flow=_text(flow),
        ctc=None if ctc is None else _ctc(ctc),
        ctdna=_text(ctdna),
        chemistry=dict(sorted(chemistry.items())),
        opening_pressure_mm_h2o=_decimal(pressure),
    )


def _cytology(facts: tuple[Fact, ...] | None, specimen: Fact | None) -> tuple[str | None, str | None, bool]:
    """The class by M4, its raw word, and whether reports contradict. Unsatisfactory: only positive stands."""
    known = [fact for fact in facts or () if isinstance(fact.value, str)]
    if not known:
        return None, next((str(f.details["raw"]) for f in facts or () if "raw" in f.details), None), False
    chosen = min(known, key=lambda fact: (_CYTOLOGY_ORDER.index(str(fact.value)), str(fact.details.get("raw", ""))))
    value = str(chosen.value)
    if (
        specimen is not None
        and specimen.details.get("unsatisfactory") is True
        and value not in ("positive", "not_done")
    ):
        value = "inadequate"
    raw = chosen.details.get("raw")
    return value, raw if isinstance(raw, str) else None, len({fact.value for fact in known}) > 1


def _ctc(fact: Fact) -> CtcCount:
    volume, platform = fact.details.get("volume_ml"), fact.details.get("platform")
    return CtcCount(
        time=fact.time,
        evidence=(fact.source,),
        flags=fact.flags,
        count=fact.value if isinstance(fact.value, int) and fact.item == "" else None,
        censored=fact.details.get("censored") is True,
        volume_ml=volume if isinstance(volume, Decimal) else None,
        per_ml=fact.value if isinstance(fact.value, Decimal) and fact.item == "per_ml" else None,
        platform=platform if isinstance(platform, str) else None,
    )


def _text(fact: Fact | None) -> str | None:
    return fact.value if fact is not None and isinstance(fact.value, str) else None


def _decimal(fact: Fact | None) -> Decimal | None:
    return fact.value if fact is not None and isinstance(fact.value, Decimal) else None


def _detail(fact: Fact | None, name: str) -> Decimal | None:
    value = fact.details.get(name) if fact is not None else None
    return value if isinstance(value, Decimal) else None


def _fixed(stated: Fact | None, specimen: Fact | None) -> bool | None:
    if stated is not None and isinstance(stated.value, bool):
        return stated.value
    return True if specimen is not None and specimen.details.get("fixed") is True else None


def assemble_devices(statements: Statements) -> tuple[CodedAnswer, ...]:
    """Statements on a ventricular device by time; ``value`` present or absent. A device that ended is absent then."""
    answers: list[CodedAnswer] = []
    for _, facts in grouped(statements.of("csf.device"), lambda fact: same_day(fact.time)):
        decision = decide(statements, facts)
        value = None if decision.fact.value is None else "present" if decision.fact.value else "absent"
        answers.append(
            CodedAnswer(
                time=decision.fact.time, evidence=evidence_of(decision.facts), flags=decision.flags, value=value
            )
        )
        ended = decision.fact.end
        if value == "present" and ended is not None and ended.last <= statements.on:
            answers.append(CodedAnswer(time=ended, evidence=evidence_of(decision.facts), value="absent"))
    return tuple(sorted(answers, key=lambda a: (a.time.last.isoformat() if a.time else "", a.value or "")))


def device_known(devices: tuple[CodedAnswer, ...]) -> bool | None:
    """Whether there is a ventricular device by the latest statement; None = unknown."""
    known = [answer.value for answer in devices if answer.value is not None]
    return None if not known else known[-1] == "present"


def assemble_biopsies(statements: Statements) -> tuple[Biopsy, ...]:
    """Tissue results, one per tissue and day."""
    found = []
    for (tissue, _), facts in grouped(statements.of("biopsy"), lambda fact: (fact.item, same_day(fact.time))):
        decision = decide(statements, facts)
        result = decision.fact.value
        found.append(
            Biopsy(
                time=decision.fact.time,
                evidence=evidence_of(decision.facts),
                flags=decision.flags,
                tissue="dural" if tissue == "dural" else "meningeal",
                result=result if isinstance(result, str) else None,
            )
        )
    return tuple(found)
