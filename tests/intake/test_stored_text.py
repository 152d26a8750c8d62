"""What is kept of what came: the receipt its bytes, the store its text but for id, meta and references (issue 3, 2)."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leptobridge.fhir.references import written_references
from leptobridge.intake.stored_text import with_identity, with_targets
from tests.intake.counter import Counter, locations

MARTA = "urn:uuid:0d1a5d2f-4f0e-4a57-9a86-0c110c110c11"
LAB = "urn:uuid:5b0c0c9e-7d35-4a3a-8a0e-1f2e3d4c5b6a"


def observed(subject: str, note: str) -> str:
    """A CSF protein in the hand of a hospital that has its own ideas of white space, order and escapes."""
    return (
        '{"resourceType" : "Observation",\n  "id":"protein",'
        ' "meta":{"profile":["urn:p"],"lastUpdated":"2026-06-01T08:00:00Z"},'
        '\t"status":"final","code":{"text":"CSF protein \\u0394 蛋白"},'
        f'"subject":{{"reference":"{subject}","display":"reference"}},"effectiveDateTime":"2026-06-01",'
        '"valueQuantity":{"value":72.50,"unit":"mg/dL"},'
        f'"referenceRange":[{{"low":{{"value":0}},"high":{{"value":4.50E+1}}}}], "note":[{{"text":"{note}"}}]}}'
    )


def bundle(kind: str, *entries: str) -> bytes:
    return f'{{"resourceType":"Bundle","type":"{kind}",\n"entry":[{" ,".join(entries)}]}}\n'.encode()


def kept(resource: str) -> str:
    return f'{{"resource":{resource}}}'


def posted(resource: str, kind: str, full_url: str) -> str:
    request = f'"request":{{"method":"POST","url":"{kind}"}}'
    return f'{{"fullUrl":"{full_url}","resource":{resource},{request}}}'


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a byte order mark"])
def test_the_receipt_keeps_the_bytes_as_received(counter: Counter, mark: bytes) -> None:
    body = mark + bundle("collection", kept(observed("Patient/marta", "72.50")))
    counter.send_bytes(body)

    (receipt,) = counter.receipts()
    assert (receipt.body, receipt.size, receipt.status) == (body, len(body), "stored")


def test_a_stored_resource_differs_in_id_meta_and_rewritten_references_alone(counter: Counter) -> None:
    observation = observed(MARTA, f"once {MARTA} in a sentence")
    entries = [posted('{"resourceType":"Patient"}', "Patient", MARTA), posted(observation, "Observation", LAB)]
    person, place = locations(counter.send_bytes(bundle("transaction", *entries)))

    stored = counter.stored(place)
    assert stored is not None
    name = place.partition("/")[2]
    expected = observation.replace(f'"reference":"{MARTA}"', f'"reference":"{person}"')
    assert without_meta(stored.raw).replace(name, "protein") == without_meta(expected)
    meta = json.loads(stored.raw)["meta"]
    assert (meta["profile"], meta["versionId"]) == (["urn:p"], "1")
    assert meta["lastUpdated"] != "2026-06-01T08:00:00Z"


def test_decimals_keep_their_written_precision(counter: Counter) -> None:
    counter.send_bytes(bundle("collection", kept(observed("Patient/marta", "-"))))

    stored = counter.stored("Observation/protein")
    assert stored is not None
    assert '"value":72.50,' in stored.raw and "4.50E+1" in stored.raw


def test_an_import_keeps_a_faulty_resource_as_it_is_with_its_issues_and_without_facts(counter: Counter) -> None:
    faulty = observed("Patient/marta", "-").replace('"status":"final"', '"status":"done"')
    answer = counter.send_bytes(bundle("collection", kept(faulty)), channel="import")

    stored = counter.stored("Observation/protein")
    assert stored is not None
    assert without_meta(stored.raw) == without_meta(faulty)
    assert answer.data()["entry"][0]["response"]["outcome"]["issue"][0]["expression"] == [
        "Bundle.entry[0].resource.status"
    ]
    assert counter.facts("marta") == []
    assert counter.receipts()[0].status == "partial"


def without_meta(text: str) -> str:
    """The text with white space as it is, but for the meta; ids of the store as they are."""
    return re.sub(r'"meta"\s*:\s*\{[^}]*\}\s*,\s*', "", re.sub(r'^\{"resourceType" : "Observation",\s*', "{", text))


values = st.text(max_size=8) | st.integers() | st.booleans() | st.just("Patient/a")
names = st.sampled_from(["reference", "id", "meta", "x"])
trees = st.recursive(
    values,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


def test_a_reference_whose_slash_is_escaped_is_rewritten_like_any_other(counter: Counter) -> None:
    """PHP writes JSON like that."""
    patient = '{"resourceType":"Patient","id":"marta"}'
    entries = [posted(patient, "Patient", MARTA), posted(observed("Patient\\/marta", "72.50"), "Observation", LAB)]
    person, place = locations(counter.send_bytes(bundle("transaction", *entries)))

    stored = counter.stored(place)
    assert stored is not None
    assert json.loads(stored.raw)["subject"]["reference"] == person


elements = st.sampled_from(["status", "note", "contained", "code", "valueString", "extension", "meta2"])
members = st.dictionaries(elements, trees, max_size=4)


@given(members, st.booleans(), st.booleans(), st.sampled_from([None, {}, {"versionId": "7"}, {"tag": [{"code": "x"}]}]))
def test_no_form_of_a_resource_changes_but_for_id_meta_and_references(
    rest: dict[str, object], id_first: bool, escaped: bool, meta: dict[str, object] | None
) -> None:
    identity = {"id": "own"} if id_first else {}
    late = {} if id_first else {"id": "own"}
    described = {} if meta is None else {"meta": meta}
    resource = {
        "resourceType": "Observation",
        **identity,
        **described,
        **rest,
        "subject": {"reference": "Patient/a"},
        **late,
    }
    text = json.dumps(resource, ensure_ascii=escaped).encode()
    if escaped:
        text = text.replace(b"/", b"\\/")

    rewritten = with_targets(text, {"Patient/a": "Patient/b"}, written_references(text))
    changed = json.loads(with_identity(rewritten, resource, resource_id="ours", version=3, last_updated="now"))

    wanted = json.loads(json.dumps(resource), object_hook=_rewritten) | {"id": "ours"}
    wanted["meta"] = (meta or {}) | {"versionId": "3", "lastUpdated": "now"}
    assert changed == wanted


def _rewritten(node: dict[str, object]) -> dict[str, object]:
    return node | ({"reference": "Patient/b"} if node.get("reference") == "Patient/a" else {})
