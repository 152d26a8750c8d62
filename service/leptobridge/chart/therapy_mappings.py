"""Drugs, routes, radiotherapy, operations, devices, specimens (``mappings/drugs.yaml`` and ``therapies.yaml``)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from leptobridge.chart.words import IGNORED, PhraseList, phrase_pattern


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug: generic ``name`` (None where only the class is known) and what the rules ask of it."""

    name: str | None
    drug_class: str
    anticancer: bool
    cns_relevant: bool = False
    platinum: bool = False
    dexamethasone_equivalent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CodesAndWords:
    """Codes by system and words that stand for the same list of values."""

    codes: Mapping[str, Mapping[str, str]]
    words: PhraseList


@dataclass(frozen=True, slots=True)
class TherapyMappings:
    """The two files, compiled. ``drug_systems`` maps a code system URI to ``rxnorm`` or ``atc``."""

    drug_systems: Mapping[str, str]
    drug_codes: Mapping[tuple[str, str], Drug]
    weak_codes: frozenset[tuple[str, str]]
    atc_classes: Mapping[str, str]
    combinations: Mapping[str, tuple[Drug, ...]]
    drug_words: PhraseList
    drugs: Mapping[str, Drug]
    class_words: PhraseList
    classes: Mapping[str, Drug]
    routes: CodesAndWords
    intrathecal_routes: frozenset[str]
    route_abbreviations: Mapping[str, str]
    radiotherapy_categories: frozenset[str]
    radiotherapy_codes: frozenset[str]
    radiotherapy_words: re.Pattern[str]
    volumes: CodesAndWords
    techniques: CodesAndWords
    brain_sites: frozenset[str]
    dose_extensions: tuple[str, ...]
    fraction_extensions: tuple[str, ...]
    surgery_words: PhraseList
    surgery_codes: Mapping[str, Mapping[str, str]]
    cart_words: re.Pattern[str]
    cart_not_words: re.Pattern[str]
    device_words: re.Pattern[str]
    device_removal_words: re.Pattern[str]
    device_not_words: re.Pattern[str]
    device_codes: frozenset[str]
    device_sampling_codes: frozenset[str]
    stop_reasons: CodesAndWords
    doses_per_day: Mapping[str, Decimal]
    dose_words: PhraseList
    given_when_requested: bool
    csf_specimen_codes: frozenset[str]
    csf_specimen_words: re.Pattern[str]
    other_specimens: CodesAndWords
    specimen_origin: PhraseList
    fixed_codes: frozenset[str]
    fixed_words: re.Pattern[str]


