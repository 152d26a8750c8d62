"""What is reported of a cohort: event tables, estimates and rates as plain data, CSV and text."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal, TextIO

from leptobridge.clinical.calendar import months_for_display
from leptobridge.clinical.rates import RatesInputs, ResponseCounts, decide_rates
from leptobridge.clinical.result import to_json_value
from leptobridge.endpoints.cohort import Cohort
from leptobridge.endpoints.participants import ENDPOINTS, EndpointLine, Observed, Participant
from leptobridge.endpoints.survival import CONFIDENCE, Estimate, estimate

Analysis = Literal["primary", "sensitivity"]
ANALYSES: Final[tuple[Analysis, ...]] = ("primary", "sensitivity")
RESPONSES: Final = ("CR", "PR", "SD", "PD", "NE")


@dataclass(frozen=True, slots=True)
class Survival:
    """An endpoint of a group in one analysis; ``not_evaluable`` counts patients who are left out of the estimate."""

    endpoint: str
    group: str
    analysis: Analysis
    estimate: Estimate
    not_evaluable: int


def survivals(cohort: Cohort, *, by_arm: bool) -> tuple[Survival, ...]:
    """Every endpoint of every group in both analyses."""
    return tuple(
        _survival(endpoint, group, analysis, members)
        for endpoint in ENDPOINTS
        for group, members in cohort.groups(by_arm=by_arm).items()
        for analysis in ANALYSES
    )


def _survival(endpoint: str, group: str, analysis: Analysis, members: Iterable[Participant]) -> Survival:
    observed = [_observed(line, analysis) for member in members for line in member.lines if line.endpoint == endpoint]
    times = [(found.days, found.is_event) for found in observed if found.days is not None]
    return Survival(endpoint, group, analysis, estimate(times), len(observed) - len(times))


def _observed(line: EndpointLine, analysis: Analysis) -> Observed:
    return line.primary if analysis == "primary" else line.sensitivity


def report(cohort: Cohort, found: Sequence[Survival], *, by_arm: bool) -> dict[str, Any]:
    """The whole report as JSON data; days are counted, months are days / 30.4375 for display (G5)."""
    return {
        "study": cohort.study,
        "on": cohort.on.isoformat(),
        "patients": len(cohort.participants),
        "not_placed": [{"patient": absent.person, "reason": absent.reason} for absent in cohort.not_placed],
        "responses": [_response(group, members) for group, members in cohort.groups(by_arm=by_arm).items()],
        "survival": [_survival_data(survival) for survival in found],
        "table": list(event_rows(cohort)),
    }


def _response(group: str, members: Sequence[Participant]) -> dict[str, Any]:
    """Best LM response, and the rates over everybody (intention to treat) and over those who had a grade (15.1)."""
    counted = Counter(member.best_response for member in members)
    graded = len(members) - counted["NE"]
    counts = ResponseCounts(**{response: counted[response] for response in RESPONSES})
    of_graded = ResponseCounts(**{response: counted[response] for response in RESPONSES if response != "NE"})
    return {
        "group": group,
        "best_response": {response: counted[response] for response in RESPONSES},
        "intention_to_treat": _rates(RatesInputs(counts=counts, denominator=len(members) or None)),
        "evaluable": _rates(RatesInputs(counts=of_graded, denominator=graded or None)),
    }


def _rates(inputs: RatesInputs) -> dict[str, Any] | None:
    result = decide_rates(inputs)
    if result.value != "computed":
        return None
    rates: dict[str, Any] = to_json_value(result.outputs)
    return rates


def _survival_data(survival: Survival) -> dict[str, Any]:
    found = survival.estimate
    return {
        "endpoint": survival.endpoint,
        "group": survival.group,
        "analysis": survival.analysis,
        "patients": found.patients,
        "events": found.events,
        "censored": found.patients - found.events,
        "not_evaluable": survival.not_evaluable,
        "confidence": CONFIDENCE,
        **{
            name: to_json_value({"days": days, "months": None if days is None else months_for_display(days)})
            for name, days in (
                ("median", found.median_days),
                ("median_lower", found.median_lower_days),
                ("median_upper", found.median_upper_days),
            )
        },
        "steps": [
            {
                "days": step.days,
                "at_risk": step.at_risk,
                "events": step.events,
                "censored": step.censored,
                "survival": _share(step.survival),
                "lower": _share(step.lower),
                "upper": _share(step.upper),
            }
            for step in found.steps
        ],
    }


def _share(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def event_rows(cohort: Cohort) -> Iterator[dict[str, Any]]:
    """The event table: one row per patient and endpoint, dates as ISO text."""
    for participant in cohort.participants:
        for line in participant.lines:
            yield {
                "patient": participant.person,
                "study": participant.study,
                "arm": participant.arm,
                "best_response": participant.best_response,
                "endpoint": line.endpoint,
                "start_date": to_json_value(line.start),
                "event": line.primary.value,
                "event_date": to_json_value(line.primary.day),
                "days": line.primary.days,
                "months": _months(line.primary.days),
                "sensitivity_event": line.sensitivity.value,
                "sensitivity_event_date": to_json_value(line.sensitivity.day),
                "sensitivity_days": line.sensitivity.days,
                "missing": " ".join(line.missing),
                "reason": line.reason,
                "warnings": " ".join(line.warnings),
            }


def curve_rows(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The steps of every curve of a report, one row each."""
    for survival in data["survival"]:
        for step in survival["steps"]:
            yield {name: survival[name] for name in ("endpoint", "group", "analysis")} | step


