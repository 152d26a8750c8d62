"""Genes and receptors (exchange.md 6)."""

from decimal import Decimal

import pytest

from tests.chart.reading import (
    DATA_ABSENT,
    INTERPRETATION,
    coded,
    codings,
    facts_of,
    items_of,
    kinds_of,
    only_fact,
    unmapped_of,
    words,
)
from tests.dialects import (
    DIALECTS,
    LOINC,
    SNOMED,
    Dialect,
    Json,
    egfr_variant,
    finding,
    observable,
    observation,
    quantity,
)

DAY = "2026-01-10"
VARIANT = coded(LOINC, "69548-6")
PRESENT, ABSENT = coded(LOINC, "LA9633-4"), coded(LOINC, "LA9634-2")
MCODE_GENES, REPORTING_GENES = "http://www.genenames.org", "http://www.genenames.org/geneId"
EGFR = coded(MCODE_GENES, "HGNC:3236", "EGFR")


def variant(*components: tuple[str, Json], **answer: object) -> Json:
    """A variant by LOINC components: (code, answer)."""
    sent = [{"code": coded(LOINC, code), "valueCodeableConcept": concept} for code, concept in components]
    return observation(VARIANT, DAY, component=sent, **answer)


def found_in(sent: Json) -> list[tuple[str, object, object]]:
    """Gene, alteration and presence of each variant."""
    return [(f.item, f.details["alteration"], f.value) for f in facts_of(sent) if f.kind == "variant"]


def said(text: str) -> list[tuple[str, object, object]]:
    return found_in(observation(VARIANT, DAY, valueString=text))


# --- variants by components


@pytest.mark.parametrize(
    ("gene", "symbol"),
    [
        (EGFR, "EGFR"), (coded(REPORTING_GENES, "HGNC:3236"), "EGFR"), (coded(REPORTING_GENES, "3236"), "EGFR"),
        (coded(MCODE_GENES, "EGFR"), "EGFR"), (words("EGFR"), "EGFR"), (words("HER2"), "ERBB2"),
        (coded(MCODE_GENES, "HGNC:427"), "ALK"),
        (coded(MCODE_GENES, "HGNC:6342", "NRAS"), "KIT"), (coded(MCODE_GENES, "HGNC:7989", "KIT"), "NRAS"),
    ],
)  # fmt: skip
def test_a_gene_is_an_hgnc_id_under_either_uri_or_a_symbol(gene: Json, symbol: str) -> None:
    assert found_in(variant(("48018-6", gene), valueCodeableConcept=PRESENT)) == [(symbol, None, True)]


@pytest.mark.parametrize(
    ("component", "alteration"),
    [
        (("48005-3", words("p.Leu858Arg")), "L858R"), (("48005-3", words("L858R")), "L858R"),
        (("48005-3", words("p.(Thr790Met)")), "T790M"),
        (("48005-3", coded("http://varnomen.hgvs.org", "p.Glu746_Ala750del")), "exon_19_deletion"),
        (("48005-3", words("p.Leu747_Pro753delinsSer")), "exon_19_deletion"),
        (("48005-3", words("E746_A750del")), "exon_19_deletion"),
        (("48005-3", words("p.Asp770_Asn771insSerValAsp")), "exon_20_insertion"),
        (("48005-3", words("p.Gly719Xaa")), "G719X"),
        (("48004-6", words("c.2573T>G")), "L858R"), (("48004-6", words("c.2236_2250del")), "exon_19_deletion"),
        (("48004-6", coded("http://varnomen.hgvs.org", "c.2369C>T")), "T790M"), (("48004-6", words("c.1A>T")), None),
    ],
)  # fmt: skip
def test_changes_of_protein_and_dna_are_spelled_as_the_rules_spell_them(
    component: tuple[str, Json], alteration: str | None
) -> None:
    assert found_in(variant(("48018-6", EGFR), component, valueCodeableConcept=PRESENT)) == [("EGFR", alteration, True)]


