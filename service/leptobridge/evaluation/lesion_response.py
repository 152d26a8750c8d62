"""Response of measured lesions: RECIST 1.1, RANO-BM, iRECIST, IPCG and NANO over a course (clinical.md 6, 7, 8, 12.2).

Measured lesions give sizes with nadir bookkeeping; what only a reader can grade comes from the form of the rule set.
Without lesions a form that holds every input is a time point by itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from leptobridge.chart.chart import Chart, Entry, Lesion, ReaderForm
from leptobridge.evaluation.course import Course
from leptobridge.evaluation.rule_answers import RuleAnswer, answer_rule, form_inputs
from leptobridge.evaluation.time_points import REACH
from leptobridge.evaluation.timeline import day_of, latest, nearest, until, within

Compartment = Literal["cns", "extracranial"]

#: Words of a body site that lie in the brain; what names none of them is extracranial.
_BRAIN_WORDS = (
    "brain",
    "cerebr",
    "cerebell",
    "frontal",
    "parietal",
    "temporal lobe",
    "occipital",
    "pons",
    "脑",
    "颅内",
)
_SYSTEMS: dict[Compartment, str] = {"cns": "rano_bm", "extracranial": "recist_1_1"}
_BASELINE_DAYS = 28


@dataclass(frozen=True, slots=True)
class Scan:
    """The lesions of one compartment on one day; ``complete``: every lesion of that day was sent."""

    day: date
    lesions: tuple[Lesion, ...]
    complete: bool

    def size(self, lesion_id: str) -> Decimal | None:
        """mm of a target: short axis of a node, else longest diameter; 0 where a complete list has it no more."""
        for lesion in self.lesions:
            if lesion.lesion_id == lesion_id:
                return lesion.short_axis_mm if lesion.kind == "node" else lesion.longest_mm
        return Decimal(0) if self.complete else None

    def has_role(self, role: str) -> bool | None:
        """Whether a lesion of the role is there; silence of an incomplete list says nothing."""
        return True if any(lesion.role == role for lesion in self.lesions) else False if self.complete else None


def answer_lesion_response(chart: Chart, course: Course | None, on: date) -> Iterator[RuleAnswer]:
    """Every time point of each response system that has lesions or forms."""
    for compartment, system in _SYSTEMS.items():
        yield from _series(chart, compartment, system, course, on)
    yield from _irecist(chart, on)
    for form in _forms(chart, "ipcg", on):
        yield answer_rule("ipcg", form_inputs(form), (form,), effective=day_of(form), time_point=day_of(form))
    yield from _nano(chart, course, on)


def compartment_of(lesion: Lesion) -> Compartment:
    """Stated, else by the words of its site."""
    if lesion.compartment in ("cns", "extracranial"):
        return lesion.compartment  # type: ignore[return-value]
    site = (lesion.organ or "").lower()
    return "cns" if any(word in site for word in _BRAIN_WORDS) else "extracranial"


def _scans(chart: Chart, compartment: Compartment, on: date) -> list[Scan]:
    complete = {day_of(answer) for answer in until(chart.lesion_lists_complete, on) if answer.value == "yes"}
    days: dict[date, list[Lesion]] = {day: [] for day in complete}
    for lesion in until(chart.lesions, on):
        if lesion.time is not None and lesion.time.is_exact:
            days.setdefault(day_of(lesion), [])
            if compartment_of(lesion) == compartment:
                days[day_of(lesion)].append(lesion)
    scans = [Scan(day, tuple(days[day]), day in complete) for day in sorted(days)]
    first = next((index for index, scan in enumerate(scans) if scan.lesions), len(scans))
    return scans[first:]


def _forms(chart: Chart, system: str, on: date) -> list[ReaderForm]:
    forms = [form for form in until(chart.reader_forms, on) if form.system == system and form.time is not None]
    return [form for form in forms if form.time is not None and form.time.is_exact]


def _baseline(scans: Sequence[Scan], course: Course | None) -> Scan | None:
    """The last scan of the window before the course, else the first scan."""
    if course is not None:
        before = [s for s in scans if s.day <= course.start and (course.start - s.day).days <= _BASELINE_DAYS]
        if before:
            return before[-1]
    return scans[0] if scans else None


def _series(
    chart: Chart, compartment: Compartment, system: str, course: Course | None, on: date
) -> Iterator[RuleAnswer]:
    scans, forms = _scans(chart, compartment, on), _forms(chart, system, on)
    baseline = _baseline(scans, course)
    targets = _targets(baseline)
    nadir = [baseline.size(target) for target in targets] if baseline is not None else []
    responded = False
    days = {scan.day: scan for scan in scans if baseline is not None and scan.day > baseline.day}
    alone = [form for form in forms if not any(abs(day_of(form) - day) <= REACH for day in days)]
    for day in sorted({*days, *map(day_of, alone)}):
        scan = days.get(day)
        form = nearest(forms, day, REACH) if scan is not None else latest(f for f in alone if day_of(f) == day)
        inputs: dict[str, Any] = {}
        entries: list[Entry | None] = [form]
        if scan is not None and baseline is not None:
            sizes = [scan.size(target) for target in targets]
            inputs = _measured(system, baseline, nadir, sizes, scan)
            if _sum(sizes) is not None and (_sum(nadir) is None or _sum(sizes) < _sum(nadir)):  # type: ignore[operator]
                nadir = sizes
            entries += [*baseline.lesions, *scan.lesions]
        if system == "rano_bm":
            steroids = nearest(chart.corticosteroids, day, REACH)
            inputs["corticosteroids"] = steroids.value if steroids is not None else None
            entries.append(steroids)
        filled = form_inputs(form) if form is not None else {}
        answer = answer_rule(system, inputs | filled, entries, effective=day, time_point=day)
        if system == "recist_1_1" and responded and answer.result.value == "SD":
            # Once PR is assigned it stays until PD, even if the sum no longer meets -30 % (7.1, persistence).
            answer = replace(answer, result=replace(answer.result, value="PR", rule="7.1/persistence"))
        responded = answer.result.value == "PR" or (responded and answer.result.value == "NE")
        yield answer


def _targets(baseline: Scan | None) -> list[str]:
    if baseline is None:
        return []
    return [str(lesion.lesion_id) for lesion in baseline.lesions if lesion.role == "target" and lesion.lesion_id]


def _sum(sizes: Iterable[Decimal | None]) -> Decimal | None:
    total = Decimal(0)
    for size in sizes:
        if size is None:
            return None
        total += size
    return total


def _measured(
    system: str, baseline: Scan, nadir: Sequence[Decimal | None], sizes: Sequence[Decimal | None], scan: Scan
) -> dict[str, Any]:
    """The inputs that sizes and complete lists give; grades of non-targets are a reader's."""
    at_baseline = [baseline.size(target) for target in _targets(baseline)]
    new, others = scan.has_role("new"), baseline.has_role("non_target")
    gone = others is True and scan.has_role("non_target") is False
    new_lesion = None if new is None else "present" if new else "none"
    if system == "rano_bm":
        return {
            "baseline_mm": at_baseline,
            "nadir_mm": list(nadir),
            "current_mm": list(sizes),
            "non_targets": "none" if others is False or gone else None,
            "new_lesion": new_lesion,
        }
    return {
        "targets": "present" if at_baseline else "none_at_baseline" if baseline.complete else None,
        "baseline_sum_mm": _sum(at_baseline) if at_baseline else None,
        "nadir_sum_mm": _sum(nadir) if at_baseline else None,
        "current_sum_mm": _sum(sizes) if at_baseline else None,
        "non_targets": "none_at_baseline" if others is False else "CR" if gone else None,
        "new_lesion": new_lesion,
    }


