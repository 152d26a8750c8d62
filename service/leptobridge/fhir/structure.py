"""The structural check of a resource against the R4 definitions: one function that all faces use (issue part 3)."""

from typing import Any

from leptobridge.fhir.issue import Issue


def check_resource(resource: Any, expected_type: str | None = None) -> list[Issue]:
    """Every structural fault of parsed JSON that should be an R4 resource; an empty list means that it is sound.

    Found are: unknown elements, wrong JSON types, cardinalities, empty arrays and objects, several types of one
    choice element, malformed primitives (dates that no calendar has, too), blank text, companions (``_birthDate``)
    that fit nothing, extensions without url or with both value and extensions, faults of contained resources, codes
    outside closed required bindings, malformed ids. ``expected_type`` is the type that the URL names. Each issue has
    a path such as ``Patient.contact[0].name``. Never raises.
    """
    raise NotImplementedError
