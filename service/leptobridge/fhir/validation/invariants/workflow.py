"""Invariants of Bundles, lists, requests, consents and administration (R4, each resource's page)."""

from collections.abc import Mapping
from typing import Any, Final

from leptobridge.fhir.validation.invariants.data_types import in_order
from leptobridge.fhir.validation.invariants.shape import Predicate, has, has_choice, one_of, together

_WITH_REQUESTS = frozenset({"batch", "transaction", "history"})
_WITH_RESPONSES = frozenset({"batch-response", "transaction-response", "history"})


def _only_in(bundle: dict[str, Any], member: str, kinds: frozenset[str]) -> bool:
    wanted = bundle.get("type") in kinds
    return all((member in entry) == wanted for entry in bundle.get("entry", ()))


def _is_identified_document(bundle: dict[str, Any]) -> bool:
    identifier = bundle.get("identifier", {})
    return bundle.get("type") != "document" or (has(identifier, "system") and has(identifier, "value"))


def _one_content(parameter: dict[str, Any]) -> bool:
    contents = (has(parameter, "part"), has_choice(parameter, "value"), has(parameter, "resource"))
    return sum(contents) == 1


def _has_times_of_its_status(appointment: dict[str, Any]) -> bool:
    timed = has(appointment, "start") and has(appointment, "end")
    return timed or appointment.get("status") in ("proposed", "cancelled", "waitlist")


WORKFLOW: Final[Mapping[str, Predicate]] = {
    "app-1": lambda node: one_of(node, "type", "actor"),
    "app-2": lambda node: has(node, "start") == has(node, "end"),
    "app-3": _has_times_of_its_status,
    "app-4": lambda node: not has(node, "cancelationReason") or node.get("status") in ("no-show", "cancelled"),
    "apr-1": lambda node: one_of(node, "participantType", "actor"),
    "bdl-1": lambda node: not has(node, "total") or node.get("type") in ("searchset", "history"),
    "bdl-2": lambda node: (
        node.get("type") == "searchset" or not any("search" in entry for entry in node.get("entry", ()))
    ),
    "bdl-3": lambda node: _only_in(node, "request", _WITH_REQUESTS),
    "bdl-4": lambda node: _only_in(node, "response", _WITH_RESPONSES),
    "bdl-5": lambda node: one_of(node, "resource", "request", "response"),
    "bdl-8": lambda node: "/_history/" not in node.get("fullUrl", ""),
    "bdl-9": _is_identified_document,
    "bdl-10": lambda node: node.get("type") != "document" or "timestamp" in node,
    "cmp-1": lambda node: one_of(node, "text", "entry", "section"),
    "cmp-2": lambda node: not (has(node, "emptyReason") and has(node, "entry")),
    "cpl-3": lambda node: not (has(node, "detail") and has(node, "reference")),
    "inv-1": _one_content,
    "inv-1 Task": lambda node: in_order(node.get("authoredOn"), node.get("lastModified")),
    "ipn-1": lambda node: one_of(node, "identifier", "name"),
    "lnk-1": lambda node: len(node.get("item", ())) > 1,
    "lst-1": lambda node: not (has(node, "emptyReason") and has(node, "entry")),
    "lst-2": lambda node: (
        node.get("mode") == "changes" or not any(has(entry, "deleted") for entry in node.get("entry", ()))
    ),
    "lst-3": lambda node: (
        node.get("mode") == "working" or not any(has(entry, "date") for entry in node.get("entry", ()))
    ),
    "ppc-1": lambda node: one_of(node, "policy", "policyRule"),
    "prr-1": lambda node: together(node, "orderDetail", "code"),
    "rqg-1": lambda node: has(node, "resource") != has(node, "action"),
}
