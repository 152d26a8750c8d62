"""Trying every value of the unknown inputs (G1)."""

from leptobridge.clinical.completion import remembering, try_every

WEATHER = {"cold": (True, False), "wet": (True, False)}


def snow(cold: bool, wet: bool) -> str:
    return "snow" if cold and wet else "none"


def test_what_is_known_is_decided_once() -> None:
    asked: list[bool] = []

    def decide(cold: bool) -> str:
        asked.append(cold)
        return "ice" if cold else "water"

    assert try_every(decide, {"cold": True}, {"cold": (True, False)}).agreed == "ice"
    assert asked == [True]


def test_a_decision_on_which_all_completions_agree_stands() -> None:
    tried = try_every(snow, {"cold": None, "wet": False}, WEATHER)

    assert (tried.agreed, tried.missing) == ("none", ())


def test_an_input_is_missing_if_it_can_change_the_decision() -> None:
    assert try_every(snow, {"cold": None, "wet": True}, WEATHER).missing == ("cold",)
    assert set(try_every(snow, {"cold": None, "wet": None}, WEATHER).missing) == {"cold", "wet"}

    def snow_whatever_the_day(cold: bool, wet: bool, sunday: bool) -> str:
        return snow(cold, wet)

    tried = try_every(
        snow_whatever_the_day, {"cold": True, "wet": None, "sunday": None}, {**WEATHER, "sunday": (True, False)}
    )
    assert tried.agreed is None
    assert set(tried.decisions) == {"snow", "none"}
    assert tried.missing == ("wet",)


def test_each_question_is_worked_out_once() -> None:
    asked: list[tuple[bool, bool]] = []

    def decide(cold: bool, wet: bool) -> str:
        asked.append((cold, wet))
        return snow(cold, wet)

    ask = remembering(decide, WEATHER)

    assert ask(cold=None, wet=True) == ask(wet=True, cold=None) == try_every(snow, {"cold": None, "wet": True}, WEATHER)
    assert asked == [(True, True), (False, True)]
