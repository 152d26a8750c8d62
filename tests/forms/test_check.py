"""A form that is incomplete or contradicts itself cannot be submitted, and the refusal names the item."""

import copy
from itertools import product
from typing import Any

import orjson
import pytest

from leptobridge.clinical.catalogue import SYSTEMS
from leptobridge.forms.check import check_response
from leptobridge.forms.shipped import shipped_questionnaires
from tests.forms.filled import (
    CARD,
    FORMS,
    amount,
    csf_report,
    finding,
    items_in,
    neurological_examination,
    observable,
    refusals,
    scorecard,
    with_answer,
    without,
)

Json = dict[str, Any]

OPTIONAL = {
    "brain-nodule-size", "overall-calculated", "csf-ctc", "csf-protein", "chemistry", "not-recorded",
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_complete_form_is_accepted(form: Json) -> None:
    assert refusals(form) == {}


@pytest.mark.parametrize(
    ("form", "link"),
    [
        pytest.param(form, item["linkId"], id=f"{name} without {item['linkId']}")
        for name, form in FORMS.items()
        for _, item in items_in(form)
        if item["linkId"] not in OPTIONAL
    ],
)
def test_no_answer_that_is_required_can_be_left_out(form: Json, link: str) -> None:
    refused = refusals(without(copy.deepcopy(form), link))
    assert any(link in path or link in sentence or "Site, volume" in sentence for path, sentence in refused.items())


# 4.2: what was there before and is there now allows these changes and no other.
ALLOWED = {
    ("absent", "absent"): {"no-change"},
    ("absent", "present"): {"worse"},
    ("present", "absent"): {"improved"},
    ("present", "present"): {"improved", "no-change", "worse"},
}
GRADES = ("present", "absent", "not-evaluable")
CHANGES = ("improved", "no-change", "worse", "not-evaluable")


@pytest.mark.parametrize("item", CARD)
@pytest.mark.parametrize(("before", "now", "change"), [*product(GRADES, GRADES, CHANGES)])
def test_a_change_is_accepted_exactly_where_section_4_2_allows_it(
    item: str, before: str, now: str, change: str
) -> None:
    card = scorecard({item: (before, now, change)}, calculated=None)
    if now != "present" and item == "brain-nodules":
        without(card, "brain-nodule-size")
    allowed = change in ALLOWED.get((before, now), {"not-evaluable"})
    refused = refusals(card)
    assert (refused == {}) is allowed
    if not allowed:
        (path,) = refused
        assert [i for _, i in items_in(card) if i["linkId"] == f"{item}-change"] == [_at(card, path)]


def _at(form: Json, path: str) -> Json:
    node = form
    for step in path.split(".")[1:]:
        name, _, number = step.partition("[")
        node = node[name][int(number.rstrip("]"))]
    return node


PRESENCE = {"present": 1, "absent": 0, "not-evaluable": None}
RULES = {"improved": "improved", "no-change": "no_change", "worse": "worse", "not-evaluable": "NE"}
GRADED = ("CR", "PR", "SD", "PD", "NE")


@pytest.mark.parametrize(
    ("brain", "spine"),
    [
        (brain, spine)
        for brain in (("present", "present", "improved"), ("present", "absent", "improved"),
                      ("absent", "present", "worse"), ("absent", "absent", "no-change"),
                      ("present", "not-evaluable", "not-evaluable"), ("present", "present", "no-change"))
        for spine in (("present", "absent", "improved"), ("present", "present", "worse"),
                      ("absent", "absent", "no-change"))
    ],
)  # fmt: skip
def test_the_grade_that_the_form_calculates_is_the_one_of_the_rules(
    brain: tuple[str, str, str], spine: tuple[str, str, str]
) -> None:
    items = dict.fromkeys(CARD, ("absent", "absent", "no-change")) | {"brain-linear": brain, "spine-linear": spine}
    request = {
        name.replace("-", "_"): {"baseline": PRESENCE[before], "follow_up": PRESENCE[now], "change": RULES[change]}
        for name, (before, now, change) in items.items()
    }
    derived = SYSTEMS["lm_scorecard"].evaluate(orjson.dumps({"items": request})).outputs["derived"]
    cards = {grade: without(scorecard(items, calculated=grade), "brain-nodule-size") for grade in GRADED}
    assert [grade for grade, card in cards.items() if not refusals(card)] == [derived]


def test_a_reader_who_differs_from_the_items_is_warned_and_not_refused() -> None:
    card = scorecard(overall="SD")
    questionnaire = shipped_questionnaires()[card["questionnaire"].partition("|")[0]]
    (issue,) = check_response(card, questionnaire)
    assert (issue.severity, issue.rule) == ("warning", "mismatch")


CONTRADICTIONS: dict[str, tuple[Json, str]] = {
    "a graded item of a region that was not imaged": (
        with_answer(scorecard(), "spine-imaged", finding("no")), "cannot be graded",
    ),
    "sizes of nodules that are absent": (
        scorecard({"brain-nodules": ("absent", "absent", "no-change")}, calculated=None), "is not to be answered",
    ),
    "four sizes where the card has three": (
        with_answer(scorecard(), "brain-nodule-size", *({"valueString": "6x6"},) * 4), "at most 3",
    ),
    "a size without a second diameter": (
        with_answer(scorecard(), "brain-nodule-size", {"valueString": "12"}), "two diameters",
    ),
    "a change although there is no earlier card": (
        with_answer(scorecard(), "has-previous-card", {"valueBoolean": False}), "is not to be answered",
    ),
    "shares that do not add up": (
        with_answer(
            with_answer(scorecard(), "linear-share-percent", amount(70, "%")), "nodule-share-percent", amount(20, "%")
        ),
        "add up to 100",
    ),
    "an equivocal grade, which the card has not": (
        with_answer(scorecard(), "brain-linear", finding("equivocal")), "no such option",
    ),
    "a level beyond the scale of sensation": (
        neurological_examination(sensation={"valueInteger": 3}), "no such option",
    ),
    "an attribution although nothing got worse": (
        with_answer(neurological_examination(), "clinician-neuro", finding("stable")), "is not to be answered",
    ),
    "another cause for a domain that was not assessed": (
        with_answer(
            neurological_examination(vision=finding("not-assessed")), "explained-by-other-cause", observable("vision")
        ),
        "Only a domain that was assessed",
    ),
    "a volume that is given and not recorded": (
        with_answer(csf_report(), "not-recorded", observable("fixed"), observable("volume-ml")), "not both",
    ),
    "cytology of no fluid": (with_answer(csf_report(), "volume-ml", amount(0, "mL")), "volume above 0"),
    "a negative volume": (with_answer(csf_report(), "volume-ml", amount(-2, "mL")), "at least 0"),
    "a volume in litres": (with_answer(csf_report(), "volume-ml", amount(0.01, "L")), "given in mL"),
    "a count without its volume": (without(csf_report(), "csf-ctc/volume-ml"), "csf-ctc/volume-ml"),
    "an answer to what nobody asks": (
        with_answer(scorecard(), "blood-pressure", {"valueString": "120/80"}), "asks nothing",
    ),
    "a word where a code is asked": (with_answer(csf_report(), "flow", {"valueString": "negative"}), "of type choice"),
}  # fmt: skip


@pytest.mark.parametrize(("form", "why"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_what_cannot_be_is_refused(form: Json, why: str) -> None:
    assert any(why in sentence for sentence in refusals(form).values()), refusals(form)


def test_nothing_assessed_and_no_judgement_is_no_examination() -> None:
    form = neurological_examination(**{
        domain.replace("-", "_"): finding("not-assessed")
        for domain in ("gait", "strength", "sensation", "vision", "eye-movements", "facial-strength", "hearing",
                       "swallowing", "level-of-consciousness", "behaviour")
    })  # fmt: skip
    assert refusals(form) == {}
    without(without(form, "clinician-neuro"), "attribution")
    with_answer(form, "has-previous-examination", {"valueBoolean": False})
    assert any("A domain was assessed" in sentence for sentence in refusals(form).values())
