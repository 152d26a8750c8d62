"""DiagnosticReport -> what it joins, the MRI it reports, a cytology that its conclusion says (exchange.md 3, 4)."""

from typing import Any

from leptobridge.chart.imaging_facts import state_imaging_conclusion, state_regions
from leptobridge.chart.observation_facts import find_observable, state_asked
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, elements

_CYTOLOGY = "cytology"


def state_diagnostic_report(reading: ResourceReading) -> None:
    """The join of results and specimens, the regions of an MRI, and a coded or worded conclusion."""
    report = reading.resource
    details: Details = {}
    results, specimens = reading.targets(report.get("result")), reading.targets(report.get("specimen"))
    if results:
        details["results"] = results
    if specimens:
        details["specimens"] = specimens
    if details:
        reading.state("report", details=details, rule="DiagnosticReport.result")
    if state_regions(reading, [report.get("code")], [], is_mr=False):
        state_imaging_conclusion(reading, report)
    elif not results:
        _state_cytology(reading, report)


def _state_cytology(reading: ResourceReading, report: Element) -> None:
    """A cytology report without result Observations: its conclusion is the answer."""
    observable, _ = find_observable(reading, report)
    if observable is None or observable.reader != _CYTOLOGY:
        return
    conclusion = next(elements(report.get("conclusionCode")), None)
    asked: dict[str, Any] = {"code": report.get("code"), "specimen": next(elements(report.get("specimen")), None)}
    if conclusion is not None:
        asked["valueCodeableConcept"] = conclusion
    elif isinstance(report.get("conclusion"), str):
        asked["valueString"] = report["conclusion"]
    else:
        return
    state_asked(reading, asked)