@pytest.mark.parametrize(
    ("code", "alteration"),
    [
        ("exon-19-deletion", "exon_19_deletion"), ("rearrangement", "rearrangement"), ("fusion", "rearrangement"),
        ("amplification", "amplification"), ("L858R", "L858R"), ("G1202R", "G1202R"),
        ("exon-14-skipping", "exon_14_skipping"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("code_of_variant", [VARIANT, observable("variant")])
def test_the_alteration_may_be_a_local_finding(code: str, alteration: str, code_of_variant: Json) -> None:
    components = [
        {"code": coded(LOINC, "48018-6"), "valueCodeableConcept": EGFR},
        {"code": observable("alteration"), "valueCodeableConcept": finding(code)},
    ]
    sent = observation(code_of_variant, DAY, component=components, valueCodeableConcept=finding("present"))
    assert found_in(sent) == [("EGFR", alteration, True)]


@pytest.mark.parametrize(
    ("answer", "present", "absence"),
    [
        ({"valueCodeableConcept": PRESENT}, True, None),
        ({"valueCodeableConcept": ABSENT}, False, None),
        ({"valueCodeableConcept": coded(SNOMED, "260373001")}, True, None),
        ({"valueBoolean": False}, False, None),
        ({"valueString": "not detected"}, False, None),
        ({"interpretation": [coded(INTERPRETATION, "POS")]}, True, None),
        ({"valueCodeableConcept": coded(SNOMED, "42425007")}, None, "unknown"),
        ({"dataAbsentReason": coded(DATA_ABSENT, "not-performed")}, None, "not_done"),
        ({}, None, "unknown"),
    ],
)
def test_a_variant_is_present_absent_or_unknown(answer: Json, present: bool | None, absence: str | None) -> None:
    sent = variant(("48018-6", EGFR), ("48005-3", words("L858R")), **answer)
    fact = only_fact(sent, "variant")
    assert (fact.value, fact.absence) == (present, absence)
    assert "gene.tested" not in kinds_of(sent)


def test_a_gene_without_an_answer_is_not_a_gene_in_which_nothing_was_found() -> None:
    for answer in ({}, {"dataAbsentReason": coded(DATA_ABSENT, "unknown")}):
        sent = variant(("48018-6", EGFR), **answer)
        assert kinds_of(sent) == {"variant"}
        assert only_fact(sent, "variant").absence == "unknown"


def test_a_gene_in_which_nothing_was_found_was_tested() -> None:
    sent = variant(("48018-6", EGFR), valueCodeableConcept=ABSENT)
    assert items_of(sent, "gene.tested") == {"EGFR": "EGFR"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_dialect_sends_an_egfr_variant(dialect: Dialect) -> None:
    ((gene, alteration, present),) = found_in(egfr_variant(dialect, DAY))
    assert (gene, present) == ("EGFR", True)
    assert alteration in ("L858R", "exon_19_deletion")


def test_specimen_and_method_travel_with_the_variant() -> None:
    sent = variant(
        ("48018-6", EGFR), ("48005-3", words("L858R")), valueCodeableConcept=PRESENT, method=words("NGS"),
        specimen={"reference": "Specimen/1", "display": "脑脊液"},
    )  # fmt: skip
    details = only_fact(sent, "variant").details
    assert (details["specimen"], details["specimen_type"], details["method"]) == ("Specimen/1", "csf", "NGS")


# --- variants in words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("EGFR 19del", [("EGFR", "exon_19_deletion", True)]),
        ("EGFR 19外显子缺失", [("EGFR", "exon_19_deletion", True)]),
        ("检出EGFR基因19号外显子缺失突变", [("EGFR", "exon_19_deletion", True)]),
        ("EGFR exon 19 del (E746_A750del)", [("EGFR", "exon_19_deletion", True)]),
        ("EGFR L858R mutation detected", [("EGFR", "L858R", True)]),
        ("EGFR p.L858R; TP53 p.R175H", [("EGFR", "L858R", True), ("TP53", "R175H", True)]),
        ("EGFR: L858R (AF 23%)", [("EGFR", "L858R", True)]),
        ("EGFR T790M and C797S", [("EGFR", "T790M", True), ("EGFR", "C797S", True)]),
        ("EGFR L858R阳性，T790M阴性", [("EGFR", "L858R", True), ("EGFR", "T790M", False)]),
        ("EGFR p.(Leu858Arg)", [("EGFR", "L858R", True)]),
        ("BRAF非V600E突变", [("BRAF", "mutation", True)]),
        ("BRAF non-V600E", []),
        ("EGFR敏感突变", [("EGFR", "mutation", True)]),
        ("ALK fusion", [("ALK", "rearrangement", True)]),
        ("ALK重排", [("ALK", "rearrangement", True)]),
        ("EML4-ALK fusion positive", [("ALK", "rearrangement", True)]),
        ("ROS1融合阴性", [("ROS1", "rearrangement", False)]),
        ("RET fusion not detected", [("RET", "rearrangement", False)]),
        ("MET exon 14 skipping", [("MET", "exon_14_skipping", True)]),
        ("MET扩增", [("MET", "amplification", True)]),
        ("HER2 exon 20 insertion", [("ERBB2", "exon_20_insertion", True)]),
        ("EGFR exon 19 deletion, ALK negative", [("EGFR", "exon_19_deletion", True), ("ALK", None, False)]),
        ("ALK阴性 EGFR阳性", [("ALK", None, False), ("EGFR", None, True)]),
        ("ALK(-), ROS1(+)", [("ALK", None, False), ("ROS1", None, True)]),
        ("EGFR/ALK/ROS1 negative", [("EGFR", None, False), ("ALK", None, False), ("ROS1", None, False)]),
        ("EGFR、ALK、ROS1均阴性", [("EGFR", None, False), ("ALK", None, False), ("ROS1", None, False)]),
        ("EGFR wild type", [("EGFR", None, False)]),
        ("EGFR 野生型", [("EGFR", None, False)]),
        ("No EGFR mutation", [("EGFR", "mutation", False)]),
        ("EGFR mutation: not detected", [("EGFR", "mutation", False)]),
        ("未检测到EGFR突变", [("EGFR", "mutation", False)]),
        ("未见EGFR、ALK突变", [("EGFR", "mutation", False), ("ALK", "mutation", False)]),
        ("no mutation in EGFR, ALK or BRAF", [(gene, "mutation", False) for gene in ("EGFR", "ALK", "BRAF")]),
        ("No ALK or ROS1 rearrangement", [("ALK", "rearrangement", False), ("ROS1", "rearrangement", False)]),
        ("No ALK rearrangement, EGFR L858R detected", [("ALK", "rearrangement", False), ("EGFR", "L858R", True)]),
        ("ALK rearrangement was not identified", [("ALK", "rearrangement", False)]),
        ("positive for EGFR L858R", [("EGFR", "L858R", True)]),
    ],
)
def test_a_text_result_names_genes_alterations_and_answers(text: str, found: list[tuple[str, object, object]]) -> None:
    assert said(text) == found


@pytest.mark.parametrize(
    "text", ["EGFR suspicious", "possible ALK rearrangement", "see report", "criteria met", "test kit used", "EGFR"]
)
def test_a_text_without_a_definite_finding_says_nothing(text: str) -> None:
    assert [entry for entry in said(text) if entry[2] is not None] == []
    assert unmapped_of(observation(VARIANT, DAY, valueString=text)) == [text]


@pytest.mark.parametrize(
    ("code", "answer", "found"),
    [
        (words("EGFR mutation analysis"), {"valueString": "Exon 19 deletion"}, [("EGFR", "exon_19_deletion", True)]),
        (words("EGFR mutation analysis"), {"valueString": "not detected"}, [("EGFR", "mutation", False)]),
        (words("EGFR L858R"), {"valueCodeableConcept": coded(SNOMED, "10828004")}, [("EGFR", "L858R", True)]),
        (
            words("EGFR基因突变检测"),
            {"valueCodeableConcept": coded(SNOMED, "260385009")},
            [("EGFR", "mutation", False)],
        ),
        (words("基因检测"), {"valueString": "EGFR 19del"}, [("EGFR", "exon_19_deletion", True)]),
        (
            coded(LOINC, "78205-2"),
            {"valueCodeableConcept": coded(SNOMED, "10828004")},
            [("ALK", "rearrangement", True)],
        ),
        (coded(LOINC, "78205-2"), {"valueString": "negative"}, [("ALK", "rearrangement", False)]),
        (coded(LOINC, "85299-6"), {"valueCodeableConcept": coded(SNOMED, "10828004")}, [("BRAF", "V600E", True)]),
        (coded(LOINC, "21702-6"), {"valueString": "G12C"}, [("KRAS", "G12C", True)]),
        (coded(LOINC, "90926-7"), {"valueBoolean": False}, [("MET", "amplification", False)]),
        (coded(LOINC, "90927-5"), {"interpretation": [coded(INTERPRETATION, "POS")]}, [("RET", "rearrangement", True)]),
    ],
)
def test_a_test_of_one_gene_tells_it_by_its_code(
    code: Json, answer: Json, found: list[tuple[str, object, object]]
) -> None:
    assert found_in(observation(code, DAY, **answer)) == found


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("eGFR", {"valueQuantity": quantity(85, "mL/min")}), ("EGFR", {"valueQuantity": quantity(85, "mL/min")}),
        ("eGFR", {"valueString": "normal"}), ("Inclusion criteria met", {"valueBoolean": True}),
        ("Test kit", {"valueBoolean": True}),
        ("ALK PHOS", {"valueQuantity": quantity(85, "U/L")}),
    ],
)  # fmt: skip
def test_abbreviations_that_look_like_genes_are_none(code: str, answer: Json) -> None:
    assert kinds_of(observation(words(code), DAY, **answer)) == set()


