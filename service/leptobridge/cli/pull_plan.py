"""What of an EHR remains to be pulled: a plan that is kept after every page, so that a broken pull goes on there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from leptobridge.cli.failure import CommandError
from leptobridge.cli.hospital import Hospital, NotServedError

#: Searched by patient where a server has no ``$everything``, and the parameter that names the patient.
TYPES_BY_PATIENT = (
    ("Encounter", "patient"),
    ("Condition", "patient"),
    ("Procedure", "patient"),
    ("Specimen", "subject"),
    ("Observation", "patient"),
    ("DiagnosticReport", "patient"),
    ("ImagingStudy", "patient"),
    ("QuestionnaireResponse", "patient"),
    ("MedicationRequest", "patient"),
    ("MedicationStatement", "patient"),
    ("MedicationAdministration", "patient"),
    ("MedicationDispense", "patient"),
    ("DeviceUseStatement", "patient"),
    ("Device", "patient"),
    ("ResearchSubject", "individual"),
)

#: Referred to by what a search by patient finds, and needed to read it.
INCLUDES = {
    "MedicationRequest": "MedicationRequest:medication",
    "MedicationStatement": "MedicationStatement:medication",
    "MedicationAdministration": "MedicationAdministration:medication",
    "MedicationDispense": "MedicationDispense:medication",
    "ResearchSubject": "ResearchSubject:study",
}

PAGE_SIZE = 200

#: ``$everything`` is served for nobody: bad request, method not allowed, not implemented.
NO_OPERATION = frozenset({400, 405, 501})

#: A page link that the server has forgotten.
EXPIRED = frozenset({400, 404, 410})

#: How often in a row forgotten links may send a pull back to the beginning of a chart.
RESTARTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PullPlan:
    """``patients_url``: the next page of the list of patients. ``patients``: those listed and not begun.

    ``patient`` is the one being read, ``url`` the next page, ``start`` the first page of the same reading, ``searches``
    what is to be asked after it. ``operation``: whether the server has ``$everything``; ``searching``: the present
    patient is read by searches. ``done`` counts patients, ``restarts`` forgotten links in a row.
    """

    patients_url: str | None = None
    patients: tuple[str, ...] = ()
    patient: str | None = None
    url: str = ""
    start: str = ""
    searches: tuple[str, ...] = ()
    operation: bool = True
    searching: bool = False
    done: int = 0
    restarts: int = 0

    @property
    def is_finished(self) -> bool:
        """Whether nothing remains."""
        return not (self.patients_url or self.patients or self.patient)


def first_plan(patient_ids: Sequence[str]) -> PullPlan:
    """The plan of a pull that begins: the patients named, or all of the server."""
    if patient_ids:
        return PullPlan(patients=tuple(patient_ids))
    return PullPlan(patients_url=f"Patient?_count={PAGE_SIZE}")


@dataclass(slots=True)
class PullReport:
    """What a pull has done. ``missing`` counts patients that the server does not have, ``refused`` pages not taken."""

    patients: int = 0
    pages: int = 0
    entries: int = 0
    missing: int = 0
    refused: int = 0


def pull(
    hospital: Hospital,
    plan: PullPlan,
    *,
    take_in: Callable[[bytes], bool],
    keep: Callable[[PullPlan], None],
    report: PullReport,
) -> PullPlan:
    """Carries a plan out to its end.

    ``take_in`` stores a page and tells whether all of it was accepted; ``keep`` stores the plan after each page, so
    that after a break the same page comes again at most (and is recognised by its bytes).
    """
    while not plan.is_finished:
        if plan.patient is not None:
            plan = _read_on(hospital, plan, take_in, report)
        elif plan.patients:
            plan = _begin(hospital, plan)
        else:
            plan = _list_patients(hospital, plan)
        keep(plan)
    return plan


def _list_patients(hospital: Hospital, plan: PullPlan) -> PullPlan:
    try:
        page = hospital.page(plan.patients_url or "")
    except NotServedError as error:
        if error.status in EXPIRED and plan.done and plan.restarts < RESTARTS:
            # The list starts anew; what comes again changes nothing.
            return replace(plan, patients_url=first_plan(()).patients_url, restarts=plan.restarts + 1)
        raise CommandError(f"the EHR does not list its patients ({error.status})") from None
    return replace(plan, patients=page.patient_ids, patients_url=page.next_url)


def _begin(hospital: Hospital, plan: PullPlan) -> PullPlan:
    begun = replace(plan, patient=plan.patients[0], patients=plan.patients[1:])
    if not plan.operation:
        return _by_searches(hospital, begun)
    start = f"Patient/{begun.patient}/$everything?_count={PAGE_SIZE}"
    return replace(begun, url=start, start=start, searching=False)


def _read_on(hospital: Hospital, plan: PullPlan, take_in: Callable[[bytes], bool], report: PullReport) -> PullPlan:
    try:
        page = hospital.page(plan.url)
    except NotServedError as error:
        return _refused(hospital, plan, error.status, report)
    report.pages += 1
    report.entries += page.entries
    if page.entries and not take_in(page.body):
        report.refused += 1
    if plan.searching and not page.entries and plan.url.startswith("Patient?_id="):
        report.missing += 1
        return _end_patient(plan)
    if page.next_url:
        return replace(plan, url=page.next_url)
    report.patients += not plan.searches
    return _next_search(plan)


def _refused(hospital: Hospital, plan: PullPlan, status: int, report: PullReport) -> PullPlan:
    if plan.url != plan.start:
        if status in EXPIRED and plan.restarts < RESTARTS:
            return replace(plan, url=plan.start, restarts=plan.restarts + 1)
        raise CommandError(f"the EHR breaks off a chart ({status})")
    if plan.searching:
        if plan.start.startswith("Patient?"):
            raise CommandError(f"the EHR refuses to give a patient ({status})")
        # A type that this server does not search by patient.
        report.patients += not plan.searches
        return _next_search(plan)
    if status in NO_OPERATION:
        return _by_searches(hospital, replace(plan, operation=False))
    if status in (404, 410):
        return _by_searches(hospital, plan)
    raise CommandError(f"the EHR refuses to give a chart ({status})")


def _by_searches(hospital: Hospital, plan: PullPlan) -> PullPlan:
    served = hospital.served_types()
    searches = [f"Patient?_id={plan.patient}"]
    for resource_type, parameter in TYPES_BY_PATIENT:
        if not served or resource_type in served:
            search = f"{resource_type}?{parameter}={plan.patient}&_count={PAGE_SIZE}"
            included = INCLUDES.get(resource_type)
            searches.append(f"{search}&_include={included}" if included else search)
    return replace(plan, url=searches[0], start=searches[0], searches=tuple(searches[1:]), searching=True)


def _next_search(plan: PullPlan) -> PullPlan:
    if plan.searches:
        following = plan.searches[0]
        return replace(plan, url=following, start=following, searches=plan.searches[1:], restarts=0)
    return _end_patient(plan)


def _end_patient(plan: PullPlan) -> PullPlan:
    return replace(plan, patient=None, url="", start="", searches=(), searching=False, done=plan.done + 1, restarts=0)
