"""Cancers, leptomeningeal and dural metastasis, other metastases, comorbidities (exchange.md 2)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import msgspec

from leptobridge.chart.chart import Diagnosis, LmDiagnosis, PrimaryCancer
from leptobridge.chart.clinical_time import ClinicalTime
from leptobridge.chart.facts import Fact
from leptobridge.chart.joining import (
    CONFLICT,
    Statements,
    decide,
    evidence_of,
    flags_of,
    grouped,
    in_order,
    same_day,
    same_time,
)

#: A primary of the meninges beside another malignancy is no primary: charts code LM so (exchange.md 2).
_MENINGES = "primary_meninges"
#: Sites of ``metastasis`` that do not make a stage IV by themselves.
_REGIONAL = frozenset({"lymph_node"})


def assemble_primaries(statements: Statements) -> tuple[PrimaryCancer, ...]:
    """Primary malignancies, one per kind and date, with what other resources say of their stage and histology."""
    facts = [fact for fact in statements.of("cancer.primary") if fact.details.get("state") != "refuted"]
    facts = [fact for fact in facts if isinstance(fact.value, str)]
    meninges = [fact for fact in facts if fact.value == _MENINGES]
    others = [fact for fact in facts if fact.value != _MENINGES]
    # "Malignancy" in words, without its kind, is no second primary beside one that is named.
    others = [fact for fact in others if (fact.value, fact.source.rule) != ("solid_tumour", "words")] or others
    secondary = _present(statements.of("metastasis", "lm.diagnosis", "dural.diagnosis"))
    review: tuple[Fact, ...] = ()
    if meninges and (others or secondary):
        review = tuple(meninges)
    elif meninges:
        others = [
            msgspec.structs.replace(fact, value="primary_brain_tumour", flags=_without_review(fact))
            for fact in meninges
        ]
    entries = [
        _primary(statements, members, review)
        for _, members in grouped(others, lambda fact: (fact.value, same_time(fact.time)))
    ]
    if len({entry.primary for entry in entries}) == 1:
        entries = [_completed(statements, entry) for entry in entries]
    return in_order(entries)


def _without_review(fact: Fact) -> tuple[str, ...]:
    return tuple(flag for flag in fact.flags if flag != "needs_review")


def _primary(statements: Statements, facts: tuple[Fact, ...], review: tuple[Fact, ...]) -> PrimaryCancer:
    roots = {statements.resource_of(fact) for fact in facts}
    stages = [
        fact
        for fact in statements.of("cancer.stage")
        if isinstance(focus := fact.details.get("focus_condition"), tuple)
        and roots & {statements.resolve(target) for target in focus}
    ]
    stage = _latest_text(statements, stages) or _detail(facts, "stage")
    return PrimaryCancer(
        time=facts[0].time,
        evidence=evidence_of((*facts, *stages, *review)),
        flags=flags_of((*facts, *review)),
        primary=str(facts[0].value),
        site=_detail(facts, "site"),
        histology=_detail(facts, "histology"),
        stage=stage,
    )


def _completed(statements: Statements, entry: PrimaryCancer) -> PrimaryCancer:
    """Of a single kind of primary: stage and histology that no Condition is named for, and stage IV by metastasis."""
    histology = entry.histology or _latest_text(statements, statements.of("cancer.histology"))
    distant = [
        fact
        for fact in _present(statements.of("metastasis", "lm.diagnosis", "dural.diagnosis"))
        if fact.item not in _REGIONAL and statements.has_come(fact)
    ]
    unnamed = [fact for fact in statements.of("cancer.stage") if not fact.details.get("focus_condition")]
    stage = entry.stage or _latest_text(statements, unnamed)
    if distant and not (stage or "").startswith("IV"):
        stage = "IV"
    return replace(entry, histology=histology, stage=stage)


def _latest_text(statements: Statements, facts: Iterable[Fact]) -> str | None:
    known = [fact for fact in facts if isinstance(fact.value, str)]
    if not known:
        return None
    last = max(fact.time.last.isoformat() if fact.time else "" for fact in known)
    newest = tuple(fact for fact in known if (fact.time.last.isoformat() if fact.time else "") == last)
    return str(decide(statements, newest).fact.value)


def _detail(facts: Iterable[Fact], name: str) -> str | None:
    return next((value for fact in facts if isinstance(value := fact.details.get(name), str)), None)


def assemble_lm_diagnoses(statements: Statements) -> tuple[LmDiagnosis, ...]:
    """Every coded statement on LM. Of rivals of one day the later issued stands last, so that it decides."""
    entries: list[LmDiagnosis] = []
    for _, facts in grouped(statements.of("lm.diagnosis"), lambda fact: same_day(fact.time)):
        decision = decide(statements, facts)
        by_value = dict(grouped(facts, lambda fact: fact.value))
        rivals = [value for value in by_value if value != decision.fact.value]
        entries += [
            _lm_diagnosis(statements, by_value[value], conflict=decision.conflict)
            for value in (*sorted(rivals, key=str), decision.fact.value)
        ]
    return in_order(entries)


def _lm_diagnosis(statements: Statements, facts: tuple[Fact, ...], *, conflict: bool) -> LmDiagnosis:
    fact = decide(statements, facts).fact
    specific = any("not_lm_specific" not in one.flags for one in facts)
    flags = flags_of(facts, CONFLICT if conflict else "")
    return LmDiagnosis(
        time=fact.time,
        evidence=evidence_of(facts),
        flags=tuple(flag for flag in flags if not (specific and flag == "not_lm_specific")),
        status="refuted" if fact.value == "refuted" else "history" if fact.value == "history" else "active",
        reason=_detail(facts, "reason"),
        recurrent=any(one.details.get("recurrent") is True for one in facts),
        primary=_named_primary(statements, facts),
    )


def _named_primary(statements: Statements, facts: Iterable[Fact]) -> str | None:
    """The primary that the Condition names in words or codes, or whose Condition is its evidence."""
    named = _detail(facts, "primary")
    if named is not None:
        return named
    targets = {
        statements.resolve(target)
        for fact in facts
        if isinstance(evidence := fact.details.get("evidence"), tuple)
        for target in evidence
    }
    kinds = {
        str(fact.value)
        for fact in statements.of("cancer.primary")
        if statements.resource_of(fact) in targets and fact.value != _MENINGES
    }
    return kinds.pop() if len(kinds) == 1 else None


def assemble_dural_diagnoses(statements: Statements) -> tuple[Diagnosis, ...]:
    """Dural metastasis as coded or worded."""
    return in_order(_diagnosis(facts, "dura") for _, facts in _by_code(_present(statements.of("dural.diagnosis"))))


def assemble_metastases(statements: Statements) -> tuple[Diagnosis, ...]:
    """Other metastases by site; one that was refuted is none."""
    return in_order(
        _diagnosis(facts, str(site)) for (site, _), facts in _by_code(_present(statements.of("metastasis")))
    )


def assemble_comorbidities(statements: Statements) -> tuple[Diagnosis, ...]:
    """Comorbidities with their end. One that is over since an unknown day is over since that was recorded."""
    return in_order(
        _diagnosis(facts, str(code), _end(facts))
        for (code, _), facts in _by_code(_present(statements.of("comorbidity")))
    )


def assemble_refuted_comorbidities(statements: Statements) -> tuple[Diagnosis, ...]:
    """Comorbidities stated as absent, from the day of the refutation on (exchange.md 0, absence)."""
    refuted = [fact for fact in statements.of("comorbidity") if fact.value == "refuted"]
    return in_order(_diagnosis(facts, str(code)) for (code, _), facts in _by_code(refuted))


def _present(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact.value != "refuted" and not fact.details.get("refuted_later"))


def _by_code(facts: Iterable[Fact]) -> Iterable[tuple[tuple[object, object], tuple[Fact, ...]]]:
    return grouped(facts, lambda fact: (fact.item, same_time(fact.time)))


def _diagnosis(facts: tuple[Fact, ...], code: str, end: ClinicalTime | None = None) -> Diagnosis:
    return Diagnosis(time=facts[0].time, evidence=evidence_of(facts), flags=flags_of(facts), code=code, end=end)


def _end(facts: tuple[Fact, ...]) -> ClinicalTime | None:
    """Over only if every statement of it is over."""
    ends = [fact.end or _recorded(fact) for fact in facts]
    known = [end for end in ends if end is not None]
    return max(known, key=lambda end: end.last) if len(known) == len(ends) else None


def _recorded(fact: Fact) -> ClinicalTime | None:
    if fact.details.get("inactive") is not True:
        return None
    day = date.fromisoformat(fact.recency[:10])
    return ClinicalTime(day.isoformat(), day, day)