# --- genes tested


@pytest.mark.parametrize(
    "sent",
    [
        observation(
            coded(LOINC, "53041-0"),
            DAY,
            component=[
                {"code": coded(LOINC, "48018-6"), "valueCodeableConcept": EGFR},
                {"code": coded(LOINC, "48018-6"), "valueCodeableConcept": coded(REPORTING_GENES, "HGNC:427")},
            ],
        ),
        observation(observable("gene-tested"), DAY, valueString="EGFR, ALK"),
        observation(observable("gene-tested"), DAY, valueCodeableConcept=words("EGFR、ALK")),
    ],
)
def test_a_region_studied_statement_names_the_genes_tested(sent: Json) -> None:
    assert items_of(sent, "gene.tested") == {"EGFR": "EGFR", "ALK": "ALK"}


def test_a_gene_that_no_list_holds_is_counted_as_unmapped() -> None:
    sent = variant(("48018-6", coded(REPORTING_GENES, "HGNC:99999")), valueCodeableConcept=PRESENT)
    assert (facts_of(sent), unmapped_of(sent)) == ((), ["HGNC:99999"])


def test_an_empty_list_of_genes_says_nothing() -> None:
    assert facts_of(observation(coded(LOINC, "53041-0"), DAY)) == ()


# --- receptors


