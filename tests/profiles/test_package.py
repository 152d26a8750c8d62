"""The package itself: what an installer reads of it, and that it speaks of what is really there."""

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from leptobridge.api.operations import OPERATIONS
from leptobridge.api.search_parameters import parameters_of
from leptobridge.fhir.validation.library import r4_library
from profiles.local_codes import findings, observables
from profiles.package import package_files, write_archive
from tests.profiles.compiled import PACKAGE, definitions, examples

Json = dict[str, Any]


def of_type(resource_type: str) -> list[Json]:
    return [definition for definition in definitions() if definition["resourceType"] == resource_type]


def test_the_index_names_every_file_with_what_it_holds() -> None:
    for folder in (PACKAGE, PACKAGE / "example"):
        index = json.loads((folder / ".index.json").read_text(encoding="utf-8"))
        assert index["index-version"] == 1
        present = {path.name for path in folder.glob("*-*.json")}
        assert {entry["filename"] for entry in index["files"]} == present
        for entry in index["files"]:
            resource = json.loads((folder / entry["filename"]).read_text(encoding="utf-8"))
            assert all(resource[field] == value for field, value in entry.items() if field != "filename")


def test_the_archive_is_the_same_bytes_for_the_same_files(tmp_path: Path) -> None:
    files = package_files([*definitions(), *examples()])
    for name in ("one.tgz", "two.tgz"):
        write_archive(files, tmp_path / name)
    assert (tmp_path / "one.tgz").read_bytes() == (tmp_path / "two.tgz").read_bytes()
    with tarfile.open(tmp_path / "one.tgz") as archive:
        names = archive.getnames()
    assert {"package/package.json", "package/.index.json"} <= set(names)
    assert files == {str(p.relative_to(PACKAGE)): p.read_bytes() for p in PACKAGE.rglob("*") if p.is_file()}


def test_every_profile_comes_with_its_snapshot() -> None:
    for profile in of_type("StructureDefinition"):
        snapshot = {element["id"]: element for element in profile["snapshot"]["element"]}
        for element in profile["differential"]["element"]:
            assert element["id"] in snapshot
            assert {"min", "max"} <= snapshot[element["id"]].keys()


@pytest.mark.parametrize("name", ["lm-observable", "lm-finding"])
def test_the_code_systems_are_those_of_the_lists(name: str) -> None:
    (system,) = (s for s in of_type("CodeSystem") if s["id"] == name)
    listed = observables() if name == "lm-observable" else findings()
    assert system["content"] == "complete"
    assert {concept["code"]: concept["designation"][0]["value"] for concept in system["concept"]} == {
        code: concept.chinese for code, concept in listed.items()
    }


def test_the_maps_lead_from_codes_that_are_there_to_codes_that_are_verified() -> None:
    known = {"lm-observable": observables(), "lm-finding": findings()}
    for concept_map in of_type("ConceptMap"):
        (group,) = concept_map["group"]
        for element in group["element"]:
            assert element["code"] in known[group["source"].rpartition("/")[2]]
            assert all(target["comment"].startswith(("V1:", "V2:")) for target in element["target"])


def test_every_value_set_lists_codes_that_are_there() -> None:
    known = {f"https://leptobridge.org/fhir/CodeSystem/{name}": codes
             for name, codes in (("lm-observable", observables()), ("lm-finding", findings()))}  # fmt: skip
    for value_set in of_type("ValueSet"):
        for include in value_set["compose"]["include"]:
            for concept in include.get("concept", ()):
                assert include["system"] not in known or concept["code"] in known[include["system"]]


def test_the_statement_lists_the_search_parameters_and_operations_that_are_served() -> None:
    (statement,) = of_type("CapabilityStatement")
    ours = {parameter["url"] for parameter in of_type("SearchParameter")}
    for resource in statement["rest"][0]["resource"]:
        if resource["type"] == "Questionnaire":
            continue
        listed = {parameter["name"]: parameter["definition"] for parameter in resource["searchParam"]}
        assert listed.keys() == parameters_of(resource["type"]).keys()
        assert all(url in ours or url in r4_library().search_parameters for url in listed.values())
    operations = {operation["code"] for operation in of_type("OperationDefinition")}
    assert operations == {*OPERATIONS, "extract"}


def test_every_search_parameter_of_our_own_is_served_on_each_of_its_types() -> None:
    for parameter in of_type("SearchParameter"):
        for resource_type in parameter["base"]:
            assert parameter["code"] in parameters_of(resource_type)


def test_the_compiler_is_pinned_by_hashes_and_no_host_is_named() -> None:
    lock = json.loads((PACKAGE.parent / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert "node_modules/fsh-sushi" in packages
    assert not any("resolved" in entry for entry in packages.values())
    # what is bundled comes inside the archive of another package, whose hash covers it
    assert all("integrity" in entry or entry.get("inBundle") for entry in packages.values())
