"""From the word of a cytology report to its class, under three published policies in conflict (2.6)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final, Literal

from leptobridge.clinical.inputs import CsfCytology, CsfSample

CytologyPolicy = Literal["eano_esmo", "rct_dichotomy", "radiate_lm"]
RawCytology = Literal[
    "malignant", "positive", "suspicious", "atypical", "negative", "benign", "acellular", "insufficient"
]

#: A negative from less than this is inadequate (2.6, 11.1); a positive counts at any volume.
MINIMUM_VOLUME_ML = Decimal(5)

#: Raw word → class per policy (2.6). The words of a report that is already a class stand for themselves.
CLASSES: Final[Mapping[str, Mapping[CytologyPolicy, CsfCytology]]] = {
    "malignant": {"eano_esmo": "positive", "rct_dichotomy": "positive", "radiate_lm": "positive"},
    "positive": {"eano_esmo": "positive", "rct_dichotomy": "positive", "radiate_lm": "positive"},
    "suspicious": {"eano_esmo": "equivocal", "rct_dichotomy": "positive", "radiate_lm": "positive"},
    "atypical": {"eano_esmo": "equivocal", "rct_dichotomy": "negative", "radiate_lm": "equivocal"},
    "negative": {"eano_esmo": "negative", "rct_dichotomy": "negative", "radiate_lm": "negative"},
    "benign": {"eano_esmo": "negative", "rct_dichotomy": "negative", "radiate_lm": "negative"},
    "acellular": {"eano_esmo": "inadequate", "rct_dichotomy": "inadequate", "radiate_lm": "inadequate"},
    "insufficient": {"eano_esmo": "inadequate", "rct_dichotomy": "inadequate", "radiate_lm": "inadequate"},
    "equivocal": {"eano_esmo": "equivocal", "rct_dichotomy": "equivocal", "radiate_lm": "equivocal"},
    "inadequate": {"eano_esmo": "inadequate", "rct_dichotomy": "inadequate", "radiate_lm": "inadequate"},
    "not_done": {"eano_esmo": "not_done", "rct_dichotomy": "not_done", "radiate_lm": "not_done"},
}
#: Raw words of a negative report: below 5 ml they are inadequate.
NEGATIVE_WORDS = frozenset({"negative", "benign"})

#: Which class of several samples wins (M4).
_STRENGTH: Final[tuple[CsfCytology, ...]] = ("positive", "equivocal", "negative", "inadequate", "not_done")


def cytology_class(raw: str, volume_ml: Decimal | None, policy: CytologyPolicy = "eano_esmo") -> CsfCytology:
    """Class of a raw cytology word under ``policy`` (2.6).

    ``raw``: a word of the table, or one of the classes. A negative report from less than 5 ml is ``inadequate``; with
    an unknown volume the class is that of the word. Raises ``KeyError`` for a word that is not in the table.
    """
    if raw in NEGATIVE_WORDS and volume_ml is not None and volume_ml < MINIMUM_VOLUME_ML:
        return "inadequate"
    return CLASSES[raw][policy]


def sample_class(sample: CsfSample) -> CsfCytology | None:
    """Cytology class of a sample, a negative below 5 ml read as inadequate (2.6, 11.1); ``None`` = not reported."""
    if sample.csf_cytology is None:
        return None
    return cytology_class(sample.csf_cytology, sample.volume_ml)


def strongest_class(classes: Iterable[CsfCytology | None]) -> CsfCytology | None:
    """The class of several samples: any positive wins, then equivocal, negative, inadequate, not done (M4)."""
    present = set(classes)
    return next((strength for strength in _STRENGTH if strength in present), None)