@pytest.mark.parametrize(
    ("code", "answer", "item", "value"),
    [
        (coded(LOINC, "85319-2"), {"valueInteger": 3}, "her2_ihc", 3),
        (observable("her2-ihc"), {"valueInteger": 0}, "her2_ihc", 0),
        (observable("her2-ihc"), {"valueQuantity": {"value": 2, "unit": "{score}"}}, "her2_ihc", 2),
        (observable("her2-ihc"), {"valueString": "2+"}, "her2_ihc", 2),
        (observable("her2-ihc"), {"valueString": "HER2 3+ (IHC)"}, "her2_ihc", 3),
        (observable("her2-ihc"), {"valueString": "（++）"}, "her2_ihc", 2),
        (observable("her2-ihc"), {"valueString": "2+, FISH negative"}, "her2_ihc", 2),
        (observable("her2-ihc"), {"valueCodeableConcept": words("1+")}, "her2_ihc", 1),
        (observable("her2-ihc"), {"valueCodeableConcept": finding("3+")}, "her2_ihc", 3),
        (words("HER2免疫组化"), {"valueString": "3+"}, "her2_ihc", 3),
        (words("HER-2"), {"valueString": "(3+)"}, "her2_ihc", 3),
        (words("C-erbB-2"), {"valueString": "(2+)"}, "her2_ihc", 2),
        (words("HER2/neu FISH"), {"valueString": "amplified, ratio 4.2"}, "her2_fish", "positive"),
        (words("HER2"), {"valueString": "positive, ratio 3.0"}, "her2_label", "positive"),
        (codings((LOINC, "48676-1"), (LOINC, "85319-2")), {"valueString": "3+"}, "her2_ihc", 3),
        (coded(LOINC, "85319-2"), {"valueString": "positive"}, "her2_label", "positive"),
        (coded(LOINC, "85319-2"), {"valueCodeableConcept": coded(SNOMED, "260385009")}, "her2_label", "negative"),
        (coded(LOINC, "48676-1"), {"valueCodeableConcept": coded(SNOMED, "10828004")}, "her2_label", "positive"),
        (words("HER2状态"), {"valueString": "阳性"}, "her2_label", "positive"),
        (observable("her2-fish-ratio"), {"valueQuantity": {"value": 2.1}}, "her2_fish_ratio", Decimal("2.1")),
        (observable("her2-fish-ratio"), {"valueString": "1.9"}, "her2_fish_ratio", Decimal("1.9")),
        (
            observable("her2-fish-ratio"),
            {"valueRatio": {"numerator": {"value": 6.3}, "denominator": {"value": 3}}},
            "her2_fish_ratio",
            Decimal("2.1"),
        ),
        (
            coded(LOINC, "85318-4"),
            {"valueQuantity": {"value": 2.3, "unit": "{ratio}"}},
            "her2_fish_ratio",
            Decimal("2.3"),
        ),
        (coded(LOINC, "31150-6"), {"valueCodeableConcept": coded(SNOMED, "260373001")}, "her2_fish", "positive"),
        (observable("her2-fish"), {"valueString": "amplified"}, "her2_fish", "positive"),
        (observable("her2-fish"), {"valueString": "not amplified"}, "her2_fish", "negative"),
        (observable("her2-fish"), {"valueString": "未见扩增"}, "her2_fish", "negative"),
        (observable("her2-fish"), {"valueCodeableConcept": finding("equivocal")}, "her2_fish", "equivocal"),
    ],
)
def test_her2_keeps_grade_ratio_result_and_label_apart(code: Json, answer: Json, item: str, value: object) -> None:
    fact = only_fact(observation(code, DAY, **answer), "receptor.her2")
    assert (fact.item, fact.value) == (item, value)


