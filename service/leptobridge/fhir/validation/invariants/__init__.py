"""The invariants of base R4, each as a predicate over the JSON object that it constrains.

Those of the types that clinical senders use are written by hand (`data_types`, `clinical`, `workflow`, `forms`), keyed
by their constraint id; the others are evaluated as FHIRPath from the definitions. Keys are checked against the compiled
definitions when a table is built. A predicate answers true where its rule holds; what it is given has passed no other
check, so it may raise for wrong structure, which the caller reads as "nothing to say".
"""

from collections.abc import Mapping
from typing import Final

from leptobridge.fhir.validation.invariants.clinical import CLINICAL
from leptobridge.fhir.validation.invariants.data_types import DATA_TYPES
from leptobridge.fhir.validation.invariants.forms import FORMS
from leptobridge.fhir.validation.invariants.shape import Predicate
from leptobridge.fhir.validation.invariants.workflow import WORKFLOW

HAND_WRITTEN: Final[Mapping[str, Predicate]] = {**DATA_TYPES, **CLINICAL, **WORKFLOW, **FORMS}

#: Judged over whole Bundles by `bundle_rules`, which sees the entries' resources.
OF_BUNDLES: Final = frozenset({"bdl-7", "bdl-11", "bdl-12"})

__all__ = ["HAND_WRITTEN", "OF_BUNDLES", "Predicate"]
