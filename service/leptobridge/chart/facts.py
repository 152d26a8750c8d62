"""A fact: one dated statement of one resource version, typed and in canonical units (design 3)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

import msgspec

from leptobridge.chart.clinical_time import ClinicalTime

FactValue = str | int | bool | Decimal | None

#: Why a fact has no value: asked but not known; stated as not done (exchange.md 0, unknown). Neither is negative.
Absence = Literal["unknown", "not_done"]

#: ``counted``: a statement. ``pending``: preliminary, ordered or planned, shown where the item is missing.
#: ``retracted``: cancelled or entered in error; takes back what the same resource (or identifier) said (exchange.md 0).
FactStatus = Literal["counted", "pending", "retracted"]


class Source(msgspec.Struct, frozen=True):
    """Where a fact comes from: ``reference`` such as ``Observation/17``, its version, and the rule that read it."""

    reference: str
    version: int
    rule: str = ""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One statement about one person.

    ``kind`` and ``item`` are from the catalogue (``leptobridge facts kinds``), for example ``mri.scorecard`` /
    ``brain_linear``. ``time`` is when it was so, ``end`` the end of a therapy or condition. ``recency`` orders versions
    and rival statements: meta.lastUpdated of the body, else issued, else the time of receipt, as UTC ISO text.
    ``identifiers`` are the business identifiers ``system|value`` of the resource: another resource with one of them is
    treated as the same. ``details`` holds what a kind adds (raw word, specimen, route), names from the catalogue.
    """

    kind: str
    item: str = ""
    value: FactValue = None
    unit: str | None = None
    absence: Absence | None = None
    status: FactStatus = "counted"
    time: ClinicalTime | None = None
    end: ClinicalTime | None = None
    details: Mapping[str, FactValue | tuple[str, ...]] = {}
    source: Source
    recency: str = ""
    identifiers: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
