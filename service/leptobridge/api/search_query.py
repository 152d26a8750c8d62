"""A search as asked: parameters and values read against what is served (R4 search.html)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from leptobridge.api.refusal import RefusedError
from leptobridge.api.search_dates import DateSpan, parse_date_span
from leptobridge.api.search_parameters import (
    RESULT_PARAMETERS,
    ParameterKind,
    SearchParameter,
    parameters_of,
    reference_parameters,
    sort_keys_of,
)
from leptobridge.fhir.issue import Issue

_REFERENCE = re.compile(r"(?:(?P<base>https?://.+?)/)?(?:(?P<type>[A-Z][A-Za-z]+)/)?(?P<id>[A-Za-z0-9\-.]{1,64})")
_MODIFIERS: dict[ParameterKind, frozenset[str]] = {
    "token": frozenset({"not", "missing"}),
    "reference": frozenset({"identifier", "missing"}),
    "date": frozenset({"missing"}),
    "string": frozenset({"exact", "contains", "missing"}),
}


@dataclass(frozen=True, slots=True)
class Token:
    """``code``, ``system|code``, ``|code`` (system is ``""``) or ``system|`` (code is None); system None is any."""

    system: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class Target:
    """A reference asked for: ``type`` and ``id``, or an absolute ``url`` that is not under the base."""

    type: str | None
    id: str | None
    url: str | None = None


Value = Token | Target | DateSpan | str


@dataclass(frozen=True, slots=True)
class Filter:
    """One parameter of the search; a resource matches if any of ``values`` does."""

    parameter: SearchParameter
    values: tuple[Value, ...]
    modifier: str = ""


@dataclass(frozen=True, slots=True)
class Include:
    """``_include`` follows ``parameter`` of ``source`` out, ``_revinclude`` follows it back."""

    source: str
    parameter: SearchParameter
    target: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A search on one type. ``used`` are the parameters as written that were understood, for the self link.

    ``ignored`` are the issues of those that were not (Prefer: handling=lenient).
    """

    resource_type: str
    filters: tuple[Filter, ...] = ()
    sort: tuple[tuple[str, bool], ...] = ()
    count: int = 50
    count_only: bool = False
    with_total: bool = True
    includes: tuple[Include, ...] = ()
    reverse_includes: tuple[Include, ...] = ()
    used: tuple[tuple[str, str], ...] = ()
    ignored: tuple[Issue, ...] = ()


@dataclass(slots=True)
class _Reading:
    """What has been understood so far."""

    resource_type: str
    base: str
    page_size: int
    page_size_max: int
    filters: list[Filter] = field(default_factory=list)
    sort: list[tuple[str, bool]] = field(default_factory=list)
    count: int | None = None
    count_only: bool = False
    with_total: bool = True
    includes: list[Include] = field(default_factory=list)
    reverse_includes: list[Include] = field(default_factory=list)
    used: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[Issue] = field(default_factory=list)
    wrong: list[Issue] = field(default_factory=list)

    def ignore(self, name: str, text: str) -> None:
        """Something that is not served: ignored, or refused if the client asked for strict handling."""
        self.unknown.append(Issue("error", "not-supported", text, name))

    def reject(self, name: str, text: str) -> None:
        """Something that is served, but not understood: never ignored, the answer would be another question's."""
        self.wrong.append(Issue("error", "value", text, name))


def parse_search(
    resource_type: str,
    pairs: Sequence[tuple[str, str]],
    *,
    base: str,
    strict: bool = False,
    page_size: int = 50,
    page_size_max: int = 1000,
) -> SearchQuery:
    """The query ``pairs`` (decoded names and values, in order) as a SearchQuery.

    ``base`` is the FHIR base under which an absolute reference is one of ours. Raises RefusedError 400: for a value or
    modifier that cannot be understood, and with ``strict`` for a parameter that is not served.
    """
    reading = _Reading(resource_type, base.rstrip("/"), page_size, page_size_max)
    for name, value in pairs:
        if value == "":
            continue
        before = len(reading.unknown), len(reading.wrong)
        if name in RESULT_PARAMETERS:
            _read_result_parameter(reading, name, value)
        else:
            _read_filter(reading, name, value)
        if (len(reading.unknown), len(reading.wrong)) == before and name not in ("_format", "_pretty"):
            reading.used.append((name, value))
    if reading.wrong or (strict and reading.unknown):
        raise RefusedError(400, (*reading.wrong, *reading.unknown))
    return SearchQuery(
        resource_type=resource_type,
        filters=tuple(reading.filters),
        sort=tuple(reading.sort),
        count=page_size if reading.count is None else reading.count,
        count_only=reading.count_only or reading.count == 0,
        with_total=reading.with_total,
        includes=tuple(reading.includes),
        reverse_includes=tuple(reading.reverse_includes),
        used=tuple(reading.used),
        ignored=tuple(Issue("warning", issue.code, issue.diagnostics, issue.expression) for issue in reading.unknown),
    )


