"""Who is the same person, whatever order the names came in."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from leptobridge.store.person_groups import Alias, group_aliases


def patient(
    name: str,
    *identifiers: str,
    born: str | None = None,
    sex: str | None = None,
    replaced_by: str | None = None,
    sequence: str = "1",
) -> Alias:
    return Alias(
        alias=name if "|" in name else f"Patient/{name}",
        sequence=sequence,
        person=name,
        identifiers=frozenset(identifiers),
        birth_date=born,
        sex=sex,
        replaced_by=f"Patient/{replaced_by}" if replaced_by else None,
        conflict=False,
    )


MRN = "urn:mrn|4711"


def test_the_same_identifier_is_the_same_person_and_the_first_patient_survives() -> None:
    groups = group_aliases([patient("late", MRN, sequence="2"), patient("early", MRN, sequence="1")])
    assert groups == {"Patient/early": ("early", False), "Patient/late": ("early", False)}


def test_another_birth_date_forbids_the_merge_and_marks_both() -> None:
    groups = group_aliases([patient("ann", MRN, born="1960-05-03"), patient("bea", MRN, born="1961-05-03")])
    assert groups == {"Patient/ann": ("ann", True), "Patient/bea": ("bea", True)}


def test_another_sex_forbids_the_merge_but_unknown_is_no_other_sex() -> None:
    assert group_aliases([patient("ann", MRN, sex="female"), patient("bob", MRN, sex="male")]) == {
        "Patient/ann": ("ann", True),
        "Patient/bob": ("bob", True),
    }
    merged = group_aliases([patient("ann", MRN, sex="female"), patient("x", MRN, sex="unknown")])
    assert {person for person, _ in merged.values()} == {"ann"}


def test_a_partial_birth_date_agrees_with_the_dates_inside_it() -> None:
    groups = group_aliases([patient("ann", MRN, born="1960"), patient("bea", MRN, born="1960-05-03")])
    assert {person for person, _ in groups.values()} == {"ann"}


def test_the_replaced_patient_follows_its_replacement_even_without_an_identifier() -> None:
    groups = group_aliases([patient("old", replaced_by="new"), patient("new", sequence="2")])
    assert groups == {"Patient/old": ("new", False), "Patient/new": ("new", False)}


def test_a_replacement_that_has_not_come_is_the_person_already() -> None:
    assert group_aliases([patient("old", replaced_by="new")]) == {"Patient/old": ("new", False)}


def test_a_chain_of_replacements_ends_at_the_last_one() -> None:
    chain = [patient("a", replaced_by="b"), patient("b", replaced_by="c"), patient("c", sequence="3")]
    assert {person for person, _ in group_aliases(chain).values()} == {"c"}


def test_a_logical_reference_is_the_patient_with_that_identifier() -> None:
    groups = group_aliases([patient(MRN, MRN, sequence="0"), patient("ann", MRN, sequence="5")])
    assert {person for person, _ in groups.values()} == {"ann"}


names = st.sampled_from(["a", "b", "c", "d", "e"])
patients = st.lists(
    st.builds(
        lambda name, ids, born: (name, ids, born),
        names,
        st.sets(st.sampled_from(["urn:x|1", "urn:x|2", "urn:x|3"]), max_size=2),
        st.sampled_from([None, "1960", "1960-01-01", "1971-07-07"]),
    ),
    max_size=5,
    unique_by=lambda item: item[0],
)


@given(patients)
def test_the_order_of_the_aliases_does_not_matter(drawn: list[tuple[str, set[str], str | None]]) -> None:
    aliases = [patient(name, *ids, born=born, sequence=name) for name, ids, born in drawn]
    results = [group_aliases(order) for order in permutations(aliases)]
    assert all(result == results[0] for result in results)


@given(patients)
def test_nobody_is_merged_with_a_person_of_another_birth_date(drawn: list[tuple[str, set[str], str | None]]) -> None:
    aliases = [patient(name, *ids, born=born, sequence=name) for name, ids, born in drawn]
    groups = group_aliases(aliases)
    for one in aliases:
        for other in aliases:
            if groups[one.alias][0] == groups[other.alias][0] and one.birth_date and other.birth_date:
                shorter, longer = sorted((one.birth_date, other.birth_date), key=len)
                assert longer.startswith(shorter)
