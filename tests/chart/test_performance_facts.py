"""Performance status and Glasgow coma scale (exchange.md 5)."""

import pytest

from tests.chart.reading import DATA_ABSENT, coded, facts_of, only_fact, unmapped_of, words
from tests.dialects import DIALECTS, LOINC, Dialect, Json, finding, observable, observation, performance

DAY = "2026-01-10"
ECOG = coded(LOINC, "89247-1")
KARNOFSKY = coded(LOINC, "89243-0")
GLASGOW = coded(LOINC, "9269-2")


def scores_of(code: Json, **answer: object) -> dict[str, object]:
    """Scale -> score."""
    facts = facts_of(observation(code, DAY, **answer))
    return {fact.kind.removeprefix("performance."): fact.value for fact in facts}


@pytest.mark.parametrize(
    ("code", "answer", "scale", "score"),
    [
        (ECOG, {"valueInteger": 1}, "ecog", 1),
        (coded(LOINC, "89262-0"), {"valueInteger": 0}, "ecog", 0),
        (ECOG, {"valueQuantity": {"value": 2, "unit": "{score}"}}, "ecog", 2),
        (ECOG, {"valueCodeableConcept": coded(LOINC, "LA9623-5")}, "ecog", 1),
        (ECOG, {"valueCodeableConcept": coded(LOINC, "LA9627-6")}, "ecog", 5),
        (KARNOFSKY, {"valueInteger": 80}, "kps", 80),
        (KARNOFSKY, {"valueCodeableConcept": coded(LOINC, "LA29175-9")}, "kps", 100),
        (KARNOFSKY, {"valueCodeableConcept": coded(LOINC, "LA29184-1")}, "kps", 10),
        (KARNOFSKY, {"valueCodeableConcept": coded(LOINC, "LA9627-6")}, "kps", 0),
        (KARNOFSKY, {"valueInteger": 75}, "kps", 75),
        (observable("ecog"), {"valueCodeableConcept": finding("1")}, "ecog", 1),
        (observable("kps"), {"valueString": "80%"}, "kps", 80),
        (observable("lansky"), {"valueInteger": 90}, "lansky", 90),
        (coded("http://ncimeta.nci.nih.gov", "C38144"), {"valueInteger": 60}, "lansky", 60),
        (GLASGOW, {"valueQuantity": {"value": 15, "unit": "{score}"}}, "gcs", 15),
        (observable("gcs"), {"valueInteger": 8}, "gcs", 8),
        (GLASGOW, {"valueString": "E3V4M5"}, "gcs", 12),
        (GLASGOW, {"valueString": "GCS 12 (E3 V4 M5)"}, "gcs", 12),
    ],
)
def test_a_score_is_an_integer_in_its_scale(code: Json, answer: Json, scale: str, score: int) -> None:
    assert scores_of(code, **answer) == {scale: score}


@pytest.mark.parametrize(
    ("text", "scores"),
    [
        ("ECOG 1", {"ecog": 1}), ("ECOG PS: 2", {"ecog": 2}), ("PS 2", {"ecog": 2}), ("PS：2分", {"ecog": 2}),
        ("ECOG 1分", {"ecog": 1}),
        ("KPS 80", {"kps": 80}), ("KPS评分80分", {"kps": 80}), ("Karnofsky performance status 70", {"kps": 70}),
        ("KPS 70/100", {"kps": 70}),
        ("ECOG 1, KPS 90", {"ecog": 1, "kps": 90}), ("卡氏评分 60", {"kps": 60}), ("Lansky 80", {"lansky": 80}),
    ],
)  # fmt: skip
def test_words_name_scale_and_score(text: str, scores: dict[str, int]) -> None:
    assert scores_of(words("体力状况评分"), valueString=text) == scores
    assert scores_of(words("体力状态"), valueString=text) == scores
    assert scores_of(words("Performance status"), valueCodeableConcept=words(text)) == scores


@pytest.mark.parametrize(
    ("code", "scale"),
    [("KPS", "kps"), ("Karnofsky performance status", "kps"), ("ECOG performance status", "ecog"), ("PS评分", "ecog")],
)
def test_the_scale_is_named_by_the_text_of_the_code(code: str, scale: str) -> None:
    score = 70 if scale == "kps" else 1
    assert scores_of(words(code), valueInteger=score) == {scale: score}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_dialect_sends_a_performance_status(dialect: Dialect) -> None:
    (fact,) = facts_of(performance(dialect, 1, DAY))
    assert (fact.kind, fact.value) in (("performance.ecog", 1), ("performance.kps", 80))


def test_a_score_above_five_without_a_scale_is_karnofskys() -> None:
    assert scores_of(words("performance status"), valueInteger=80) == {"kps": 80}
    assert scores_of(words("performance status"), valueInteger=1) == {"ecog": 1}


def test_words_that_name_another_scale_than_the_code_are_a_conflict() -> None:
    fact = only_fact(observation(ECOG, DAY, valueString="KPS 80"), "performance.kps")
    assert (fact.value, fact.flags) == (80, ("coding_conflict",))


@pytest.mark.parametrize(
    "text", ["ECOG 0-1", "ECOG 1~2", "ECOG ≤2", "ECOG 0 or 1", "0-1", "1至2分", "ambulatory", "ECOG 1.5"]
)
def test_a_range_or_a_bare_word_is_no_score(text: str) -> None:
    sent = observation(ECOG, DAY, valueString=text)
    fact = only_fact(sent, "performance.ecog")
    assert (fact.value, fact.absence) == (None, "unknown")
    assert unmapped_of(sent) == [text]


@pytest.mark.parametrize(
    ("code", "answer", "limits"),
    [
        (ECOG, {"valueString": "ECOG 0-1"}, (0, 1)), (ECOG, {"valueString": "1至2分"}, (1, 2)),
        (ECOG, {"valueString": "ECOG ≤2"}, (0, 2)), (ECOG, {"valueString": "ECOG <2"}, (0, 1)),
        (KARNOFSKY, {"valueString": "KPS 70-80"}, (70, 80)),
        (KARNOFSKY, {"valueQuantity": {"value": 60, "comparator": ">="}}, (60, 100)),
        (ECOG, {"valueString": "ECOG 2-1"}, None), (ECOG, {"valueString": "ECOG 1.5"}, None),
        (KARNOFSKY, {"valueString": "ECOG 0-1"}, None), (ECOG, {"valueString": "KPS 80, ECOG 0-1 last year"}, None),
    ],
)  # fmt: skip
def test_a_range_keeps_what_the_score_may_be(code: Json, answer: Json, limits: tuple[int, int] | None) -> None:
    facts = [fact for fact in facts_of(observation(code, DAY, **answer)) if fact.value is None]
    assert [(fact.details.get("at_least"), fact.details.get("at_most")) for fact in facts if fact.details] == (
        [] if limits is None else [limits]
    )


def test_a_status_that_was_not_assessed_is_not_done() -> None:
    for answer in ({"dataAbsentReason": coded(DATA_ABSENT, "not-performed")}, {"valueString": "not done"}):
        fact = only_fact(observation(ECOG, DAY, **answer), "performance.ecog")
        assert (fact.value, fact.absence) == (None, "not_done")
