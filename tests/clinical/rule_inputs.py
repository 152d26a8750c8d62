"""Legal inputs of any rule set, generated from its JSON Schema, and the same inputs with less known."""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from hypothesis import strategies as st

from leptobridge.clinical.catalogue import SYSTEMS

Body = dict[str, Any]
Path = tuple[str | int, ...]

#: Days close enough together for every window of the reference to matter.
_DAYS = st.integers(0, 200).map(lambda days: (date(2025, 12, 1) + timedelta(days=days)).isoformat())
#: Numbers around the thresholds of the reference, whole and in tenths.
_NUMBERS = st.one_of(
    st.integers(0, 3),
    st.integers(0, 40),
    st.sampled_from((0, 5, 10, 20, 28, 30, 50, 60, 70, 80, 90, 100, 120)),
    st.integers(0, 400).map(lambda tenths: tenths / 10),
    st.integers(-20, 5000),
)

_LEVELS = st.one_of(st.integers(0, 2), st.integers(0, 3), st.none())
#: Integers with a scale of their own.
_SCALES = {
    "kps": st.one_of(st.integers(0, 10).map(lambda tens: 10 * tens), st.integers(-5, 120)),
    "ecog": st.integers(-1, 6),
}


@cache
def bodies(name: str) -> st.SearchStrategy[Body]:
    """Requests that the schema of a system allows, made coherent; about a quarter of the optional inputs is null."""
    schema = SYSTEMS[name].input_schema()
    return _values(schema, schema.get("$defs", {})).map(COHERENT.get(name, lambda body: body))


def known_paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Paths of every object member that is not null, at any depth, the outer before the inner."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, member in members:
        if isinstance(value, dict) and member is not None:
            yield (*path, step)
        yield from known_paths(member, (*path, step))


def forget(body: Body, paths: Iterable[Path]) -> Body:
    """The body with the object members at ``paths`` null: an explicit null is unknown even in a complete form."""
    less = copy.deepcopy(body)
    for path in sorted(paths, key=len, reverse=True):
        place: Any = less
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = None
    return less


