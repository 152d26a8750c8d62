"""What a rule set is: its name, its version, its inputs and outputs, its decision table and its decision."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from leptobridge.clinical.result import Result

Inputs = TypeVar("Inputs")

Evidence = Literal["verified", "partly_verified", "from_recall", "project_decision"]


@dataclass(frozen=True, slots=True)
class InputFault:
    """One fault of a request: ``path`` from the root of the body, such as ``visits[1].csf`` (rule interface 0.3)."""

    path: str
    message: str


#: Faults of a number that is well formed but impossible, such as a negative volume.
_OUTSIDE_RANGE = frozenset({"greater_than", "greater_than_equal", "less_than", "less_than_equal", "outside_range"})


class InvalidInputsError(ValueError):
    """The request is malformed: unknown field, wrong type, value outside an enumeration, required field absent.

    The text names paths alone, never a value, so that patient data cannot reach a log.
    """

    def __init__(self, faults: tuple[InputFault, ...]) -> None:
        super().__init__("; ".join(f"{fault.path}: {fault.message}" for fault in faults))
        self.faults = faults


class ImpossibleInputsError(InvalidInputsError):
    """The request is well formed, but a number lies outside the range of its input (rule interface 0.3, G11)."""


@dataclass(frozen=True, slots=True)
class Output:
    """A named output beside ``value`` (rule interface, tables of outputs); ``schema`` is its JSON Schema."""

    name: str
    meaning: str
    schema: Mapping[str, Any]


def one_of(*values: str) -> dict[str, Any]:
    """JSON Schema of a text out of ``values``."""
    return {"type": "string", "enum": list(values)}


def one_of_or_null(*values: str) -> dict[str, Any]:
    """JSON Schema of a text out of ``values``, or null."""
    return {"type": ["string", "null"], "enum": [*values, None]}


@dataclass(frozen=True)
class System(Generic[Inputs]):
    """A rule set of the clinical reference.

    ``table`` is the decision table that ``decide`` reads, as plain data for the clinician who compares it with the
    paper: a mapping from table name to rows. ``values`` lists what ``value`` can be (JSON Schema).
    """

    name: str
    version: str
    section: str
    purpose: str
    source: str
    evidence: Evidence
    inputs: type[Inputs]
    decide: Callable[[Inputs], Result]
    values: Mapping[str, Any]
    outputs: tuple[Output, ...] = ()
    table: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_adapter", TypeAdapter(self.inputs))

    def parse(self, body: bytes) -> Inputs:
        """Inputs from the JSON text of a request; raises :class:`InvalidInputsError` with every fault at once, and
        :class:`ImpossibleInputsError` where numbers outside their range are the only faults.

        The text, not parsed data: only in JSON does strict validation know an array from a tuple and a date from text.
        """
        adapter: TypeAdapter[Inputs] = self._adapter  # type: ignore[attr-defined]
        try:
            return adapter.validate_json(body)
        except ValidationError as error:
            impossible = all(item["type"] in _OUTSIDE_RANGE for item in error.errors(include_input=False))
            raise (ImpossibleInputsError if impossible else InvalidInputsError)(_faults(error)) from None

    def evaluate(self, body: bytes) -> Result:
        """The result for a request of the rule service (rule interface 0.1 to 0.3).

        A number outside the range of its input is no malformed request but ``invalid_input``.
        """
        try:
            inputs = self.parse(body)
        except ImpossibleInputsError as error:
            return Result(
                value="invalid_input",
                rule="G11",
                criteria_version=self.version,
                inputs_used=tuple(dict.fromkeys(re.split(r"[.\[]", fault.path)[0] for fault in error.faults)),
                outputs=dict.fromkeys(output.name for output in self.outputs),
                reason="outside_range",
            )
        return self.decide(inputs)

    def input_schema(self, reference: str = "#/$defs/{model}") -> dict[str, Any]:
        """JSON Schema of the inputs; ``reference`` says how it points to the parts under ``$defs``."""
        adapter: TypeAdapter[Inputs] = self._adapter  # type: ignore[attr-defined]
        return adapter.json_schema(ref_template=reference)


def _faults(error: ValidationError) -> tuple[InputFault, ...]:
    """Paths and messages of a pydantic error, without the offending values."""
    faults: dict[str, InputFault] = {}
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        path, unknown_key = "", item["loc"][-1:] == ("[key]",)
        for step in item["loc"][: -1 if unknown_key else None]:
            path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else str(step)
        kind = "unexpected_keyword_argument" if unknown_key else item["type"]
        faults.setdefault(path, InputFault(path, _message(kind, item["msg"])))
    return tuple(faults.values())


def _message(kind: str, text: str) -> str:
    match kind:
        case "missing" | "missing_keyword_only_argument" | "missing_argument":
            return "required"
        case "unexpected_keyword_argument" | "extra_forbidden":
            return "unknown field"
        case "dataclass_type" | "dataclass_exact_type":
            return "a JSON object is expected"
    return text.removeprefix("Value error, ")