def write_csv(rows: Iterable[Mapping[str, Any]], file: TextIO) -> None:
    """Rows under the names of their columns; nothing where there are none."""
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(file, fieldnames=list(row))
            writer.writeheader()
        writer.writerow(row)


def format_report(data: Mapping[str, Any]) -> str:
    """The report as text."""
    return "\n".join(_lines(data))


def _lines(data: Mapping[str, Any]) -> Iterator[str]:
    whose = data["study"] or "Every course of LM-directed treatment"
    yield f"{whose}, as of {data['on']}: {data['patients']} patients" + (
        f", {len(data['not_placed'])} more without a start" if data["not_placed"] else ""
    )
    for absent in data["not_placed"]:
        yield f"  {absent['patient']}: {absent['reason'].replace('_', ' ')}"
    for response in data["responses"]:
        yield f"Best LM response, {response['group']}: " + ", ".join(
            f"{name} {count}" for name, count in response["best_response"].items()
        )
        for name in ("intention_to_treat", "evaluable"):
            rates = response[name]
            if rates is not None:
                yield (
                    f"  {name.replace('_', ' ')} (n = {rates['denominator']}): "
                    f"ORR {rates['orr_percent']} %, DCR {rates['dcr_percent']} %"
                )
    columns = f"{'endpoint':<9}{'group':<15}{'analysis':<13}{'n':>5}{'events':>8}{'censored':>10}{'not eval.':>11}"
    yield f"{columns}  median (95 % CI), months"
    for survival in data["survival"]:
        limits = f"{_shown(survival['median_lower'], '–')} to {_shown(survival['median_upper'], '–')}"
        yield (
            f"{survival['endpoint']:<9}{survival['group']:<15}{survival['analysis']:<13}{survival['patients']:>5}"
            f"{survival['events']:>8}{survival['censored']:>10}{survival['not_evaluable']:>11}  "
            f"{_shown(survival['median'], 'not reached')} ({limits})"
        )


def _shown(time: Mapping[str, Any], otherwise: str) -> str:
    return otherwise if time["days"] is None else f"{time['months']:.1f}"


def _months(days: int | None) -> float | None:
    months: Decimal | None = None if days is None else months_for_display(days)
    return None if months is None else float(months)
