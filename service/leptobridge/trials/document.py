"""Trial files: YAML text to definitions, with the path of every fault."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import orjson
import yaml
from pydantic import Field, TypeAdapter, ValidationError

from leptobridge.clinical.inputs import STRICT, Day, Integer
from leptobridge.trials.definition import (
    All,
    AnyOf,
    Arm,
    AtLeast,
    Condition,
    Criterion,
    CriterionEvidence,
    Event,
    Not,
    ProtocolWindow,
    Question,
    Source,
    Trial,
)
from leptobridge.trials.verdict import Category


@dataclass(frozen=True, slots=True)
class TrialFault:
    """One fault of a trial file; ``path`` such as ``criteria[4].when.any[0]``, empty for the file as a whole."""

    file: str
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.path}: {self.message}" if self.path else f"{self.file}: {self.message}"


class TrialFileError(ValueError):
    """A trial file cannot be used; ``faults`` names every reason."""

    def __init__(self, faults: tuple[TrialFault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class _CriterionHead:
    __pydantic_config__ = STRICT

    id: Annotated[str, Field(pattern=r"^[IE][1-9][0-9]*$")]
    text: Annotated[str, Field(min_length=1)]
    category: Category
    evidence: CriterionEvidence
    needs_lm: bool = False
    concerns_women: bool = False
    disease: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _ArmHead:
    __pydantic_config__ = STRICT

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _WindowText:
    __pydantic_config__ = STRICT

    id: str
    text: str
    start: Event
    end: Event
    at_most_days: Integer


@dataclass(frozen=True, slots=True, kw_only=True)
class _SourceText:
    __pydantic_config__ = STRICT

    title: str
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _TrialHead:
    __pydantic_config__ = STRICT

    id: Annotated[str, Field(pattern=r"^(NCT[0-9]{8}|ChiCTR[0-9]+)$")]
    version: Annotated[str, Field(min_length=1)]
    title: str
    reviewed: Day
    sources: Annotated[tuple[_SourceText, ...], Field(min_length=1)]
    baseline_window_days: Annotated[Integer, Field(ge=0)] = 28
    protocol_windows: tuple[_WindowText, ...] = ()
    statements: dict[str, str] | None = None


_CRITERION: TypeAdapter[_CriterionHead] = TypeAdapter(_CriterionHead)
_ARM: TypeAdapter[_ArmHead] = TypeAdapter(_ArmHead)
_TRIAL: TypeAdapter[_TrialHead] = TypeAdapter(_TrialHead)
_QUESTION: TypeAdapter[Question] = TypeAdapter(Annotated[Question, Field(discriminator="ask")])

_COMBINATIONS = ("all", "any", "not", "at_least")


def read_trial(text: str, file: str) -> Trial:
    """The trial that the YAML text defines; raises :class:`TrialFileError` with every fault found in it."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else ""
        raise TrialFileError((TrialFault(file, where, "not a YAML document"),)) from None
    reader = _Reader(file)
    trial = reader.trial(document)
    if reader.faults or trial is None:
        raise TrialFileError(tuple(reader.faults))
    return trial


def read_trial_file(path: Path) -> Trial:
    """The trial in a file; see :func:`read_trial`."""
    return read_trial(path.read_text(encoding="utf-8"), path.name)


