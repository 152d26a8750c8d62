"""Gene findings and receptors (exchange.md 6)."""

import re
from collections.abc import Iterator
from decimal import Decimal

from leptobridge.chart.gene_mappings import GeneMappings
from leptobridge.chart.observable_mappings import LOCAL_FINDING, LOCAL_OBSERVABLE
from leptobridge.chart.observables import OBSERVABLES, Observable
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, codings, elements, texts
from leptobridge.chart.value_reading import parse_quantity, read_answer, read_value
from leptobridge.chart.words import normalise

LOINC = "http://loinc.org"
_GENE, _PROTEIN, _DNA = "48018-6", "48005-3", "48004-6"
_STUDIED = frozenset({_GENE, "51963-7", "36908-2"})
#: Findings of a text are parted here: "EGFR 19del, ALK negative; ROS1 阴性".
_FINDINGS = re.compile(r"[;,。；，\n]|\band\b|、")
_WILD = "wild_type"


def test_of_codings(genes: GeneMappings, concept: object) -> tuple[str, str] | None:
    """Gene and alteration of a single-gene test's code."""
    for system, code, _ in codings(concept):
        found = genes.tests.get(system, {}).get(code)
        if found is not None:
            return found
    return None


def _component_code(component: Element) -> str:
    return next((code for system, code, _ in codings(component.get("code")) if system in (LOINC, LOCAL_OBSERVABLE)), "")


def _gene_of(genes: GeneMappings, concept: object) -> str | None:
    for system, code, _ in codings(concept):
        gene = genes.gene_of_code(system, code)
        if gene is not None:
            return gene
    said = [concept] if isinstance(concept, str) else list(texts(concept))
    return next((gene for text in said if (gene := genes.gene_of_text(text)) is not None), None)


def state_variant(reading: ResourceReading, element: Element, observable: Observable, details: Details) -> None:
    """One finding from components, or the findings that a text result names."""
    genes = reading.mappings.genes
    details = _with_method(reading, element, details)
    test = test_of_codings(genes, element.get("code"))
    gene, alteration = test if test is not None else (None, None)
    if test is None:
        gene, alteration = _from_components(reading, element)
    if gene is None:
        gene = next((g for text in texts(element.get("code")) if (g := genes.gene_of_text(text))), None)
    value_texts = _result_texts(element)
    named = [found for text in value_texts for found in findings_of_text(reading, text, gene)]
    if named and test is None and "component" not in element:
        for finding in named:
            _state(reading, *finding, details)
        return
    if gene is None:
        for text in value_texts:
            reading.not_mapped("variant", None, text)
        return
    if alteration is None:
        code_texts = texts(element.get("code"))
        alteration = next((a for text in code_texts if (a := genes.alteration_of_text(gene, text))), None)
    answer = read_value(element, OBSERVABLES["variant"], reading.mappings)
    present: bool | None = {"present": True, "absent": False}.get(str(answer.value))
    if named and alteration == named[0][1]:
        present = named[0][2]
    if answer.value is None and answer.absence is None and alteration is None:
        return
    if alteration is None and "component" in element and present is None and answer.absence == "unknown":
        # A gene without a change and without an answer is a gene that was looked at (exchange.md 6, gene.tested).
        reading.state("gene.tested", gene, gene, details=details, rule="absent value")
        return
    _state(reading, gene, alteration, present, details, flags=answer.flags)


def _from_components(reading: ResourceReading, element: Element) -> tuple[str | None, str | None]:
    genes = reading.mappings.genes
    gene = alteration = None
    components = list(elements(element.get("component")))
    for component in components:
        if _component_code(component) in (_GENE, "gene"):
            gene = _gene_of(genes, component.get("valueCodeableConcept", component.get("valueString")))
    for component in components:
        code = _component_code(component)
        concept = component.get("valueCodeableConcept", component.get("valueString"))
        if code == "alteration":
            alteration = _local_alteration(genes, gene, concept) or alteration
        elif code == _PROTEIN and alteration is None:
            alteration = next((a for text in _said(concept) if (a := genes.alteration_of_protein(gene, text))), None)
    if alteration is None:
        for component in components:
            if _component_code(component) in (_PROTEIN, _DNA, "48019-4", "48006-1"):
                said = _said(component.get("valueCodeableConcept", component.get("valueString")))
                alteration = alteration or next(
                    (a for text in said if (a := genes.alteration_of_text(gene, text))), None
                )
    return gene, alteration


def _said(concept: object) -> list[str]:
    if isinstance(concept, str):
        return [concept]
    return [*texts(concept), *(code for _, code, _ in codings(concept) if code)]


def _local_alteration(genes: GeneMappings, gene: str | None, concept: object) -> str | None:
    for system, code, _ in codings(concept):
        if system == LOCAL_FINDING and code:
            known = genes.local_alterations.get(code)
            return known or genes.alteration_of_protein(gene, code) or code.replace("-", "_")
    return next((a for text in _said(concept) if (a := genes.alteration_of_text(gene, text))), None)


def _result_texts(element: Element) -> list[str]:
    said = [element["valueString"]] if isinstance(element.get("valueString"), str) else []
    return said + list(texts(element.get("valueCodeableConcept")))


