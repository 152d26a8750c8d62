"""What a text says of genes: "EGFR 19del, ALK negative; ROS1(-)", 未见EGFR、ALK突变 (exchange.md 6).

A text is read from left to right: genes that stand together share the alterations and the answer that follow them (or
go before them); an answer holds for the alterations since the answer before it.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from leptobridge.chart.gene_mappings import GeneMappings
from leptobridge.chart.words import Modifiers

#: Alterations that say no more than that there is one, or none.
GENERIC = frozenset({"mutation", "wild_type"})
_WILD = "wild_type"
_SPACE = re.compile(r"[^\S\n]+")
_BREAK = re.compile(r"[;。\n]|\.(?![0-9A-Za-z(])")
#: "BRAF non-V600E", BRAF非V600E: another alteration than the one that is named.
_OTHER_THAN = ("non-", "non ", "非")
#: Between genes of one run: "EGFR/ALK", "EGFR, ALK and ROS1", EGFR、ALK及ROS1.
_JOINED = re.compile(r"(?:gene|基因)?s?\s*(?:[/,、&+]|and|or|nor|和|及|与|或|以及)*\s*(?:and|or|和|及)?\s*")


@dataclass(frozen=True, slots=True)
class GeneFinding:
    """One gene with an alteration (None: the gene as a whole), present or absent."""

    gene: str
    alteration: str | None
    present: bool


@dataclass(slots=True)
class _Group:
    """Genes named together, the alterations since the last answer, and what was found so far."""

    genes: list[str] = field(default_factory=list)
    alterations: list[tuple[str, bool]] = field(default_factory=list)  # alteration, negated
    leading: bool | None = None
    open: bool = True  # only genes so far: the next one may join them
    settled: bool = False
    end: int = 0


def findings_of_text(genes: GeneMappings, modifiers: Modifiers, text: str, gene: str | None) -> list[GeneFinding]:
    """The findings that a text names; ``gene`` is the one that was asked for, where the text names none itself."""
    found: dict[GeneFinding, None] = {}
    for sentence in _BREAK.split(_SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip()):
        found |= dict.fromkeys(_read(genes, modifiers, sentence, gene))
    return list(found)


def _read(genes: GeneMappings, modifiers: Modifiers, written: str, gene: str | None) -> Iterator[GeneFinding]:
    text = written.lower()
    group = _Group(genes=[gene] if gene else [])
    asked = bool(gene)
    for start, end, kind, value in genes.tokens(written):
        if kind == "gene":
            joined = bool(group.genes) and not asked and _JOINED.fullmatch(text, group.end, start) is not None
            if joined and group.open:
                group.genes.append(value)
            else:
                yield from _settle(group, None)
                # Alterations that go before their genes: "no mutation in EGFR, ALK".
                before = [] if group.genes and not asked else group.alterations
                group = _Group([value], before, group.leading if not group.genes or asked else None)
            asked = False
            group.end = end
        elif kind == "alteration":
            group.open = not group.genes
            polarity = modifiers.polarity(text, start, end)
            if text[:start].endswith(_OTHER_THAN):
                continue
            if polarity in ("plain", "negated"):
                group.alterations.append((value, polarity == "negated"))
        else:
            positive = value == "positive" and not text[:start].endswith("not ")
            if group.genes:
                yield from _settle(group, positive)
            else:
                group.leading = positive
    yield from _settle(group, None)


def _settle(group: _Group, answer: bool | None) -> Iterator[GeneFinding]:
    """The findings of the alterations since the last answer; ``answer`` None where a text names them without one."""
    if not group.genes:
        return
    if answer is None and not group.settled:
        answer = group.leading
    named = [entry for entry in group.alterations if entry[0] not in GENERIC] or group.alterations
    if not named and answer is None:
        return
    for gene in group.genes:
        if not named:
            yield GeneFinding(gene, None, bool(answer))
        for alteration, negated in named:
            if alteration == _WILD:
                yield GeneFinding(gene, None, negated)
            else:
                yield GeneFinding(gene, alteration, answer is not False and not negated)
    group.alterations = []
    group.settled, group.open = True, False
