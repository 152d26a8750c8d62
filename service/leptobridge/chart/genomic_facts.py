"""Gene findings: variants and the genes that were tested (exchange.md 6)."""

from leptobridge.chart.facts import Absence
from leptobridge.chart.gene_mappings import GeneMappings
from leptobridge.chart.gene_words import GeneFinding, findings_of_text
from leptobridge.chart.observable_mappings import LOCAL_FINDING, LOCAL_OBSERVABLE
from leptobridge.chart.observables import OBSERVABLES, Observable
from leptobridge.chart.resource_reading import Details, Element, ResourceReading, codings, elements, texts
from leptobridge.chart.value_reading import read_value
from leptobridge.chart.words import normalise

LOINC = "http://loinc.org"
_GENE, _PROTEIN, _DNA = "48018-6", "48005-3", "48004-6"
_STUDIED = frozenset({_GENE, "51963-7", "36908-2"})


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
    return next((gene for text in said if (gene := genes.gene_of_value(text)) is not None), None)


def state_variant(reading: ResourceReading, element: Element, observable: Observable, details: Details) -> None:
    """One finding from components, or the findings that a text result names."""
    genes = reading.mappings.genes
    details = _with_method(reading, element, details)
    gene, alteration = test_of_codings(genes, element.get("code")) or _from_components(reading, element)
    if gene is None:
        gene = next((g for text in texts(element.get("code")) if (g := genes.gene_of_name(text))), None)
    if alteration is None:
        code_texts = texts(element.get("code"))
        alteration = next((a for text in code_texts if (a := genes.alteration_of_text(gene, text))), None)
    value_texts = _result_texts(element)
    if "component" not in element and _state_texts(reading, value_texts, gene, alteration, details):
        return
    if gene is None:
        for text in value_texts:
            reading.not_mapped("variant", None, text)
        for component in elements(element.get("component")):
            if _component_code(component) in (_GENE, "gene"):
                for system, code, _ in codings(component.get("valueCodeableConcept")):
                    reading.not_mapped("variant.gene", system or None, code)
        return
    answer = read_value(element, OBSERVABLES["variant"], reading.mappings)
    present: bool | None = {"present": True, "absent": False}.get(str(answer.value))
    _state(reading, gene, alteration, present, details, absence=answer.absence, flags=answer.flags)


def _state_texts(
    reading: ResourceReading, said: list[str], gene: str | None, alteration: str | None, details: Details
) -> bool:
    """State the findings of the first text that names any. What was asked for stands where the text is general."""
    for text in said:
        found: dict[tuple[str, str | None, bool], None] = {}
        for finding in findings_of_text(reading.mappings.genes, reading.mappings.answers.modifiers, text, gene):
            general = finding.gene == gene and finding.alteration in (None, "mutation") and alteration is not None
            named = alteration if general else _alteration(reading, finding)
            found[finding.gene, named, finding.present] = None
        for stated_gene, named, present in found:
            _state(reading, stated_gene, named, present, details)
        if found:
            return True
    return False


def _alteration(reading: ResourceReading, finding: GeneFinding) -> str | None:
    """The alteration of a token: a word of the list, or a change to be spelled as the rules spell it."""
    genes, alteration = reading.mappings.genes, finding.alteration
    if alteration is None or alteration in genes.alteration_words.values.values():
        return alteration
    return genes.alteration_of_change(finding.gene, alteration) or alteration


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
    absence: Absence | None = None,
    flags: tuple[str, ...] = (),
) -> None:
    """A variant. A gene in which nothing was found is a gene that was tested (exchange.md 6, gene.tested)."""
    reading.state(
        "variant",
        gene,
        present,
        absence=None if present is not None else absence or "unknown",
        details={**details, "alteration": alteration},
        rule="variant",
        flags=flags,
    )
    if present is False and alteration in (None, "mutation"):
        reading.state("gene.tested", gene, gene, details=details, rule="none found")


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
