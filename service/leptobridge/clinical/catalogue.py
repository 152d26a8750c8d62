"""All rule sets by name. A module of rule sets ends with its ``SYSTEMS``; listing the module here registers them."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any, Final

from leptobridge.clinical import (
    csf_adequacy,
    csf_genotype,
    csf_state,
    cytology_policy,
    deferoxamine_disease_status,
    dose_limiting_toxicity,
    eano_esmo,
    endpoint,
    follow_up,
    intrathecal,
    lano,
    lm_molgpa,
    lm_response,
    lm_response_course,
    local_ablation,
    lung_molgpa,
    mri,
    mri_quality,
    nodules,
    pan_2018,
    performance_status,
    radiotherapy,
    rates,
    recommendation,
    scorecard,
    simon_two_stage,
    trial_response_rates,
)
from leptobridge.clinical.system import System

MODULES: Final[tuple[ModuleType, ...]] = (
    recommendation,
    radiotherapy,
    intrathecal,
    local_ablation,
    mri_quality,
    mri,
    eano_esmo,
    cytology_policy,
    pan_2018,
    lano,
    csf_state,
    scorecard,
    nodules,
    lm_response,
    lm_response_course,
    performance_status,
    lung_molgpa,
    lm_molgpa,
    csf_genotype,
    csf_adequacy,
    dose_limiting_toxicity,
    simon_two_stage,
    trial_response_rates,
    deferoxamine_disease_status,
    endpoint,
    rates,
    follow_up,
)

#: Rule sets by the name under which the rule service serves them.
SYSTEMS: Final[Mapping[str, System[Any]]] = {system.name: system for module in MODULES for system in module.SYSTEMS}
