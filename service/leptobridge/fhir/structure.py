"""The check of a resource against the R4 definitions and profiles: one function that all faces use."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from leptobridge.fhir.acceptance import Acceptance
from leptobridge.fhir.contained import check_contained
from leptobridge.fhir.definition_tables import r4_definitions
from leptobridge.fhir.issue import Issue
from leptobridge.fhir.validation.bundle_rules import bundle_issues
from leptobridge.fhir.validation.codings import CodingCheck
from leptobridge.fhir.validation.definition_rules import DEFINING_TYPES, definition_issues
from leptobridge.fhir.validation.elements import Profile
from leptobridge.fhir.validation.fhirpath.values import root_node
from leptobridge.fhir.validation.library import Library, service_library
from leptobridge.fhir.validation.optional_rules import optional_issues
from leptobridge.fhir.validation.plain_meeting import PlainMeeting
from leptobridge.fhir.validation.profile_check import ProfileCheck
from leptobridge.fhir.validation.situation import Situation, entries_by_reference
from leptobridge.fhir.validation.strictness import STRICT, TOLERANT, Strictness
from leptobridge.fhir.validation.vital_signs import vital_sign_profile
from leptobridge.fhir.walk import Walk

_MOST_ISSUES = 100
_MOST_ISSUES_OF_BUNDLE = 5000
#: Types of which more is asked than their structure.
_JUDGED_CLOSELY: Final = DEFINING_TYPES | {"Bundle", "Parameters"}
_SHELL: Final = {"resourceType": "Parameters"}

Json = Mapping[str, Any]

__all__ = [
    "STRICT",
    "TOLERANT",
    "Strictness",
    "Validator",
    "check_resource",
    "find_issues",
    "resource_types",
    "service_validator",
]


def check_resource(
    resource: Any,
    expected_type: str | None = None,
    strictness: Strictness = TOLERANT,
    *,
    profiles: Iterable[str] = (),
    in_transaction: bool = False,
) -> list[Issue]:
    """Every fault of parsed JSON that should be an R4 resource; an empty list means that nothing is wrong with it.

    Found are, as errors always: unknown elements, wrong JSON types, cardinalities, empty arrays and objects, several
    types of one choice element, malformed primitives (days that no calendar has, too), blank text, companions
    (``_birthDate``) that fit nothing, extensions without url or with both value and extensions, contained resources
    that are nested or named twice, references ``#id`` to nothing, codes outside closed required bindings, malformed
    ids. And, as errors where ``strictness`` rejects, else as warnings with a ``rule``: invariants, codes and displays
    that their code system has not, concepts outside required value sets, impossible units, reference targets,
    extensions by their definitions, narrative, Bundle rules, the profiles of vital signs, those in ``meta.profile``
    that are at hand, and ``profiles``.

    ``expected_type`` is the type that the URL names. Each issue has a path such as ``Patient.contact[0].name`` (JSON
    names). At most 100 issues of one resource. Never raises.
    """
    return service_validator().check(
        resource, expected_type, strictness, profiles=profiles, in_transaction=in_transaction
    )


def find_issues(resource: Any, expected_type: str | None, strictness: Strictness = TOLERANT) -> list[Issue]:
    """:func:`check_resource` by its thorough half alone."""
    return Validator(service_library(), is_quick=False).check(resource, expected_type, strictness)


def resource_types() -> frozenset[str]:
    """The 146 resource types of R4."""
    return r4_definitions().resource_types


@cache
def service_validator() -> "Validator":
    """The validator with the definitions that the service brings along; made once."""
    return Validator(service_library())


class Validator:
    """Checks resources by one library of definitions. Building one takes some 50 ms; it may be used from threads."""

    def __init__(self, library: Library, *, is_quick: bool = True) -> None:
        self.library = library
        self._acceptance = Acceptance(library) if is_quick else None
        self._codings = CodingCheck(library.terminology)
        self._meeting = PlainMeeting(library.terminology)

    def check(
        self,
        resource: Any,
        expected_type: str | None = None,
        strictness: Strictness = TOLERANT,
        *,
        profiles: Iterable[str] = (),
        in_transaction: bool = False,
    ) -> list[Issue]:
        """See :func:`check_resource`."""
        asked = tuple(profiles)
        if not asked and expected_type is None and strictness.is_default_set and self._is_plainly_sound(resource):
            return []
        try:
            if isinstance(resource, dict) and resource.get("resourceType") == "Bundle":
                found = self._bundle(resource, expected_type, strictness, asked)
            else:
                found = self._resource(resource, expected_type, strictness, asked, None, in_transaction=in_transaction)
        except RecursionError:
            found = [Issue("error", "too-costly", "The resource is nested too deeply.")]
        return strictness.weigh(found) if found else found

    def _is_plainly_sound(self, resource: Any) -> bool:
        """Whether one quick pass settles that there is nothing to say, as of nearly everything that comes."""
        if self._acceptance is None or type(resource) is not dict or "contained" in resource:
            return False
        name, meta = resource.get("resourceType"), resource.get("meta")
        if type(name) is not str or name in _JUDGED_CLOSELY or (type(meta) is dict and "profile" in meta):
            return False
        return self._acceptance.accept(resource) == []

    def check_bundle_itself(self, bundle: dict[str, Any], strictness: Strictness = TOLERANT) -> list[Issue]:
        """The faults of a Bundle without those of its entries' resources and of what ties them.

        Where ``strictness`` only flags, those of the invariants of Bundles (``bdl-``) may be missing.
        """
        is_plain = not strictness.rejects and strictness.is_default_set and "meta" not in bundle
        if is_plain and self._acceptance is not None and self._acceptance.accepts_bundle_itself(bundle):
            return []
        try:
            found = self._resource(_without_resources(bundle), "Bundle", strictness, (), None)
        except RecursionError:
            found = [Issue("error", "too-costly", "The resource is nested too deeply.")]
        return strictness.weigh(found)

    def _resource(
        self,
        resource: Any,
        expected_type: str | None,
        strictness: Strictness,
        profiles: tuple[str, ...],
        entries: Json | None,
        *,
        in_transaction: bool = True,
    ) -> list[Issue]:
        """One resource; what is contained in it belongs to it, the entries of a Bundle do not."""
        name = resource.get("resourceType") if isinstance(resource, dict) else None
        known_type = name if isinstance(name, str) and name in r4_definitions().resource_types else None
        look = None
        if self._acceptance is not None and known_type is not None:
            look = self._acceptance.first_look(known_type, resource)
        found: list[Issue] = []
        if look is None or not look.is_sound or expected_type not in (None, known_type):
            walk = Walk(
                self.library,
                self._acceptance,
                self._codings,
                strictness=strictness,
                root=resource,
                look=look,
                in_transaction=in_transaction,
            )
            for issue in walk.resource(resource, expected_type):
                found.append(issue)
                if len(found) == _MOST_ISSUES:
                    return found
        is_broken = any(not issue.rule for issue in found)  # then not everything was walked through
        if look is None or is_broken or not look.settles_contained(resource):
            found += check_contained(resource)
        if known_type is not None:
            meta = resource.get("meta")
            if profiles or known_type == "Observation" or (isinstance(meta, dict) and "profile" in meta):
                found += self._by_profiles(resource, profiles, entries)
            if known_type in DEFINING_TYPES:
                found += definition_issues(resource, self.library)
            if not strictness.is_default_set:
                found += optional_issues(resource, strictness)
        return list(dict.fromkeys(found))[:_MOST_ISSUES] if len(found) > 1 else found

    def _by_profiles(self, resource: dict[str, Any], asked: tuple[str, ...], entries: Json | None) -> list[Issue]:
        name: str = resource["resourceType"]
        found: list[Issue] = []
        chosen = self._profiles(resource, asked, found)
        if not chosen:
            return found
        if len(chosen) == 1 and entries is None and self._plainly_meets(chosen[0], resource):
            return found
        judged: set[str] = set()
        situation = Situation(resource, resource, entries)
        for profile in chosen:
            # A profile says all that its base says.
            if profile.url not in judged and profile.type == name:
                judged.update(profile.lineage)
                check = ProfileCheck(self.library, situation)
                found += check.issues(profile, root_node(resource), name)
        return found

    def _plainly_meets(self, profile: Profile, resource: dict[str, Any]) -> bool:
        try:
            return self._meeting.meets(profile.root, resource, profile.type)
        except (TypeError, AttributeError, KeyError, ValueError, IndexError):
            return False

    def _profiles(self, resource: dict[str, Any], asked: tuple[str, ...], found: list[Issue]) -> list[Profile]:
        """Those that are asked for, claimed, or implied by what the resource is; the most special ones first."""
        name = resource["resourceType"]
        profiles: list[Profile] = []
        for url in asked:
            profile = self.library.profile(url)
            if profile is None:
                if not url.startswith(f"http://hl7.org/fhir/StructureDefinition/{name}"):
                    found.append(Issue("error", "not-found", "The profile asked for is not known here.", name))
            elif profile.type != name:
                sentence = f"The profile asked for is one of {profile.type}."
                found.append(Issue("error", "structure", sentence, name))
            else:
                profiles.append(profile)
        meta = resource.get("meta")
        claimed = meta.get("profile") if isinstance(meta, dict) else None
        for index, url in enumerate(claimed if isinstance(claimed, list) else ()):
            profile = self.library.profile(url) if isinstance(url, str) else None
            if profile is not None and profile.type != name:
                sentence = f"The profile is one of {profile.type}."
                found.append(Issue("error", "structure", sentence, f"{name}.meta.profile[{index}]", "profile"))
            elif profile is not None:
                profiles.append(profile)
            elif isinstance(url, str):
                sentence = "The profile is not known here, so it was not checked."
                found.append(Issue("information", "not-found", sentence, f"{name}.meta.profile[{index}]", "profile"))
        if name == "Observation" and (vital_sign := _implied(resource)) is not None:
            implied = self.library.profile(vital_sign)
            profiles += [implied] if implied is not None else []
        return sorted(profiles, key=lambda profile: -len(profile.lineage))

    def _bundle(
        self, bundle: dict[str, Any], expected_type: str | None, strictness: Strictness, profiles: tuple[str, ...]
    ) -> list[Issue]:
        """A Bundle: itself, its entries one by one, and what ties them."""
        found = self._resource(_without_resources(bundle), expected_type, strictness, (), None)
        entries = entries_by_reference(bundle)
        in_transaction = bundle.get("type") in ("transaction", "batch")
        listed = bundle.get("entry")
        for index, entry in enumerate(listed if isinstance(listed, list) else ()):
            if not isinstance(entry, dict) or "resource" not in entry:
                continue
            resource = entry["resource"]
            is_bundle = isinstance(resource, dict) and resource.get("resourceType") == "Bundle"
            inner = (
                self._bundle(resource, None, strictness, ())
                if is_bundle
                else self._resource(resource, None, strictness, (), entries, in_transaction=in_transaction)
            )
            found += [issue.below(f"Bundle.entry[{index}].resource") for issue in inner]
            if len(found) > _MOST_ISSUES_OF_BUNDLE:
                break
        found += bundle_issues(bundle)
        for url in profiles:
            profile = self.library.profile(url)
            if profile is not None and profile.type == "Bundle":
                check = ProfileCheck(self.library, Situation(bundle, bundle, entries))
                found += check.issues(profile, root_node(bundle), "Bundle")
        return list(dict.fromkeys(found))


def _without_resources(bundle: dict[str, Any]) -> dict[str, Any]:
    """The Bundle with a tiny sound resource in place of each, so that resources are checked entry by entry."""
    entries = bundle.get("entry")
    if not isinstance(entries, list):
        return bundle
    shells = [
        {**entry, "resource": _SHELL} if isinstance(entry, dict) and "resource" in entry else entry for entry in entries
    ]
    return {**bundle, "entry": shells}


def _implied(observation: dict[str, Any]) -> str | None:
    try:
        return vital_sign_profile(observation)
    except (TypeError, AttributeError, KeyError):
        return None  # the structure says what is wrong with the code