def _values(schema: Mapping[str, Any], parts: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        return _values(parts[schema["$ref"].rsplit("/", 1)[1]], parts)
    if "anyOf" in schema:
        return st.one_of(*(_values(option, parts) for option in schema["anyOf"]))
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"):
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "string":
            return _DAYS if schema.get("format") == "date" else st.sampled_from(("a word", "NCT03520504", ""))
        case "integer":
            return _within(_NUMBERS, schema).map(int)
        case "number":
            return _within(_NUMBERS, schema)
        case "array":
            return _arrays(schema, parts)
        case "object":
            return _objects(schema, parts)
    raise NotImplementedError(f"no inputs for {schema}")


def _within(numbers: st.SearchStrategy[Any], schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    lowest, highest = schema.get("minimum"), schema.get("maximum")
    return numbers.filter(
        lambda number: (lowest is None or number >= lowest) and (highest is None or number <= highest)
    )


def _arrays(schema: Mapping[str, Any], parts: Mapping[str, Any]) -> st.SearchStrategy[list[Any]]:
    if "prefixItems" in schema:
        return st.tuples(*(_values(item, parts) for item in schema["prefixItems"])).map(list)
    return st.lists(_values(schema["items"], parts), min_size=schema.get("minItems", 0), max_size=4)


def _objects(schema: Mapping[str, Any], parts: Mapping[str, Any]) -> st.SearchStrategy[Body]:
    if "properties" in schema:
        required = schema.get("required", ())
        return st.fixed_dictionaries(
            {
                name: _member(name, part, parts) if name in required else _mostly_known(name, part, parts)
                for name, part in schema["properties"].items()
            }
        )
    names = _values(schema.get("propertyNames", {"type": "string"}), parts)
    levels = schema["additionalProperties"]
    values = _LEVELS if {"type": "integer"} in levels.get("anyOf", ()) else _values(levels, parts)
    return st.dictionaries(names, values, max_size=4)


def _mostly_known(name: str, schema: Mapping[str, Any], parts: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    known = [option for option in schema.get("anyOf", (schema,)) if option.get("type") != "null"]
    return st.one_of(*[st.one_of(*(_member(name, option, parts) for option in known))] * 3, st.none())


def _member(name: str, schema: Mapping[str, Any], parts: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    return _SCALES[name] if name in _SCALES and schema.get("type") == "integer" else _values(schema, parts)


def _of_equal_length(*names: str) -> Callable[[Body], Body]:
    """The arrays as long as the shortest of them, and the second no larger than the first."""

    def cut(body: Body) -> Body:
        given = [name for name in names if body.get(name) is not None]
        shortest = min((len(body[name]) for name in given), default=0)
        return {**body, **{name: body[name][:shortest] for name in given}}

    return cut


def _targets(body: Body) -> Body:
    """Sizes of the same lesions, all there at baseline, with a nadir no larger than that; one source of the status."""
    body = _of_equal_length("baseline_mm", "nadir_mm", "current_mm")(body)
    if body["baseline_mm"] is not None:
        body["baseline_mm"] = [size or 7 for size in body["baseline_mm"]]
        if body["nadir_mm"] is not None and None not in body["baseline_mm"]:
            body["nadir_mm"] = [
                None if nadir is None else min(nadir, size)
                for nadir, size in zip(body["nadir_mm"], body["baseline_mm"], strict=True)
            ]
    return body if body["clinical_status"] is None else {**body, "kps": None}


def _sums(body: Body) -> Body:
    """Sums or lesions, a nadir no larger than the baseline."""
    if body["lesions"]:
        return {**body, "targets": None, "baseline_sum_mm": None, "nadir_sum_mm": None, "current_sum_mm": None}
    baseline, nadir = body["baseline_sum_mm"], body["nadir_sum_mm"]
    if baseline is not None and nadir is not None:
        body["nadir_sum_mm"] = min(baseline, nadir)
    return {**body, "lesions": None, "targets": None}


def _in_order(body: Body) -> Body:
    weeks = sorted({visit["week"] for visit in body["visits"]})
    return {**body, "visits": [{**visit, "week": week} for visit, week in zip(body["visits"], weeks, strict=False)]}


def _organs_of_metastases(body: Body) -> Body:
    """No more organs than metastases, and one at least."""
    metastases, organs = body["metastases"], body["organs"]
    if metastases and organs is not None:
        body["organs"] = min(max(organs, 1), metastases)
    return body


def _dates_in_order(body: Body) -> Body:
    """Infusion, first and second progression, last assessment, death; no second progression without a first."""
    if body["first_cns_pd_date"] is None:
        body["second_cns_pd_date"] = None
    course = ("infusion_date", "first_cns_pd_date", "second_cns_pd_date", "last_assessment_date", "death_date")
    known = [name for name in course if body[name] is not None]
    return {**body, **dict(zip(known, sorted(body[name] for name in known), strict=True))}


_VARIANTS = {"a word": "G1202R", "NCT03520504": "L1198F", "": "C1156Y"}
_ALK_DRUGS = {"a word": "crizotinib", "NCT03520504": "alectinib", "": "lorlatinib"}
_REGIONS = {"a word": "met", "NCT03520504": "alk_kinase_domain", "": "egfr"}


def _alk_words(body: Body) -> Body:
    """Variants, drugs and regions of ALK-positive disease; at least one lesion for each organ."""
    words = {"variants": _VARIANTS, "drugs": _ALK_DRUGS, "progressed_on": _ALK_DRUGS, "region_studied": _REGIONS}
    for name, by_word in words.items():
        if body.get(name) is not None:
            body[name] = [by_word[word] for word in body[name]]
    if body.get("current_tki") is not None:
        body["current_tki"] = _ALK_DRUGS[body["current_tki"]]
    if body.get("progressing_lesions") is not None and body["organs"] is not None:
        body["organs"] = body["organs"] or ["lung"]
        body["progressing_lesions"] = max(body["progressing_lesions"], len(set(body["organs"])))
    return body


#: What makes the inputs of a system fit together, so that few requests are impossible.
COHERENT: Final[Mapping[str, Callable[[Body], Body]]] = {
    "nodule_size_suggestion": _of_equal_length("reference_mm", "current_mm"),
    "rano_bm": _targets,
    "rano_bm_course": lambda body: {"visits": [_targets(visit) for visit in body["visits"]]},
    "recist_1_1": _sums,
    "irecist": _in_order,
    "ps_conversion": lambda body: body if body["kps"] is None else {**body, "ecog": None},
    "oligometastatic_state": _organs_of_metastases,
    "cns_pfs": _dates_in_order,
    "alk_tki_generation": _alk_words,
    "alk_q": _alk_words,
    "pd_alk": _alk_words,
}