def _keys(table: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(f"{system}|{code}" for system, codes in table.items() for code in codes)


def _codes(table: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    return {system: {str(code): str(value) for code, value in codes.items()} for system, codes in table.items()}


def compile_therapies(drugs: Mapping[str, Any], data: Mapping[str, Any], faults: list[str]) -> TherapyMappings:
    """Compile both files; a code that two drugs claim is a fault."""
    by_code: dict[tuple[str, str], Drug] = {}
    by_name: dict[str, Drug] = {}
    words: dict[str, list[str]] = {}
    weak: set[tuple[str, str]] = set()
    for entry in drugs["drugs"]:
        equivalent = entry.get("dexamethasone_equivalent")
        drug = Drug(
            entry["name"],
            entry["class"],
            bool(entry["anticancer"]),
            bool(entry.get("cns", False)),
            bool(entry.get("platinum", False)),
            None if equivalent is None else Decimal(equivalent),
        )
        by_name[entry["name"]] = drug
        words[entry["name"]] = [entry["name"], *entry.get("words", ())]
        for part in ("rxnorm", "rxnorm_weak", "atc"):
            kind = part.removesuffix("_weak")
            if part != "rxnorm":
                weak |= {(kind, str(code)) for code in entry.get(part, ())}
            faults += [
                f"drugs.yaml: {entry['name']}: {kind} {code} belongs to {by_code[kind, str(code)].name}"
                for code in entry.get(part, ())
                if by_code.setdefault((kind, str(code)), drug) is not drug
            ]
    for code, name in drugs["products"].items():
        if name not in by_name:
            faults.append(f"drugs.yaml: products.{code}: {name!r} is no drug of the list")
        else:
            by_code["rxnorm", str(code)] = by_name[name]
    anticancer = drugs["class_anticancer"]
    class_names = [*drugs["class_words"], *drugs["atc_classes"].values()]
    classes = {name: Drug(None, name, bool(anticancer.get(name, True))) for name in class_names}
    combinations: dict[str, tuple[Drug, ...]] = {}
    for product, parts in drugs["combinations"].items():
        faults += [
            f"drugs.yaml: combinations.{product}: {p!r} is no drug of the list" for p in parts if p not in by_name
        ]
        combinations[product] = tuple(by_name[part] for part in parts if part in by_name)
        words[product] = [product]
    radiotherapy = data["radiotherapy"]
    finding = "https://leptobridge.org/fhir/CodeSystem/lm-finding"
    volume_codes = _codes(radiotherapy["volume_codes"])
    volume_codes[finding] = {name.replace("_", "-"): name for name in radiotherapy["local_volumes"]}
    technique_codes = _codes(radiotherapy["technique_codes"])
    technique_codes[finding] = {name: name for name in radiotherapy["local_techniques"]}
    other = data["other_specimens"]
    other_codes: dict[str, dict[str, str]] = {}
    for kind, entry in other.items():
        for system, codes in entry["codes"].items():
            other_codes.setdefault(system, {}).update({str(code): kind for code in codes})
    return TherapyMappings(
        drug_systems=dict(drugs["systems"]),
        drug_codes=by_code,
        weak_codes=frozenset(weak),
        atc_classes={str(prefix): name for prefix, name in drugs["atc_classes"].items()},
        combinations=combinations,
        drug_words=PhraseList.of(words),
        drugs=by_name,
        class_words=PhraseList.of({**drugs["class_words"], IGNORED: drugs["class_ignored"]}),
        classes=classes,
        routes=CodesAndWords(_codes(data["routes"]["codes"]), PhraseList.of(data["routes"]["words"])),
        intrathecal_routes=frozenset(data["routes"]["means_intrathecal"]),
        route_abbreviations=dict(data["routes"]["abbreviations"]),
        radiotherapy_categories=_keys(radiotherapy["categories"]),
        radiotherapy_codes=_keys(radiotherapy["codes"]),
        radiotherapy_words=phrase_pattern(radiotherapy["words"]),
        volumes=CodesAndWords(volume_codes, PhraseList.of(radiotherapy["volumes"])),
        techniques=CodesAndWords(technique_codes, PhraseList.of(radiotherapy["techniques"])),
        brain_sites=_keys(radiotherapy["brain_sites"]),
        dose_extensions=tuple(radiotherapy["dose_extensions"]),
        fraction_extensions=tuple(radiotherapy["fraction_extensions"]),
        surgery_words=PhraseList.of({word: [word] for word in data["surgery"]["words"]}),
        surgery_codes=_codes(data["surgery"]["codes"]),
        cart_words=phrase_pattern(data["cart"]["words"]),
        cart_not_words=phrase_pattern(data["cart"]["not_words"]),
        device_words=phrase_pattern(data["device"]["words"]),
        device_removal_words=phrase_pattern(data["device"]["removal_words"]),
        device_not_words=phrase_pattern(data["device"]["not_words"]),
        device_codes=_keys(data["device"]["codes"]),
        device_sampling_codes=_keys(data["device"]["sampling_codes"]),
        stop_reasons=CodesAndWords(_codes(data["stop_reasons"]["codes"]), PhraseList.of(data["stop_reasons"]["words"])),
        doses_per_day={str(code): Decimal(str(times)) for code, times in data["doses_per_day"]["codes"].items()},
        dose_words=PhraseList.of({str(times): listed for times, listed in data["doses_per_day"]["words"].items()}),
        given_when_requested=bool(data["given_when_requested"]),
        csf_specimen_codes=_keys(data["csf_specimen"]["codes"]),
        csf_specimen_words=phrase_pattern(data["csf_specimen"]["words"]),
        other_specimens=CodesAndWords(
            other_codes, PhraseList.of({kind: entry["words"] for kind, entry in other.items()})
        ),
        specimen_origin=PhraseList.of(data["specimen_origin"]),
        fixed_codes=_keys(data["fixed_procedures"]["codes"]),
        fixed_words=phrase_pattern(data["fixed_procedures"]["words"]),
    )