def _read_filter(reading: _Reading, name: str, text: str) -> None:
    stem, _, modifier = name.partition(":")
    if stem.endswith(".identifier"):
        stem, modifier = stem.removesuffix(".identifier"), "identifier"
    elif modifier in ("Patient.identifier",):
        modifier = "identifier"
    parameter = parameters_of(reading.resource_type).get(stem)
    if parameter is None:
        reading.ignore(stem, f"{reading.resource_type} has no search parameter of this name here.")
        return
    type_modifier = modifier if parameter.kind == "reference" and modifier[:1].isupper() else ""
    if modifier and not type_modifier and modifier not in _MODIFIERS[parameter.kind]:
        reading.reject(stem, f"This modifier of {stem} is not supported.")
        return
    if modifier == "missing":
        if text not in ("true", "false"):
            reading.reject(stem, f"{stem}:missing is true or false.")
        else:
            reading.filters.append(Filter(parameter, (text,), modifier))
        return
    kind = "token" if modifier == "identifier" else parameter.kind
    values = [_value(kind, part, type_modifier, reading.base) for part in _split(text, ",")]
    known = tuple(value for value in values if value is not None)
    if len(known) != len(values):
        reading.reject(stem, f"A value of {stem} is not a {parameter.kind}.")
        return
    reading.filters.append(Filter(parameter, known, "" if type_modifier else modifier))


def _value(kind: ParameterKind, text: str, type_modifier: str, base: str) -> Value | None:
    match kind:
        case "date":
            return parse_date_span(text)
        case "string":
            return _unescape(text)
        case "reference":
            return _target(_unescape(text), type_modifier, base)
        case "token":
            parts = [_unescape(part) for part in _split(text, "|")]
            if len(parts) == 1:
                return Token(None, parts[0])
            if len(parts) > 2 or parts == ["", ""]:
                return None
            return Token(parts[0], parts[1] or None)


def _target(text: str, type_modifier: str, base: str) -> Target | None:
    match = _REFERENCE.fullmatch(text)
    if match is None:
        return Target(None, None, text) if text.startswith(("http://", "https://", "urn:")) else None
    if match["base"] is not None and match["base"] != base:
        return Target(None, None, text)
    return Target(match["type"] or type_modifier or None, match["id"])


def _read_result_parameter(reading: _Reading, name: str, text: str) -> None:
    match name:
        case "_count":
            if not (text.isascii() and text.isdigit()):
                reading.reject(name, "_count is a whole number, 0 or more.")
                return
            reading.count = min(int(text[:9]), reading.page_size_max)
        case "_sort":
            _read_sort(reading, text)
        case "_summary":
            if text == "count":
                reading.count_only = True
            elif text != "false":
                reading.ignore(name, "Only _summary=count and _summary=false are served.")
        case "_total":
            if text not in ("none", "estimate", "accurate"):
                reading.reject(name, "_total is none, estimate or accurate.")
            reading.with_total = text != "none"
        case "_include" | "_revinclude":
            _read_include(reading, name, text)


def _read_sort(reading: _Reading, text: str) -> None:
    columns = sort_keys_of(reading.resource_type)
    for part in text.split(","):
        key = part.removeprefix("-")
        if key not in columns:
            reading.ignore("_sort", f"{reading.resource_type} cannot be sorted by this.")
        else:
            reading.sort.append((columns[key], part.startswith("-")))


def _read_include(reading: _Reading, name: str, text: str) -> None:
    source, _, rest = text.partition(":")
    wanted, _, target = rest.partition(":")
    served = {parameter.name: parameter for parameter in reference_parameters(source)}
    if wanted not in served or (name == "_include" and source != reading.resource_type):
        reading.ignore(name, f"{name} takes Type:parameter with a reference parameter that is served.")
        return
    include = Include(source, served[wanted], target or None)
    (reading.includes if name == "_include" else reading.reverse_includes).append(include)


def _split(text: str, separator: str) -> list[str]:
    """Splits at separators that no backslash escapes (search.html 3.1.1.4.2); escapes stay for `_unescape`."""
    parts = [""]
    position = 0
    while position < len(text):
        if text[position] == "\\" and position + 1 < len(text):
            parts[-1] += text[position : position + 2]
            position += 2
        elif text[position] == separator:
            parts.append("")
            position += 1
        else:
            parts[-1] += text[position]
            position += 1
    return parts


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
