"""The parts of the FHIR Shorthand that are written from data: code systems, criteria and maps to standard codes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from profiles.local_codes import ROOT, findings, observables, quoted, shorthand

LIBRARY = ROOT.parent / "service" / "leptobridge" / "trials" / "library"


def generated_files() -> dict[str, str]:
    """File name -> text of FHIR Shorthand."""
    return {
        "CS_LMObservable.fsh": _LM_OBSERVABLE + shorthand(observables()),
        "CS_LMFinding.fsh": _LM_FINDING + shorthand(findings()),
        "CS_Criterion.fsh": _CRITERION + "".join(_criteria()),
        "CM_StandardCodes.fsh": "\n".join(_maps()),
    }


def _criteria() -> Iterator[str]:
    for path in sorted(LIBRARY.glob("*.yaml")):
        trial = _read(path)
        for criterion in trial["criteria"]:
            text = " ".join(criterion["text"].split())
            yield f"* #{trial['id']}.{criterion['id']} {quoted(text)} {quoted(trial['title'] + ': ' + text)}\n"


def _maps() -> Iterator[str]:
    """One ConceptMap for each pair of a local and a standard code system (codes/standard.yaml)."""
    for name, concept_map in _read(ROOT / "codes" / "standard.yaml").items():
        source = f"https://leptobridge.org/fhir/CodeSystem/{concept_map['source']}"
        title = concept_map["title"]
        yield f"Instance: {name}\nInstanceOf: ConceptMap\nUsage: #definition\nTitle: {quoted(title)}"
        yield f"Description: {quoted(concept_map['description'])}"
        yield f'* url = "https://leptobridge.org/fhir/ConceptMap/{name}"'
        yield f"* name = {quoted(concept_map['name'])}\n* title = {quoted(title)}\n* status = #active"
        yield '* experimental = false\n* version = "0.1.0"'
        yield f"* description = {quoted(concept_map['description'])}"
        yield f"* group.source = {quoted(source)}\n* group.target = {quoted(concept_map['target'])}"
        for element, (code, targets) in enumerate(concept_map["codes"].items()):
            yield f"* group.element[{element}].code = #{code}"
            for target, (standard, equivalence, status) in enumerate(targets):
                place = f"* group.element[{element}].target[{target}]"
                yield f"{place}.code = #{standard}\n{place}.equivalence = #{equivalence}"
                yield f"{place}.comment = {quoted(_STATUS[status])}"
        yield ""


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


_STATUS = {"V2": "V2: two independent sources or an authoritative file", "V1": "V1: one source"}

_HEAD = """
* ^experimental = false
* ^caseSensitive = true
* ^hierarchyMeaning = #is-a
* ^property[0].code = #status
* ^property[0].uri = "http://hl7.org/fhir/concept-properties#status"
* ^property[0].type = #code
* ^property[0].description = "deprecated: another spelling that is read, but not written"
"""
_LM_OBSERVABLE = f"""CodeSystem: LMObservable
Id: lm-observable
Title: "LM Observables"
Description: "What is asked about a patient with leptomeningeal metastasis, and what a conclusion names."{_HEAD}"""
_LM_FINDING = f"""CodeSystem: LMFinding
Id: lm-finding
Title: "LM Findings"
Description: "What is answered: findings, grades, classes, flags and their like."{_HEAD}"""
_CRITERION = """CodeSystem: TrialCriterion
Id: criterion
Title: "Trial Criteria"
Description: "Criteria of trials: registry id, a dot, I or E and a number. Sites add their own trials."
* ^experimental = false
* ^caseSensitive = true
* ^content = #fragment
"""
