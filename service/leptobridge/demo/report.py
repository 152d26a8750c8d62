"""The demonstration's page per patient on the terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from leptobridge.demo.standing_result import StandingResult, of_kind

#: One colour per answer, so that a page is read at a glance; the words say the same without it.
STYLES: Mapping[str, str] = {
    "confirmed": "bold red",
    "probable": "red",
    "possible": "yellow",
    "lack-of-evidence": "green",
    "refuted": "green",
    "CR": "bold green",
    "PR": "green",
    "PD": "bold red",
    "SUSPECTED_PD": "bold yellow",
    "NE": "dim",
    "eligible": "bold green",
    "ineligible": "red",
    "indeterminate": "yellow",
}

#: Results of a patient beside these are listed by their kind.
SHOWN = ("eano-esmo-classification", "lm-response", "trial-eligibility")


def show_patient(console: Console, patient: Mapping[str, Any], results: Sequence[StandingResult]) -> None:
    """Print what stands in the hospital about one patient."""
    blocks: list[RenderableType] = [_classification(results)]
    assessments = of_kind(results, "lm-response")
    if assessments:
        blocks.append(_assessments(assessments))
    verdicts = of_kind(results, "trial-eligibility")
    if verdicts:
        blocks.append(_verdicts(verdicts))
    blocks.append(_observations(results))
    title = Text.assemble((_name(patient), "bold"), f"  {_born(patient)}  {_identifier(patient)}")
    console.print(Panel(Group(*blocks), title=title, title_align="left", padding=(0, 1)))


def _classification(results: Sequence[StandingResult]) -> Text:
    found = of_kind(results, "eano-esmo-classification")
    if not found:
        return Text("Classification  nothing on record points to leptomeningeal metastasis")
    result = found[-1]
    line = Text("Classification  ")
    letter = result.one("type-letter") or result.one("type")
    if letter:
        line.append(f"{letter} ", "bold")
    line.append(result.value.replace("-", " "), STYLES.get(result.value, ""))
    if result.one("provisional"):
        line.append(f", provisional ({_words(result.one('provisional'))})")
    if result.one("compartment") in ("dural", "both"):
        line.append(f", compartment {result.one('compartment')}")
    if result.one("reason"):
        line.append(f", {_words(result.one('reason'))}")
    for name in ("missing", "action"):
        for word in result.components.get(name, ()):
            line.append(f", {'missing ' if name == 'missing' else ''}{_words(word)}")
    line.append(f"  [{result.one('criteria-version')}, {result.one('rule')}]", "dim")
    return line


def _assessments(assessments: Sequence[StandingResult]) -> RenderableType:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("Assessment", "Neuro exam", "Imaging", "CSF", "Response", ""):
        table.add_column(heading)
    for result in assessments:
        remarks = [_words(word) for word in result.components.get("flag", ())]
        remarks += [f"missing {_words(word)}" for word in result.components.get("missing", ())]
        pd_date = result.one("pd-date")
        if pd_date and pd_date != result.day:
            remarks.append(f"progression dated {pd_date}")
        answers = [result.one(name) or "NE" for name in ("neuro", "imaging", "csf")]
        response = Text(_words(result.value), STYLES.get(result.value, ""))
        table.add_row(result.day, *map(_words, answers), response, Text(", ".join(remarks), "dim"))
    return Padding(table, (1, 0, 0, 0))


def _verdicts(verdicts: Sequence[StandingResult]) -> RenderableType:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("Trial", "Verdict", "Clinically", "Criteria that decide or are unknown"):
        table.add_column(heading)
    for result in verdicts:
        reasons = [
            f"{label} {', '.join(names)}"
            for label, names in (
                ("not met:", result.criteria_with("not-met")),
                ("unknown:", result.criteria_with("unknown")),
            )
            if names
        ]
        if result.one("arm"):
            reasons.append(f"arm: {_words(result.one('arm'))}")
        clinical = result.one("clinical-eligibility") or ""
        table.add_row(
            result.trial or "",
            Text(result.value, STYLES.get(result.value, "")),
            Text(clinical, STYLES.get(clinical, "")),
            "; ".join(reasons) or "every criterion is met",
        )
    return Padding(table, (1, 0, 0, 0))


def _observations(results: Sequence[StandingResult]) -> RenderableType:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(style="dim", overflow="fold")
    kinds = [*SHOWN, *sorted({result.kind for result in results} - set(SHOWN))]
    for kind in kinds:
        ids = [result.observation_id for result in results if result.kind == kind]
        if ids:
            table.add_row(kind, " ".join(ids))
    heading = Text(f"{len(results)} Observations in the hospital")
    return Padding(Group(heading, table), (1, 0, 0, 0))


def _name(patient: Mapping[str, Any]) -> str:
    name: Mapping[str, Any] = next(iter(patient.get("name", [])), {})
    return str(name.get("text") or " ".join([*name.get("given", []), name.get("family", "")]).strip())


def _born(patient: Mapping[str, Any]) -> str:
    return f"{patient.get('gender', 'sex unknown')}, born {patient.get('birthDate', 'unknown')}"


def _identifier(patient: Mapping[str, Any]) -> str:
    identifier: Mapping[str, Any] = next(iter(patient.get("identifier", [])), {})
    return str(identifier.get("value", ""))


def _words(code: str | None) -> str:
    return (code or "").replace("_", " ").replace("-", " ")