@pytest.mark.parametrize(
    ("elements", "origin"),
    [
        ({"specimen": {"reference": "Specimen/2", "display": "Brain metastasis"}}, "metastasis"),
        ({"specimen": {"display": "CSF"}}, "metastasis"),
        ({"bodySite": words("Liver")}, "metastasis"),
        ({"bodySite": coded(SNOMED, "76752008", "Breast structure")}, "primary"),
        ({"bodySite": words("乳腺原发灶")}, "primary"),
        ({}, None),
    ],
)
def test_specimen_or_site_tells_primary_from_metastasis(elements: Json, origin: str | None) -> None:
    sent = observation(observable("her2-ihc"), DAY, valueInteger=3, **elements)
    assert only_fact(sent, "receptor.her2").details.get("origin") == origin


@pytest.mark.parametrize(
    ("answer", "value", "percent"),
    [
        ({"valueCodeableConcept": finding("positive")}, "positive", None),
        ({"valueQuantity": quantity(90, "%")}, "positive", 90),
        ({"valueQuantity": quantity(0, "%")}, "negative", 0),
        ({"valueString": "90%"}, "positive", 90),
        ({"valueString": "阳性(90%)"}, "positive", 90),
        ({"valueString": "（+，90%）"}, "positive", 90),
        ({"valueString": "<1%"}, "negative", 1),
        ({"valueString": "60-70%"}, "positive", 60),
        ({"valueInteger": 5}, "positive", 5),
        ({"valueString": "negative"}, "negative", None),
        ({"valueString": "阴性"}, "negative", None),
        ({"valueQuantity": {"value": 7, "unit": "{Allred}"}}, None, None),
    ],
)
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (observable("er"), "receptor.er"), (coded(LOINC, "16112-5"), "receptor.er"),
        (coded(LOINC, "85337-4"), "receptor.er"),
        (words("雌激素受体"), "receptor.er"), (observable("pr"), "receptor.pr"),
        (coded(LOINC, "40557-1"), "receptor.pr"),
        (coded(LOINC, "85339-0"), "receptor.pr"),
    ],
)  # fmt: skip
def test_hormone_receptors_have_a_result_and_a_percentage(
    code: Json, kind: str, answer: Json, value: str | None, percent: int | None
) -> None:
    fact = only_fact(observation(code, DAY, **answer), kind)
    assert (fact.value, fact.details.get("percent")) == (value, percent)


@pytest.mark.parametrize(
    ("answer", "value", "percent"),
    [
        ({"valueQuantity": quantity(50, "%")}, "50", 50),
        ({"valueString": "TPS 50%"}, "50", 50),
        ({"valueString": "TPS<1%"}, "negative", 1),
        ({"valueInteger": 80}, "80", 80),
        ({"valueString": "阳性"}, "positive", None),
    ],
)
def test_pd_l1_keeps_its_percentage(answer: Json, value: str, percent: int | None) -> None:
    for code in (observable("pd-l1"), coded(LOINC, "83052-1"), words("PD-L1 (22C3)")):
        fact = only_fact(observation(code, DAY, **answer), "pdl1")
        assert (fact.value, fact.details.get("percent")) == (value, percent)
