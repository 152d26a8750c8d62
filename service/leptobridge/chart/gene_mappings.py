"""Genes and alterations: HGNC ids, symbols, protein changes, words (``mappings/genes.yaml``, codes.md 7)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leptobridge.chart.words import PhraseList, normalise

_SHORT = re.compile(
    r"(?<![A-Za-z0-9])(?:p\.)?\(?([A-Z]\d{2,4}(?:[A-Z*]|fs\*?\d*|_[A-Z]?\d+\w*|del\w*|ins\w*|dup))(?![A-Za-z])"
)


@dataclass(frozen=True, slots=True)
class GeneMappings:
    """``mappings/genes.yaml``, compiled."""

    hgnc_systems: frozenset[str]
    by_id: Mapping[str, str]
    symbols: PhraseList
    tests: Mapping[str, Mapping[str, tuple[str, str]]]
    local_alterations: Mapping[str, str]
    alteration_words: PhraseList
    protein_patterns: Mapping[str, tuple[tuple[re.Pattern[str], int, int, str], ...]]
    amino_acids: Mapping[str, str]
    specimen_words: PhraseList

    def gene_of_code(self, system: str, code: str) -> str | None:
        """The symbol of an HGNC id (``HGNC:427`` or ``427``) or of a symbol sent as a code."""
        if system in self.hgnc_systems:
            return self.by_id.get(code.upper().removeprefix("HGNC:")) or self.gene_of_text(code)
        return None

    def gene_of_text(self, text: str) -> str | None:
        """The first gene symbol that a text names."""
        found = self.symbols.find_all(normalise(text))
        return found[0] if found else None

    def alteration_of_protein(self, gene: str | None, change: str) -> str | None:
        """``p.Leu858Arg`` or ``L858R`` -> ``L858R``; an in-frame deletion in EGFR exon 19 -> ``exon_19_deletion``."""
        text = change.strip().removeprefix("p.").strip("()")
        if text.startswith("E746_A750"):
            gene = gene or "EGFR"
        for long, short in self.amino_acids.items():
            text = re.sub(long, short, text, flags=re.IGNORECASE) if long.lower() in text.lower() else text
        if not re.fullmatch(r"[A-Z]\d+[\w*]*", text):
            return None
        position = int(re.findall(r"\d+", text)[0])
        for pattern, first, last, name in self.protein_patterns.get(gene or "", ()):
            if pattern.fullmatch(text) and first <= position <= last:
                return name
        return text

    def alteration_of_text(self, gene: str | None, text: str) -> str | None:
        """The alteration that a text names, by protein change first, then by words."""
        for match in _SHORT.finditer(text):
            found = self.alteration_of_protein(gene, match.group(1))
            if found is not None:
                return found
        long = re.search(r"p\.\(?[A-Z][a-z]{2}\d+[A-Za-z0-9_*]*", text)
        if long is not None:
            found = self.alteration_of_protein(gene, long.group())
            if found is not None:
                return found
        return self.alteration_words.find(normalise(text))


def compile_genes(data: Mapping[str, Any], faults: list[str]) -> GeneMappings:
    """Compile the file; a test of a gene that is not listed is a fault."""
    genes = {str(identifier): symbol for symbol, identifier in data["genes"].items()}
    symbols: dict[str, list[str]] = {symbol: [symbol] for symbol in [*data["genes"], *data["symbols_without_id"]]}
    for synonym, symbol in data["synonyms"].items():
        if symbol not in symbols:
            faults.append(f"genes.yaml: synonyms.{synonym}: {symbol!r} is no gene of the list")
        symbols.setdefault(symbol, []).append(synonym)
    tests = {
        system: {str(code): (str(gene), str(alteration)) for code, (gene, alteration) in table.items()}
        for system, table in data["tests"].items()
    }
    return GeneMappings(
        hgnc_systems=frozenset(data["hgnc_systems"]),
        by_id=genes,
        symbols=PhraseList.of(symbols),
        tests=tests,
        local_alterations=dict(data["local_alterations"]),
        alteration_words=PhraseList.of(data["alteration_words"]),
        protein_patterns={
            gene: tuple((re.compile(pattern), int(low), int(high), str(name)) for pattern, low, high, name in rows)
            for gene, rows in data["protein_patterns"].items()
        },
        amino_acids=dict(data["amino_acids"]),
        specimen_words=PhraseList.of(data["specimen_words"]),
    )