class _Reader:
    """Reads one document and collects its faults, so that an author sees all of them at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[TrialFault] = []

    def trial(self, document: Any) -> Trial | None:
        if not isinstance(document, dict):
            self._fault("", "a mapping is expected")
            return None
        own = {key: value for key, value in document.items() if key not in ("criteria", "arms")}
        head = self._validate(_TRIAL, own, "")
        criteria = self._items(document.get("criteria"), "criteria", self._criterion)
        arms = self._items(document.get("arms", []), "arms", self._arm)
        if not criteria and not self.faults:
            self._fault("criteria", "at least one criterion is needed")
        if head is None or self.faults:
            return None
        return Trial(
            id=head.id,
            system="http://clinicaltrials.gov" if head.id.startswith("NCT") else "http://www.chictr.org.cn",
            version=head.version,
            title=head.title,
            reviewed=head.reviewed,
            sources=tuple(Source(title=source.title, address=source.address) for source in head.sources),
            criteria=tuple(criteria),
            arms=tuple(arms),
            baseline_window_days=head.baseline_window_days,
            protocol_windows=tuple(
                ProtocolWindow(
                    id=window.id,
                    text=window.text,
                    start=window.start,
                    end=window.end,
                    at_most_days=window.at_most_days,
                )
                for window in head.protocol_windows
            ),
            statements=head.statements or {},
        )

    def _criterion(self, node: Any, path: str) -> Criterion | None:
        if not isinstance(node, dict) or "when" not in node:
            self._fault(path, "a mapping with 'when' is expected")
            return None
        head = self._validate(_CRITERION, {key: node[key] for key in node if key != "when"}, path)
        when = self._condition(node["when"], f"{path}.when")
        if head is None or when is None:
            return None
        return Criterion(
            id=head.id,
            text=head.text,
            category=head.category,
            evidence=head.evidence,
            when=when,
            needs_lm=head.needs_lm,
            concerns_women=head.concerns_women,
            disease=head.disease,
        )

    def _arm(self, node: Any, path: str) -> Arm | None:
        if not isinstance(node, dict):
            self._fault(path, "a mapping is expected")
            return None
        head = self._validate(_ARM, {key: node[key] for key in node if key != "when"}, path)
        when = self._condition(node["when"], f"{path}.when") if "when" in node else None
        if head is None or ("when" in node and when is None):
            return None
        return Arm(code=head.code, text=head.text, when=when)

    def _condition(self, node: Any, path: str) -> Condition | None:
        if not isinstance(node, dict):
            self._fault(path, "a condition is a mapping: all, any, not, at_least or ask")
            return None
        named = [key for key in _COMBINATIONS if key in node]
        if not named:
            question: Condition | None = self._validate(_QUESTION, node, path)
            return question
        if len(named) > 1 or set(node) - {named[0]}:
            self._fault(path, f"'{named[0]}' stands alone in its mapping")
            return None
        name, value = named[0], node[named[0]]
        inner = f"{path}.{name}"
        if name == "not":
            part = self._condition(value, inner)
            return None if part is None else Not(part)
        if name == "at_least":
            return self._threshold(value, inner)
        parts = tuple(self._items(value, inner, self._condition))
        return All(parts) if name == "all" else AnyOf(parts)

    def _threshold(self, value: Any, path: str) -> Condition | None:
        if not isinstance(value, dict) or set(value) != {"number", "of"} or type(value["number"]) is not int:
            self._fault(path, "'number' (integer) and 'of' (list) are expected")
            return None
        return AtLeast(value["number"], tuple(self._items(value["of"], f"{path}.of", self._condition)))

    def _items(self, value: Any, path: str, read: Callable[[Any, str], Any]) -> list[Any]:
        if not isinstance(value, list):
            self._fault(path, "a list is expected")
            return []
        items = [read(item, f"{path}[{index}]") for index, item in enumerate(value)]
        return [item for item in items if item is not None]

    def _validate(self, adapter: TypeAdapter[Any], node: dict[str, Any], path: str) -> Any:
        try:
            # JSON text, because only there does strict validation know an array from a tuple.
            return adapter.validate_json(orjson.dumps(node))
        except orjson.JSONEncodeError:
            self._fault(path, "keys are text")
            return None
        except ValidationError as error:
            for item in error.errors(include_url=False, include_context=False, include_input=False):
                # The first step of a question's path repeats which question it is.
                steps = item["loc"][1:] if item["loc"][:1] == (node.get("ask"),) else item["loc"]
                inner = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
                self._fault(f"{path}{inner}".removeprefix("."), item["msg"].removeprefix("Value error, "))
            return None

    def _fault(self, path: str, message: str) -> None:
        self.faults.append(TrialFault(self.file, path, message))
