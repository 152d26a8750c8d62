"""Words in English and Chinese -> values, with negation (exchange.md 0, forms of an answer).

Phrases are matched whole (at word boundaries for Latin letters), case-insensitively, longest first. A negator goes
before the word that it governs: it reaches forward to the end of its clause. A hedge ("suspicious for", 可疑) turns a
finding into a suspicion, a history ("known", 既往) says that it is not of this examination. Only fixed phrases such as
"not seen", directly after a finding and ending the clause, negate backwards ("malignant cells: not seen").
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

_SPACE = re.compile(r"\s+")
_CLAUSE_BREAK = re.compile(r"[;!?。\n]|\.(?!\d)|\b(?:but|however|although|except|and positive)\b|但|然而")
_CHINESE_COMMA = re.compile(r"(?<=[\u4e00-\u9fff）)]),")
_LIST_CONNECTIVE = re.compile(r"\b(?:or|nor)\b|或")
#: In a tree of phrases: a phrase ends here, and what may not follow it.
_END = ""
_WORD_END = r"(?![a-z0-9])"
#: What may stand between a finding and the negation behind it: "malignant epithelial cells were", 癌细胞检查均.
_REST = (
    r"(?:\s*\b(?:epithelial|glandular|lymphoid|tumou?r|neoplastic|large|cells?|process|population|infiltrat(?:e|ion)"
    r"|neoplasm|disease|elements?)\b)*"
)
_COPULA = r"(?:were|was|are|is|检查|检测|结果|均|呈|为)"
#: "Malignant cells present: no": the form's own verb stands between the finding and its answer.
_SIGHT = r"(?:present|seen|identified|detected|found)\s*(?=:)"
#: "? LMD", "LMD? or infection", "PD vs radionecrosis": a question beside a finding makes it a suspicion.
_ASKED_BEFORE = re.compile(r"(?:^|[\s(,;/])\?\s*$")
_ASKED_BEHIND = re.compile(rf"{_REST}\s*(?:\?|(?:vs|versus)\b)")
#: A negator reaches at most this many characters forward ("no convincing cytological evidence of malignant cells").
_REACH = 100


def normalise(text: str) -> str:
    """Lower case, compatibility forms unified (full-width letters and punctuation), spaces collapsed."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip().lower()


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def phrase_pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds the longest of the phrases at each place; matches nothing where there are none.

    It is a tree by common beginnings, so that hundreds of phrases cost little more than one.
    """
    latin: dict[str, Any] = {}
    other: dict[str, Any] = {}
    for phrase in {normalise(phrase) for phrase in phrases if phrase}:
        node = latin if _is_latin(phrase[0]) else other
        for character in phrase:
            node = node.setdefault(character, {})
        node[_END] = _WORD_END if _is_latin(phrase[-1]) else ""
    trees = [rf"(?<![a-z0-9]){_tree_pattern(latin)}"] if latin else []
    trees += [_tree_pattern(other)] if other else []
    return re.compile("|".join(trees) or r"(?!)")


def _tree_pattern(tree: Mapping[str, Any]) -> str:
    """Longer phrases first; a phrase that ends here is the last choice."""
    branches = [
        re.escape(character) + _tree_pattern(tree[character]) for character in sorted(tree) if character != _END
    ]
    if _END in tree:
        branches.append(tree[_END])
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


Polarity = Literal["plain", "past", "hedged", "negated"]
POLARITIES: tuple[Polarity, ...] = ("plain", "past", "hedged", "negated")
#: The value of phrases that are listed so that a shorter phrase within them is not read (硬膜外 is not 硬膜).
IGNORED = "-"


@dataclass(frozen=True, slots=True)
class PhraseList:
    """Phrases that stand for values, without negation: codes, drugs, sites."""

    values: Mapping[str, str]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, words: Mapping[str, Iterable[str]]) -> "PhraseList":
        """From value -> phrases. A phrase listed under two values keeps the first."""
        values: dict[str, str] = {}
        for value, phrases in words.items():
            for phrase in phrases:
                values.setdefault(normalise(phrase), value)
        return cls(values, phrase_pattern(values))

    def find(self, text: str) -> str | None:
        """The value of the longest phrase in the (normalised) text; the first of equally long ones."""
        best = max(self.pattern.finditer(text), key=lambda match: len(match.group()), default=None)
        value = None if best is None else self.values[best.group()]
        return None if value == IGNORED else value

    def find_all(self, text: str) -> tuple[str, ...]:
        """The values of all phrases in the text, each once, in the order of the text."""
        found = dict.fromkeys(self.values[match.group()] for match in self.pattern.finditer(text))
        found.pop(IGNORED, None)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Modifiers:
    """Negators, hedges and histories: before the word they govern, or fixed phrases directly after it."""

    before: re.Pattern[str]
    negators: frozenset[str]
    hedges: frozenset[str]
    histories: frozenset[str]
    after_negated: re.Pattern[str]
    after_hedged: re.Pattern[str]

    @classmethod
    def of(
        cls,
        *,
        negators: Iterable[str],
        exceptions: Iterable[str],
        hedges: Iterable[str],
        histories: Iterable[str],
        after_negators: Iterable[str],
        after_hedges: Iterable[str],
    ) -> "Modifiers":
        """Compile the lists; ``exceptions`` are phrases that contain a negator and do not negate."""
        negating = frozenset(normalise(word) for word in negators)
        hedging = frozenset(normalise(word) for word in hedges)
        past = frozenset(normalise(word) for word in histories)
        tail = rf"{_REST}\s*(?:{_SIGHT})?\s*[:–-]?\s*(?:{_COPULA}\s*)*(?:{{}})\s*(?=$|[.,;?。)、])"
        return cls(
            phrase_pattern([*negating, *hedging, *past, *exceptions]),
            negating,
            hedging,
            past,
            re.compile(tail.format(phrase_pattern(after_negators).pattern)),
            re.compile(tail.format(phrase_pattern(after_hedges).pattern)),
        )

    def strongest(self, phrases: PhraseList, text: str) -> Polarity | None:
        """How a (normalised) text names one of the phrases, the plainest way first; None if it names none."""
        return min(self.polarities(phrases, text), key=POLARITIES.index, default=None)

    def polarities(self, phrases: PhraseList, text: str) -> list[Polarity]:
        """How each of the phrases that stand in a (normalised) text is said, in the order of the text."""
        return [
            self.polarity(text, match.start(), match.end())
            for match in phrases.pattern.finditer(text)
            if phrases.values[match.group()] != IGNORED
        ]

    def polarity(self, text: str, start: int, end: int) -> Polarity:
        """``negated``, ``past``, ``hedged`` or ``plain`` for the phrase at ``text[start:end]`` of a normalised text."""
        if self.after_hedged.match(text, end) or _ASKED_BEHIND.match(text, end) or _ASKED_BEFORE.search(text[:start]):
            return "hedged"
        if self.after_negated.match(text, end):
            return "negated"
        found = {match.group() for match in self.before.finditer(self._governing(text, start))}
        if found & self.negators - self.hedges:
            return "negated"
        if found & self.histories:
            return "past"
        return "hedged" if found & self.hedges else "plain"

    @staticmethod
    def _governing(text: str, start: int) -> str:
        """The part of the clause before ``start`` from which a modifier reaches the word."""
        before = text[max(0, start - _REACH) : start]
        for pattern in (_CLAUSE_BREAK, _CHINESE_COMMA):
            breaks = list(pattern.finditer(before))
            if breaks:
                before = before[breaks[-1].end() :]
        # "no blasts, atypical or malignant cells" is one list; "no bacteria, malignant cells seen" is not.
        if "," in before:
            rest = _CLAUSE_BREAK.split(text[start:])[0]
            last = before.rfind(",") + 1
            if not (_LIST_CONNECTIVE.search(before[last:]) or _LIST_CONNECTIVE.search(rest)):
                before = before[last:]
        return before


@dataclass(frozen=True, slots=True)
class WordReader:
    """Words of one answer set: phrase -> value, what a negator and a hedge make of it, and which value goes first.

    ``weak``: phrases that count only where the text holds no other word of the set ("carcinoma" beside "no malignant
    cells" names the disease, not the finding). ``joined``: a value that stands for others named together ("linear
    enhancement and nodules" is both).
    """

    phrases: PhraseList
    exact: Mapping[str, str]
    priority: tuple[str, ...]
    negated: Mapping[str, str | None]
    hedged: Mapping[str, str | None]
    modifiers: Modifiers
    weak: frozenset[str] = frozenset()
    joined: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def read(self, text: str) -> str | None:
        """The value of a text, None if no list holds a word of it. Several words: the first in the order of the set."""
        normal = normalise(text)
        if normal in self.exact:
            return self.exact[normal]
        strong: set[str] = set()
        weak: set[str] = set()
        for match in self.phrases.pattern.finditer(normal):
            value: str | None = self.phrases.values[match.group()]
            if value == IGNORED:
                continue
            polarity = self.modifiers.polarity(normal, match.start(), match.end())
            if polarity == "past":
                continue
            if value is not None and polarity == "negated":
                # A negated "negative" says nothing; a negated finding is its opposite.
                value = self.negated.get(value)
            elif value is not None and polarity == "hedged":
                value = self.hedged.get(value, value)
            if value is not None:
                (weak if match.group() in self.weak else strong).add(value)
        found = strong or weak
        found |= {value for value, parts in self.joined.items() if parts <= found}
        return min(found, key=self.priority.index, default=None)


def asserted(pattern: re.Pattern[str], modifiers: Modifiers, text: str) -> bool:
    """Whether a phrase of the pattern stands in the text without a negator (text is normalised here)."""
    normal = normalise(text)
    return any(
        modifiers.polarity(normal, match.start(), match.end()) != "negated" for match in pattern.finditer(normal)
    )


AnswerReading = Callable[[str], str | None]
