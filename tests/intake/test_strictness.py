"""Real patients are messier than the rules: the default strictness takes them in and says what it found."""

from collections import Counter as Tally
from dataclasses import replace

import orjson

from leptobridge.fhir.validation.strictness import STRICT
from leptobridge.store.receipts import latest_receipts
from tests.fhir.real_data import needs_shared_data, synthea_bodies
from tests.intake.counter import Counter

pytestmark = needs_shared_data


def test_all_twelve_real_patients_are_taken_in_with_the_findings_as_warnings_on_their_receipts(
    counter: Counter,
) -> None:
    for body in synthea_bodies():
        assert counter.send_bytes(body).status == 200
    with counter.database.reading() as session:
        receipts = latest_receipts(session, limit=20)
        outcomes = [orjson.loads(receipt.outcome or "{}") for receipt in receipts]
    issues = [issue for outcome in outcomes for issue in outcome["issue"]]
    assert len(outcomes) == 12
    assert {issue["severity"] for issue in issues} == {"warning"}
    kinds = Tally(issue["diagnostics"] for issue in issues)
    assert kinds["The display is none of those that the code system has."] == 1057
    # 140 blood pressures and 5 temperatures by other codes than the profiles ask for
    assert sum(number for sentence, number in kinds.items() if "Code is required by b" in sentence) == 145
    assert sum(number for sentence, number in kinds.items() if "no definition here" in sentence) == 60
    assert kinds["The code is no UCUM unit."] == 4
    assert kinds["The code system has no such code."] == 1


def test_an_installation_that_rejects_refuses_them(counter: Counter) -> None:
    counter.settings = replace(counter.settings, strictness=STRICT)
    answer = counter.send_bytes(synthea_bodies()[0])
    assert answer.status == 400
    assert any(issue["severity"] == "error" for issue in answer.data()["issue"])
