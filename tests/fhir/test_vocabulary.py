"""Code systems under the names that hospitals give them."""

from leptobridge.fhir import vocabulary


def test_both_uris_of_hgnc_are_one_system() -> None:
    assert vocabulary.canonical_system("http://www.genenames.org/geneId") == vocabulary.HGNC
    assert vocabulary.canonical_system(vocabulary.HGNC) == "http://www.genenames.org"


def test_oids_and_v2_names_are_read_as_the_system_that_they_mean() -> None:
    assert vocabulary.canonical_system("urn:oid:2.16.840.1.113883.6.96") == "http://snomed.info/sct"
    assert vocabulary.canonical_system("LN") == "http://loinc.org"


def test_an_unknown_system_stays_as_it_is() -> None:
    assert vocabulary.canonical_system("https://klinikum.example/labor") == "https://klinikum.example/labor"


def test_every_synonym_leads_to_a_system_that_is_no_synonym_itself() -> None:
    assert all(system not in vocabulary.SYNONYMS for system in vocabulary.SYNONYMS.values())


def test_the_project_systems_are_those_of_the_contract() -> None:
    assert vocabulary.OBSERVABLE == "https://leptobridge.org/fhir/CodeSystem/lm-observable"
    assert vocabulary.FINDING == "https://leptobridge.org/fhir/CodeSystem/lm-finding"
    assert vocabulary.CRITERION == "https://leptobridge.org/fhir/CodeSystem/criterion"
    assert vocabulary.CONCLUSION == "https://leptobridge.org/fhir/conclusion"
