"""The received text stays as it was, but for ids, meta and references (issue 3, part 2)."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leptobridge.fhir.received_text import rewrite_references, set_id_and_meta
from tests.fhir.real_data import needs_shared_data, synthea_bodies

STAMP = {"resource_id": "17", "version_id": "2", "last_updated": "2024-03-05T10:00:00Z"}


def test_a_urn_becomes_the_new_reference_and_decimals_keep_their_precision() -> None:
    text = b'{"resourceType":"Observation","subject":{"reference" : "urn:uuid:1"},"valueQuantity":{"value":72.50}}'
    assert rewrite_references(text, {"urn:uuid:1": "Patient/17"}) == text.replace(b"urn:uuid:1", b"Patient/17")


def test_text_that_looks_like_a_reference_is_left_alone() -> None:
    note = b'"note":[{"text":"\\"reference\\":\\"urn:uuid:1\\""}]'
    text = b"{" + note + b',"identifier":[{"value":"urn:uuid:1"}],"id":"urn:uuid:1"}'
    assert rewrite_references(text, {"urn:uuid:1": "Patient/17"}) == text


def test_a_part_of_a_reference_is_not_rewritten() -> None:
    text = b'{"subject":{"reference":"Patient/10"},"focus":[{"reference":"Patient/1"}]}'
    assert rewrite_references(text, {"Patient/1": "Patient/17"}) == text.replace(b'"Patient/1"', b'"Patient/17"')


def test_urns_of_attachments_are_rewritten_but_urls_of_extensions_are_not() -> None:
    text = b'{"photo":[{"url":"urn:uuid:1"}],"extension":[{"url":"Patient/1","valueUri":"urn:uuid:1"}]}'
    changed = rewrite_references(text, {"urn:uuid:1": "Binary/9", "Patient/1": "Patient/17"})
    assert changed == b'{"photo":[{"url":"Binary/9"}],"extension":[{"url":"Patient/1","valueUri":"Binary/9"}]}'


def test_escapes_in_keys_and_values_are_understood() -> None:
    text = b'{"subject":{"refer\\u0065nce":"Patient\\/1"},"url":"x","a":["reference","urn:uuid:1"]}'
    assert rewrite_references(text, {"Patient/1": "Patient/17", "urn:uuid:1": "no"}) == text.replace(
        b"Patient\\/1", b"Patient/17"
    )


def test_the_id_replaces_the_received_one_and_meta_keeps_what_else_it_said() -> None:
    text = b'{"resourceType":"Patient", "id": "old",\n "meta":{"versionId":"9","profile":["https://x.example/p"]}}'
    assert set_id_and_meta(text, **STAMP) == (
        b'{"resourceType":"Patient", "id": "17",\n '
        b'"meta":{"lastUpdated":"2024-03-05T10:00:00Z","versionId":"2","profile":["https://x.example/p"]}}'
    )


def test_missing_id_and_meta_follow_the_resource_type() -> None:
    text = b'{ "resourceType" : "Observation" , "valueDecimal": 72.50 }'
    assert set_id_and_meta(text, **STAMP) == (
        b'{ "resourceType" : "Observation","id":"17",'
        b'"meta":{"versionId":"2","lastUpdated":"2024-03-05T10:00:00Z"} , "valueDecimal": 72.50 }'
    )


def test_ids_of_contained_resources_and_elements_stay() -> None:
    text = b'{"contained":[{"resourceType":"Patient","id":"p","meta":{"versionId":"1"}}],"resourceType":"Condition"}'
    changed = json.loads(set_id_and_meta(text, **STAMP))
    assert changed["contained"] == json.loads(text)["contained"]
    assert changed["id"] == "17"


@pytest.mark.parametrize("text", [b"[]", b"1", b'{"a":1', b'{"id":"1","id":"2"}', b""])
def test_what_is_no_plain_object_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match="object"):
        set_id_and_meta(text, **STAMP)


@needs_shared_data
def test_real_resources_differ_in_id_meta_and_references_alone() -> None:
    bundle = synthea_bodies()[0]
    entries = orjson.loads(bundle)["entry"]
    targets = {entry["fullUrl"]: f"{entry['resource']['resourceType']}/{i}" for i, entry in enumerate(entries)}
    for entry in entries:
        text = orjson.dumps(entry["resource"])
        changed = orjson.loads(set_id_and_meta(rewrite_references(text, targets), **STAMP))
        assert changed.pop("id") == "17"
        assert changed.pop("meta")["versionId"] == "2"
        expected = _replaced(entry["resource"], targets)
        expected.pop("id")
        expected.pop("meta", None)
        assert changed == expected


def _replaced(node: Any, targets: dict[str, str]) -> Any:
    """The same on parsed data: what each Reference.reference and urn in a url should have become."""
    if isinstance(node, list):
        return [_replaced(item, targets) for item in node]
    if isinstance(node, dict):
        return {
            key: targets.get(value, value)
            if isinstance(value, str)
            and (key == "reference" or (key in ("url", "valueUri") and value.startswith("urn:")))
            else _replaced(value, targets)
            for key, value in node.items()
        }
    return node


words = st.sampled_from(["urn:uuid:1", "Patient/1", "reference", "id", "", 'a"b', "\\", "中文", "x:", '"reference":'])
keys = st.sampled_from(["reference", "url", "valueUri", "id", "meta", "text", 'a"reference', "refer\\ence"])
trees = st.recursive(
    words | st.integers() | st.just(None),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=15,
)
TARGETS = {"urn:uuid:1": "Patient/17", "Patient/1": "Patient/中"}


@given(st.dictionaries(keys, trees, max_size=5), st.booleans(), st.sampled_from([None, 1]))
def test_rewriting_changes_nothing_but_the_mapped_references(
    tree: dict[str, Any], ascii_only: bool, indent: int | None
) -> None:
    text = json.dumps(tree, ensure_ascii=ascii_only, indent=indent).encode()
    changed = rewrite_references(text, TARGETS)
    assert json.loads(changed) == _replaced(tree, TARGETS)
    assert rewrite_references(text, {"urn:uuid:other": "Patient/2"}) == text


@given(st.dictionaries(keys, trees, max_size=5), st.sampled_from([None, 1]))
def test_setting_id_and_meta_changes_no_other_member(tree: dict[str, Any], indent: int | None) -> None:
    tree.pop("meta", None)
    text = json.dumps(tree, indent=indent).encode()
    changed = set_id_and_meta(text, **STAMP)
    assert json.loads(changed) == {
        **tree,
        "id": "17",
        "meta": {"versionId": "2", "lastUpdated": "2024-03-05T10:00:00Z"},
    }
    assert set_id_and_meta(changed, **STAMP) == changed