def findings_of_text(reading: ResourceReading, text: str, gene: str | None) -> Iterator[tuple[str, str | None, bool]]:
    """Gene, alteration and presence for each part of a text that names them; the gene carries over to the next part."""
    genes = reading.mappings.genes
    presence = reading.mappings.answers.sets["polarity"]
    for part in _FINDINGS.split(text):
        named = genes.gene_of_text(part)
        gene = named or gene
        alteration = genes.alteration_of_text(gene, part)
        if gene is None or (named is None and alteration is None):
            continue
        if alteration == _WILD:
            yield gene, None, False
            continue
        answer = presence.of_word(part)
        negated = not _asserted(reading, part, alteration)
        if alteration is None and answer is None:
            continue
        if alteration is None and answer == "equivocal":
            continue
        yield gene, alteration, not negated and answer != "negative"


def _asserted(reading: ResourceReading, part: str, alteration: str | None) -> bool:
    if alteration is None:
        return True
    normal = normalise(part)
    modifiers = reading.mappings.answers.modifiers
    spans = [match.span() for match in reading.mappings.genes.alteration_words.pattern.finditer(normal)]
    if not spans:
        start = max(0, len(normal) - 1)
        match = re.search(re.escape(alteration.lower()), normal)
        spans = [match.span() if match else (start, len(normal))]
    return any(modifiers.polarity(normal, start, end) != "negated" for start, end in spans)


def _with_method(reading: ResourceReading, element: Element, details: Details) -> Details:
    details = dict(details)
    method = next(texts(element.get("method")), None)
    if method is not None:
        details["method"] = method
    specimen = element.get("specimen")
    said = [*texts(element.get("code")), str(details.get("body_site", ""))]
    if isinstance(specimen, dict) and isinstance(specimen.get("display"), str):
        said.append(specimen["display"])
    kind = next((k for text in said if (k := reading.mappings.genes.specimen_words.find(normalise(text)))), None)
    if kind is not None:
        details["specimen_type"] = kind
    return details


def _state(
    reading: ResourceReading,
    gene: str,
    alteration: str | None,
    present: bool | None,
    details: Details,
    *,
    flags: tuple[str, ...] = (),
) -> None:
    reading.state(
        "variant",
        gene,
        present,
        absence=None if present is not None else "unknown",
        details={**details, "alteration": alteration},
        rule="variant",
        flags=flags,
    )


def state_gene_tested(reading: ResourceReading, element: Element, observable: Observable, details: Details) -> None:
    """A region-studied statement: the genes that were looked at (R-14)."""
    genes = reading.mappings.genes
    details = _with_method(reading, element, details)
    concepts = [element.get("valueCodeableConcept"), element.get("valueString")]
    concepts += [
        component.get("valueCodeableConcept", component.get("valueString"))
        for component in elements(element.get("component"))
        if _component_code(component) in _STUDIED | {"gene"} or not _component_code(component)
    ]
    found: dict[str, None] = {}
    for concept in concepts:
        for system, code, _ in codings(concept):
            gene = genes.gene_of_code(system, code)
            if gene is not None:
                found[gene] = None
        for text in _said(concept) if concept is not None else []:
            found |= dict.fromkeys(genes.symbols.find_all(normalise(text)))
    for gene in found:
        reading.state("gene.tested", gene, gene, details=details, rule="region studied")


def state_receptor(reading: ResourceReading, element: Element, observable: Observable, details: Details) -> None:
    """HER2, ER, PR, PD-L1: a result, a percentage or a ratio, with the specimen it was found in."""
    mappings = reading.mappings
    details = _with_origin(reading, element, details)
    number, spelled, comparator = parse_quantity(element.get("valueQuantity", element.get("valueRatio")))
    if observable.answers == "polarity" and number is not None:
        unit = mappings.units.canonical(spelled) if spelled else None
        if unit == "%":
            details["percent"] = number
    if observable.answers == "polarity" and "valueCodeableConcept" in element:
        answer = read_answer(element["valueCodeableConcept"], mappings.answers.sets["polarity"], mappings)
    else:
        answer = read_value(element, observable, mappings)
    value = answer.value
    if observable.name == "her2_ihc":
        if value is None and answer.raw is not None:
            _state_label(reading, element, details)
            return
        value = int(str(value)) if value is not None else None
    percent = details.get("percent")
    if value is None and isinstance(percent, Decimal):
        # ER and PR count as positive from 1 % of stained nuclei; a PD-L1 percentage is kept as it is.
        value = str(percent) if observable.name == "pd_l1" else "positive" if percent >= 1 else "negative"
    for system, term in answer.unmapped:
        reading.not_mapped(observable.name, system, term)
    if comparator is not None:
        details["comparator"] = comparator
    reading.state(
        observable.kind,
        observable.item,
        value,
        unit=answer.unit,
        absence=None if value is not None else answer.absence or "unknown",
        details=details,
        rule=observable.name,
        flags=answer.flags,
    )


def _state_label(reading: ResourceReading, element: Element, details: Details) -> None:
    """An IHC code with the answer "positive": the grade was not recorded, so it is a label (R-12)."""
    label = read_value(element, OBSERVABLES["her2_label"], reading.mappings)
    reading.state(
        "receptor.her2",
        "her2_label",
        label.value,
        absence=label.absence,
        details=details,
        rule="her2_ihc without a grade",
        flags=label.flags,
    )


def _with_origin(reading: ResourceReading, element: Element, details: Details) -> Details:
    details = dict(details)
    specimen = element.get("specimen")
    said = [str(details.get("body_site", "")), *texts(element.get("code"))]
    if isinstance(specimen, dict) and isinstance(specimen.get("display"), str):
        said.insert(0, specimen["display"])
    for text in said[:-1] if len(said) > 1 else said:
        origin = reading.mappings.therapies.specimen_origin.find(normalise(text))
        if origin is not None:
            details["origin"] = origin
            break
    method = next(texts(element.get("method")), None)
    if method is not None:
        details["method"] = method
    return details