def _irecist(chart: Chart, on: date) -> Iterator[RuleAnswer]:
    """The forms in order: the first one with a baseline sum is the baseline, every later one a visit."""
    forms = _forms(chart, "irecist", on)
    start = next((form for form in forms if "baseline_sum_mm" in form.items), None)
    if start is None:
        return
    baseline = start.items["baseline_sum_mm"][-1]
    visits: list[dict[str, Any]] = []
    used: list[Entry] = [start]
    for form in forms:
        if form is start and "target_sum_mm" not in form.items:
            continue
        visits.append(_visit(form, start))
        used.append(form)
        inputs = {"baseline_sum_mm": baseline, "visits": list(visits)}
        yield answer_rule("irecist", inputs, tuple(used), effective=day_of(form), time_point=day_of(form))


def _visit(form: ReaderForm, start: ReaderForm) -> dict[str, Any]:
    week = form.items.get("week", ((day_of(form) - day_of(start)).days // 7,))[-1]
    visit: dict[str, Any] = {"week": week}
    for name in ("target_sum_mm", "non_targets", "non_targets_increased"):
        if form.items.get(name, (None,))[-1] is not None:
            visit[name] = form.items[name][-1]
    if "new_lesions_mm" in form.items:
        visit["new_lesions_mm"] = [size for size in form.items["new_lesions_mm"] if size not in (None, "none")]
    return visit


def _nano(chart: Chart, course: Course | None, on: date) -> Iterator[RuleAnswer]:
    """Change of the NANO domains against the baseline of the course, else against the first examination."""
    forms = _forms(chart, "nano", on)
    if len(forms) < 2:
        return
    baseline = forms[0]
    if course is not None:
        first = date.fromordinal(course.start.toordinal() - _BASELINE_DAYS)
        baseline = latest(within(forms, first, course.start)) or baseline
    best = _levels(baseline)
    for form in forms:
        if day_of(form) <= day_of(baseline):
            continue
        levels = _levels(form)
        inputs: dict[str, Any] = {"baseline": _levels(baseline), "current": levels, "best": dict(best)}
        inputs["non_evaluable"] = [value for value in form.items.get("non_evaluable", ()) if value is not None]
        yield answer_rule("nano_change", inputs, (baseline, form), effective=day_of(form), time_point=day_of(form))
        best = {domain: min(level, levels.get(domain, level)) for domain, level in best.items()}


def _levels(form: ReaderForm) -> dict[str, int]:
    levels: dict[str, int] = {}
    for domain, values in form.items.items():
        level = values[-1] if values and domain != "non_evaluable" else None
        if isinstance(level, int) and not isinstance(level, bool):
            levels[domain] = level
    return levels
