"""What the words of a diagnosis say: leptomeningeal, dural and other metastasis, primary, histology (exchange.md 2)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from leptobridge.chart.cancer_mappings import CancerMappings
from leptobridge.chart.words import PhraseList, Polarity, normalise

#: Where the words of one diagnosis end within a text ("lung cancer with brain metastases", 肺癌伴脑转移).
_BREAK = re.compile(r"[,;.。|]|\b(?:with|from|due to|secondary to)\b|伴|并|术后|癌|瘤")
_AFTER = re.compile(r"\s*(?:disease |carcinoma |cancer |tumou?rs? |neoplasms? )?(?:to|in|of|involving|:)(?: the)? ")
#: "Secondary malignant neoplasm of lung" names a site, "malignant neoplasm of lung" a primary.
_SECONDARY_OF = re.compile(
    r"(?:secondary|metastatic)(?: malignant)? (?:neoplas(?:m|tic disease)s?|tumou?rs?|cancers?|carcinomas?)"
    r" ?(?:of|to|in|involving)? ?(?:the )?([^,;.()]*)"
)
_METASTATIC_OF = re.compile(r"metastatic (?:cancers?|carcinomas?) of")
_REACH_BACK = 30


@dataclass(frozen=True, slots=True)
class DiagnosisWords:
    """The reading of one text. Each finding with how it is said: plain, past, hedged or negated; None = not named."""

    lm: Polarity | None = None
    lm_not_specific: Polarity | None = None
    dural: Polarity | None = None
    leptomeninges: Polarity | None = None
    meninges: Polarity | None = None
    secondary: Polarity | None = None
    sites: tuple[str, ...] = ()
    malignant: Polarity | None = None
    primary: str | None = None
    named_primary: str | None = None  # by a phrase, plainly
    comorbidity: str | None = None
    recurrent: bool = False


def read_diagnosis_text(cancers: CancerMappings, text: str) -> DiagnosisWords:
    """The reading of a code's text, display or body site; remembered, as diagnoses are a closed vocabulary."""
    known = cancers.texts.get(text)
    if known is None:
        known = _read(cancers, normalise(text))
        if len(cancers.texts) < 20_000:
            cancers.texts[text] = known
    return known


def _read(cancers: CancerMappings, text: str) -> DiagnosisWords:
    said = {name: cancers.modifiers.strongest(phrases, text) for name, phrases in cancers.words.items()}
    lm = said["lm"]
    is_tumour = {said["secondary"], said["malignant"]} != {None}
    for pattern in (*cancers.lm_patterns, *(cancers.lm_site_patterns if is_tumour else ())):
        for match in pattern.finditer(text):
            polarity = cancers.modifiers.polarity(text, match.start(), match.end())
            lm = polarity if lm in (None, "negated") else lm
    malignant = said["malignant"] if said["not_malignant"] is None else None
    return DiagnosisWords(
        lm=lm,
        lm_not_specific=said["lm_not_specific"],
        dural=said["dural"],
        leptomeninges=said["leptomeninges"],
        meninges=said["meninges"],
        secondary=said["secondary"],
        sites=tuple(dict.fromkeys(_sites(cancers, text))) if said["secondary"] else (),
        malignant=malignant,
        primary=_primary(cancers, text, said["secondary"]) if malignant not in (None, "negated") else None,
        named_primary=named_primary(cancers, text),
        comorbidity=_asserted_value(cancers, cancers.comorbidity_words, text),
        recurrent=said["recurrent"] in ("plain", "past"),
    )


def _asserted_value(cancers: CancerMappings, phrases: PhraseList, text: str) -> str | None:
    polarity = cancers.modifiers.strongest(phrases, text)
    return phrases.find(text) if polarity in ("plain", "past") else None


def named_primary(cancers: CancerMappings, text: str) -> str | None:
    """The primary that a text plainly names by a phrase ("breast cancer"), not by an organ alone."""
    rest = _SECONDARY_OF.sub(" ", normalise(text))
    plain = cancers.modifiers.strongest(cancers.primary_words, rest) in ("plain", "past")
    return cancers.primary_words.find(rest) if plain else None


def _primary(cancers: CancerMappings, text: str, secondary: Polarity | None) -> str | None:
    """The primary by its phrase, else by organ and a word for cancer in a clause without a word for metastasis."""
    rest = text if _METASTATIC_OF.search(text) else _SECONDARY_OF.sub(" ", text)
    named = cancers.primary_words.find(rest)
    if named is not None:
        return named
    if secondary is None:
        return cancers.organ_words.find(rest) or "solid_tumour"
    for clause in re.split(r"[,;.。、]|\bwith\b|伴|并", rest):
        if cancers.words["malignant"].pattern.search(clause) and not cancers.words["secondary"].pattern.search(clause):
            organ = cancers.organ_words.find(clause)
            if organ is not None:
                return organ
    return None


def _sites(cancers: CancerMappings, text: str) -> Iterator[str]:
    """The sites next to each word for metastasis: before it up to the last break, or after "to", "in", "of"."""
    rest = text
    for match in _SECONDARY_OF.finditer(text):
        yield from cancers.metastasis_words.find_all(match.group(1).split(" from ")[0])
    rest = _SECONDARY_OF.sub("|", rest)
    meningeal = (cancers.words[name].pattern for name in ("lm", "lm_not_specific"))
    for pattern in (*meningeal, cancers.primary_words.pattern):
        rest = pattern.sub("|", rest)
    for match in cancers.words["secondary"].pattern.finditer(rest):
        before = rest[max(0, match.start() - _REACH_BACK) : match.start()]
        yield from cancers.metastasis_words.find_all(_BREAK.split(before)[-1])
        after = _AFTER.match(rest, match.end())
        if after is not None:
            yield from cancers.metastasis_words.find_all(_BREAK.split(rest[after.end() :])[0])
