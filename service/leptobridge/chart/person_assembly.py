"""Who the person is, and the studies the person takes part in (exchange.md 1)."""

from leptobridge.chart.chart import Demographics, Enrolment
from leptobridge.chart.clinical_time import ClinicalTime
from leptobridge.chart.facts import Fact
from leptobridge.chart.joining import Statements, decide, evidence_of, grouped, in_order, same_time


def assemble_demographics(statements: Statements) -> Demographics:
    """Birth, sex, death and the last day on which the person was seen.

    A Patient that another one replaced speaks only where the other is silent.
    """
    birth = _speaking(statements, statements.of("patient.birth_date"))
    sex = _speaking(statements, statements.of("patient.sex"))
    deaths = tuple(fact for fact in statements.of("patient.death") if statements.has_come(fact))
    death = _speaking(statements, deaths)
    dated = [fact for fact in deaths if fact.value is True and fact.time is not None]
    used = [fact for fact in (birth, sex, death, *dated) if fact is not None]
    return Demographics(
        birth_date=birth.time if birth is not None else None,
        sex=str(sex.value) if sex is not None else None,
        dead=True if dated else death.value if death is not None and isinstance(death.value, bool) else None,
        death=dated[0].time if dated else None,
        last_seen=_last_seen(statements),
        evidence=evidence_of(used),
    )


def _speaking(statements: Statements, facts: tuple[Fact, ...]) -> Fact | None:
    own = tuple(fact for fact in facts if fact.details.get("replaced") is not True) or facts
    return decide(statements, own).fact if own else None


def _last_seen(statements: Statements) -> ClinicalTime | None:
    times = [
        fact.time
        for fact in statements.of("patient.last_seen")
        if fact.time is not None and fact.time.last <= statements.on
    ]
    return max(times, key=lambda time: (time.last, time.first), default=None)


def assemble_enrolments(statements: Statements) -> tuple[Enrolment, ...]:
    """One entry per study and start."""
    entries = []
    for (study, _), facts in grouped(statements.of("enrolment"), lambda fact: (str(fact.value), same_time(fact.time))):
        decision = decide(statements, facts)
        arm, status = decision.fact.details.get("arm"), decision.fact.details.get("status")
        entries.append(
            Enrolment(
                time=decision.fact.time,
                evidence=evidence_of(facts),
                flags=decision.flags,
                study=study,
                arm=arm if isinstance(arm, str) else None,
                status=status if isinstance(status, str) else "",
                end=decision.fact.end,
            )
        )
    return in_order(entries)
