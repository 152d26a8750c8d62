"""Genes and alterations: HGNC ids, symbols, protein changes, words (``mappings/genes.yaml``, codes.md 7)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from leptobridge.chart.words import PhraseList, normalise

#: Protein changes in a normalised text: "l858r", "p.leu858arg", "e746_a750del".
_CHANGE = re.compile(
    r"(?<![a-z0-9])p\.\(?[a-z]{3}\d+[a-z0-9_*]*"
    r"|(?<![a-z0-9])(?:p\.)?\(?[a-z]\d{2,4}(?:_[a-z]?\d{2,4})?(?:delins[a-z]*|del[a-z]*|ins[a-z]*|dup|fs\*?\d*|[a-z*])(?![a-z0-9])"
)
_DNA = re.compile(r"(?<![a-z0-9])c\.\d[0-9a-z_>+-]*")
_LOWER = re.compile(r"DELINS|DEL|INS|DUP|FS")


@dataclass(frozen=True, slots=True)
class GeneMappings:
    """``mappings/genes.yaml``, compiled."""

    hgnc_systems: frozenset[str]
    by_id: Mapping[str, str]
    symbols: PhraseList
    written: re.Pattern[str]
    common_words: frozenset[str]
    tests: Mapping[str, Mapping[str, tuple[str, str]]]
    local_alterations: Mapping[str, str]
    alteration_words: PhraseList
    answer_words: PhraseList
    protein_patterns: Mapping[str, tuple[tuple[re.Pattern[str], int, int, str], ...]]
    dna_patterns: Mapping[str, tuple[tuple[re.Pattern[str], int, int, str], ...]]
    dna_changes: Mapping[tuple[str, str], str]
    amino_acids: Mapping[str, str]
    specimen_words: PhraseList
    names: dict[str, str | None]

    def gene_of_code(self, system: str, code: str) -> str | None:
        """The symbol of an HGNC id (``HGNC:427`` or ``427``) or of a symbol sent as a code."""
        if system not in self.hgnc_systems:
            return None
        found = self.by_id.get(code.upper().removeprefix("HGNC:"))
        return found or next(iter(self.symbols.find_all(normalise(code))), None)

    def gene_of_value(self, text: str) -> str | None:
        """The first gene symbol in the answer to "which gene", in any case."""
        return next(iter(self.symbols.find_all(normalise(text))), None)

    def gene_of_name(self, text: str) -> str | None:
        """The first gene that the name of a test says, as genes are written: ``EGFR``, but not ``eGFR`` or "met"."""
        if text not in self.names:
            found = next((self.symbols.values[normalise(word)] for word in self.written.findall(text)), None)
            if len(self.names) > 20_000:
                return found
            self.names[text] = found
        return self.names[text]

    def tokens(self, written: str) -> list[tuple[int, int, str, str]]:
        """Genes, alterations and answers of a text: start, end, kind, value; of overlapping ones the longer."""
        text = written.lower()
        tokens = [
            (*match.span(), "gene", self.symbols.values[match.group()])
            for match in self.symbols.pattern.finditer(text)
            if match.group() not in self.common_words or written[match.start() : match.end()].isupper()
        ]
        for kind, phrases in (("alteration", self.alteration_words), ("answer", self.answer_words)):
            tokens += [(*match.span(), kind, phrases.values[match.group()]) for match in phrases.pattern.finditer(text)]
        for match in (*_CHANGE.finditer(text), *_DNA.finditer(text)):
            tokens.append((*match.span(), "alteration", match.group()))
        kept: list[tuple[int, int, str, str]] = []
        for token in sorted(tokens, key=lambda entry: (entry[0] - entry[1], entry[0])):
            if all(token[1] <= other[0] or token[0] >= other[1] for other in kept):
                kept.append(token)
        return sorted(kept)

    def alteration_of_change(self, gene: str | None, change: str) -> str | None:
        """A protein or DNA change as the rules name it: ``L858R``, ``exon_19_deletion``; None for what is no change."""
        return self.alteration_of_protein(gene, change) or self._alteration_of_dna(gene, change)

    def alteration_of_protein(self, gene: str | None, change: str) -> str | None:
        """``p.Leu858Arg`` or ``L858R`` -> ``L858R``; an in-frame deletion in EGFR exon 19 -> ``exon_19_deletion``."""
        text = change.strip().removeprefix("p.").strip("()")
        for long, short in self.amino_acids.items():
            text = re.sub(rf"(?<![A-Za-z]){long}(?=\d)|(?<=\d){long}", short, text, flags=re.IGNORECASE)
        text = _LOWER.sub(lambda match: match.group().lower(), text.upper())
        if not re.fullmatch(r"[A-Z]\d+[\w*]*", text):
            return None
        position = int(re.findall(r"\d+", text)[0])
        for pattern, first, last, name in self.protein_patterns.get(gene or "", ()):
            if pattern.fullmatch(text) and first <= position <= last:
                return name
        return text

    def _alteration_of_dna(self, gene: str | None, change: str) -> str | None:
        text = change.strip().lower()
        known = self.dna_changes.get((gene or "", text))
        if known is not None or not text.startswith("c."):
            return known
        positions = [int(number) for number in re.findall(r"\d+", text)]
        for pattern, first, last, name in self.dna_patterns.get(gene or "", ()):
            if pattern.fullmatch(text) and all(first <= position <= last for position in positions[:2]):
                return name
        return None

    def alteration_of_text(self, gene: str | None, text: str) -> str | None:
        """The alteration that a text names, by protein or DNA change first, then by words."""
        normal = normalise(text)
        for match in (*_CHANGE.finditer(normal), *_DNA.finditer(normal)):
            found = self.alteration_of_change(gene, match.group())
            if found is not None:
                return found
        return self.alteration_words.find(normal)


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
        written=_written(symbols),
        common_words=frozenset(normalise(word) for word in data["common_words"]),
        alteration_words=PhraseList.of(data["alteration_words"]),
        answer_words=PhraseList.of(data["answer_words"]),
        protein_patterns=_patterns(data["protein_patterns"]),
        dna_patterns=_patterns(data["dna_patterns"]),
        dna_changes={
            (gene, str(change).lower()): str(name)
            for gene, changes in data["dna_changes"].items()
            for change, name in changes.items()
        },
        amino_acids=dict(data["amino_acids"]),
        specimen_words=PhraseList.of(data["specimen_words"]),
        names={},
    )


def _written(symbols: Mapping[str, Iterable[str]]) -> re.Pattern[str]:
    """Symbols as they are written, in capitals, the longest first."""
    listed = sorted({word for words in symbols.values() for word in words}, key=lambda word: (-len(word), word))
    return re.compile("|".join(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])" for word in listed))


def _patterns(table: Mapping[str, Any]) -> dict[str, tuple[tuple[re.Pattern[str], int, int, str], ...]]:
    return {
        gene: tuple((re.compile(pattern), int(low), int(high), str(name)) for pattern, low, high, name in rows)
        for gene, rows in table.items()
    }
