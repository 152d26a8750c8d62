"""Bad bodies: each gets its place and its status (issue 3, bad input)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leptobridge.fhir.json_text import Limits, MalformedJsonError, parse_json, parse_resource
from tests.fhir.real_data import needs_shared_data, synthea_bodies

PATIENT = b'{"resourceType": "Patient", "name": [{"family": "Okafor"}]}'


def refusal(body: bytes, limits: Limits | None = None) -> MalformedJsonError:
    with pytest.raises(MalformedJsonError) as caught:
        parse_resource(body, limits or Limits())
    return caught.value


def test_a_sound_body_is_read() -> None:
    assert parse_resource(PATIENT) == {"resourceType": "Patient", "name": [{"family": "Okafor"}]}


def test_a_byte_order_mark_is_tolerated() -> None:
    assert parse_resource(b"\xef\xbb\xbf" + PATIENT) == parse_resource(PATIENT)


def test_truncated_json_is_named_with_line_and_column() -> None:
    error = refusal(b'{"resourceType": "Patient",\n "name": [{"family": "Oka')
    assert error.status == 400
    assert "ends before it is complete: line 2, column" in error.issues[0].diagnostics


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b'{"resourceType": "Patient",\n "active": tru}', "line 2, column"),
        (b'{"resourceType": "Patient",}', "line 1, column"),
        (b'{"resourceType": "Patient"} x', "line 1, column"),
        (b'{"resourceType": "Patient", "multipleBirthInteger": 01}', "line 1, column"),
        (b'// sent by hand\n{"resourceType": "Patient"}', "line 1, column"),
    ],
)
def test_what_is_not_json_is_named_with_its_place(body: bytes, place: str) -> None:
    error = refusal(body)
    assert error.status == 400
    assert place in error.issues[0].diagnostics


def test_invalid_utf8_is_named_with_its_place() -> None:
    error = refusal(b'{"resourceType": "Patient",\n"id": "\xff\xfe"}')
    assert error.status == 400
    assert error.issues[0].diagnostics == "The body is not valid UTF-8: line 2, column 8."


def test_a_nul_character_is_refused_as_byte_and_as_escape() -> None:
    assert "NUL" in refusal(b'{"resourceType": "Patient", "id": "a\x00b"}').issues[0].diagnostics
    error = refusal(b'{"resourceType": "Patient", "name": [{"family": "Oka\\u0000for"}]}')
    assert error.issues[0].expression == "Patient.name[0].family"
    assert "Oka" not in str(error)


def test_an_escaped_backslash_before_u0000_is_no_nul_character() -> None:
    assert parse_resource(b'{"resourceType": "Patient", "id": "a\\\\u0000"}')["id"] == "a\\u0000"


def test_a_duplicate_key_is_named_by_its_path() -> None:
    error = refusal(b'{"resourceType": "Patient", "name": [{"family": "Okafor"}, {"family": "A", "family": "B"}]}')
    assert error.status == 400
    assert [issue.expression for issue in error.issues] == ["Patient.name[1].family"]


def test_duplicate_keys_are_found_behind_every_disguise() -> None:
    disguises = [
        b'{"a": ":x", "a": 1}',
        b'{"a" : 1, "a"\n: 2}',
        b'{"a\\u0022:": 1, "b": 1, "b": 2}',
        b'{"\\u0061": 1, "a": 2}',
        b'{"a": "\\\\", "a": "\\""}',
        b'{"a": 1, "a": 2, "b": "\\u0022\\u0022"}',
        b'{"a": "\\u0022", "b": 1, "b": "\\u0022"}',
    ]
    for body in disguises:
        with pytest.raises(MalformedJsonError):
            parse_json(body)


def test_keys_that_only_look_repeated_are_read() -> None:
    for body in (
        b'{"a": "\\u0022", "b": "\\/\\t"}',
        b'{"a": "\\"a\\":1", "b": ":"}',
        b'{"a:": [":", ",\\":"], ",": {"a:": 1}}',
        b'[{"a": 1}, {"a": 1}]',
    ):
        assert parse_json(body) == json.loads(body)


def test_deep_nesting_is_refused_as_too_costly() -> None:
    for depth in (100, 10_000):
        error = refusal(b'{"resourceType": "Patient", "extension": ' + b"[" * depth + b"]" * depth + b"}")
        assert (error.status, error.issues[0].code) == (422, "too-costly")


def test_nesting_up_to_the_limit_is_read() -> None:
    assert parse_json(b"[" * 100 + b"]" * 100) is not None
    assert parse_json(b'{"a": ' * 100 + b"1" + b"}" * 100) is not None
    with pytest.raises(MalformedJsonError):
        parse_json(b'{"a": ' * 101 + b"1" + b"}" * 101)


def test_a_limit_may_be_set_beyond_what_the_encoder_writes() -> None:
    limits = Limits(depth=400)
    assert parse_json(b"[" * 400 + b"]" * 400, limits) is not None
    with pytest.raises(MalformedJsonError):
        parse_json(b"[" * 401 + b"]" * 401, limits)
    with pytest.raises(MalformedJsonError):
        parse_json(b"[" * 300 + b'{"a": 1, "a": 2}' + b"]" * 300, limits)


def test_a_body_over_the_limit_is_refused_before_it_is_read() -> None:
    error = refusal(b"\xff" * 200, Limits(body_bytes=199))
    assert (error.status, error.issues[0].code) == (413, "too-long")


def test_a_bundle_with_too_many_entries_is_refused() -> None:
    bundle = json.dumps({"resourceType": "Bundle", "type": "batch", "entry": [{}] * 3}).encode()
    assert parse_resource(bundle, Limits(entries=3))["type"] == "batch"
    error = refusal(bundle, Limits(entries=2))
    assert (error.status, error.issues[0].expression) == (422, "Bundle.entry")


@pytest.mark.parametrize("body", [b"", b" \n", b"[]", b"1", b"null", b"{}", b'{"resourceType": 1}'])
def test_what_is_no_resource_is_refused(body: bytes) -> None:
    assert refusal(body).status == 400


@needs_shared_data
def test_real_bundles_are_read_whole_also_when_printed_prettily() -> None:
    for body in synthea_bodies()[:3]:
        data = parse_resource(body)
        assert data == json.loads(body)
        assert parse_resource(json.dumps(data, indent=2).replace('": ', '" : ').encode()) == data


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(alphabet='a":,[]{}\\ é', max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='ab":,\\ ', max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(json_values, st.booleans(), st.sampled_from([None, 1]))
def test_every_json_without_repeated_keys_is_read_as_it_is(value: Any, ascii_only: bool, indent: int | None) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()) == value


@given(st.dictionaries(st.text(alphabet='ab":,\\', max_size=3), json_values, min_size=1, max_size=4), st.data())
def test_a_repeated_key_is_always_refused(members: dict[str, Any], data: st.DataObject) -> None:
    repeated = data.draw(st.sampled_from(sorted(members)))
    pairs = [*members.items(), (repeated, data.draw(json_values))]
    body = "{" + ",".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in pairs) + "}"
    with pytest.raises(MalformedJsonError) as caught:
        parse_json(body.encode())
    assert caught.value.status == 400


@given(st.binary(max_size=60))
def test_no_bytes_lead_to_another_error(body: bytes) -> None:
    try:
        parse_json(body)
    except MalformedJsonError as error:
        assert error.issues
