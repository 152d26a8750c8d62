"""Prognosis of EGFR-mutant LM under osimertinib by CSF genotype: three ordinal statements, no score (9.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from leptobridge.clinical.completion import remembering
from leptobridge.clinical.decision_table import Outcome, Row, as_data, first_fit
from leptobridge.clinical.inputs import STRICT
from leptobridge.clinical.result import CRITERIA_NOT_VERIFIED, Result
from leptobridge.clinical.system import Output, System, one_of

FAVOURABLE = Outcome("favourable", "9.4")
LESS_FAVOURABLE = Outcome("less_favourable", "9.4")
UNKNOWN = Outcome("unknown", "9.4")
NOT_APPLICABLE = Outcome("not_applicable", "9.4")

#: The statements in the order of the answer (9.4); the third is asked only without T790M.
STATEMENTS: Final[Mapping[str, tuple[Row, ...]]] = {
    "EGFR mutation": (
        Row(FAVOURABLE, {"egfr": ("exon_19_deletion",)}),
        Row(LESS_FAVOURABLE, {"egfr": ("L858R",)}),
        Row(UNKNOWN),
    ),
    "T790M": (
        Row(FAVOURABLE, {"t790m": ("positive",)}),
        Row(LESS_FAVOURABLE, {"t790m": ("negative",)}),
    ),
    "benefit without T790M": (
        Row(NOT_APPLICABLE, {"t790m": ("positive",)}),
        Row(FAVOURABLE, {"egfr": ("exon_19_deletion",)}),
        Row(FAVOURABLE, {"fgf3": ("not_altered",)}),
        Row(LESS_FAVOURABLE, {"fgf3": ("altered",)}),
        Row(UNKNOWN),
    ),
}
#: What an unknown genotype could be (G1). FGF3 that was not tested is a value of its own (9.4), never unknown.
DOMAINS: Final = {
    "egfr": ("exon_19_deletion", "L858R", "other"),
    "t790m": ("positive", "negative"),
    "fgf3": ("altered", "not_altered", "not_tested"),
}
_TRIED: Final = [remembering(partial(first_fit, rows), DOMAINS) for rows in STATEMENTS.values()]


@dataclass(frozen=True, slots=True, kw_only=True)
class CsfGenotypeInputs:
    """Rule interface 9, csf_genotype; ``fgf3`` left out = not tested."""

    __pydantic_config__ = STRICT

    egfr: Literal["exon_19_deletion", "L858R", "other"] | None = None
    t790m: Literal["positive", "negative", "unknown"] | None = None
    fgf3: Literal["altered", "not_altered", "not_tested"] | None = None


def decide_csf_genotype(inputs: CsfGenotypeInputs) -> Result:
    """``computed``, or ``not_evaluable`` if all three statements are unknown; output ``statements`` (9.4)."""
    genotype: dict[str, Any] = {
        "egfr": inputs.egfr,
        "t790m": None if inputs.t790m == "unknown" else inputs.t790m,
        "fgf3": inputs.fgf3 or "not_tested",
    }
    statements: list[str] = []
    missing: set[str] = set()
    for try_statement in _TRIED:
        tried = try_statement(**genotype)
        statement = tried.agreed or UNKNOWN
        statements.append(statement.value)
        missing.update(tried.missing)
    without_t790m = genotype["t790m"] == "negative"
    if statements[2] == "unknown" and without_t790m and genotype["fgf3"] == "not_tested":
        missing.add("fgf3")
    known = {**genotype, "fgf3": None if genotype["fgf3"] == "not_tested" else genotype["fgf3"]}
    return Result(
        value="not_evaluable" if set(statements) == {"unknown"} else "computed",
        rule="9.4",
        criteria_version="csf-genotype-1",
        inputs_used=tuple(name for name, finding in known.items() if finding is not None),
        outputs={"statements": tuple(statements)},
        missing=tuple(sorted(missing)),
        warnings=(CRITERIA_NOT_VERIFIED,),
    )


CSF_GENOTYPE = System(
    name="csf_genotype",
    version="csf-genotype-1",
    section="9.4",
    purpose="CSF genotype prognosis of LM under osimertinib",
    source="Seed 000; the reading of the third statement is a project decision",
    evidence="partly_verified",
    inputs=CsfGenotypeInputs,
    decide=decide_csf_genotype,
    values=one_of("computed", "not_evaluable"),
    outputs=(
        Output(
            "statements",
            "EGFR mutation, T790M, benefit without T790M",
            {
                "type": "array",
                "items": one_of("favourable", "less_favourable", "unknown", "not_applicable"),
                "minItems": 3,
                "maxItems": 3,
            },
        ),
    ),
    table={statement: as_data(rows) for statement, rows in STATEMENTS.items()},
)

SYSTEMS = (CSF_GENOTYPE,)
