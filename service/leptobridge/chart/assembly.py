"""All facts of one person -> the chart as of a day: pure, and independent of the order of the facts (exchange.md 0)."""

from collections.abc import Iterable
from datetime import date

from leptobridge.chart.chart import Chart, PendingItem
from leptobridge.chart.diagnosis_assembly import (
    assemble_comorbidities,
    assemble_dural_diagnoses,
    assemble_lm_diagnoses,
    assemble_metastases,
    assemble_primaries,
    assemble_refuted_comorbidities,
)
from leptobridge.chart.examination_assembly import (
    assemble_answers,
    assemble_neurological_examinations,
    assemble_performance,
)
from leptobridge.chart.facts import Fact
from leptobridge.chart.gene_assembly import assemble_receptors, assemble_variants
from leptobridge.chart.imaging_assembly import assemble_mri_examinations
from leptobridge.chart.joining import Statements, evidence_of, flags_of, grouped, in_order, same_day, statements_on
from leptobridge.chart.lesion_assembly import assemble_lesions, assemble_reader_forms
from leptobridge.chart.person_assembly import assemble_demographics, assemble_enrolments
from leptobridge.chart.sample_assembly import (
    assemble_biopsies,
    assemble_devices,
    assemble_samples,
    csf_specimens,
    device_known,
)
from leptobridge.chart.statement_assembly import (
    assemble_disease_status,
    assemble_measurements,
    assemble_statements,
)
from leptobridge.chart.therapy_assembly import assemble_therapies
from leptobridge.chart.versions import current_facts


def assemble_chart(facts: Iterable[Fact], on: date) -> Chart:
    """Everything known of one person as of ``on``: facts whose clinical time has begun by then, joined.

    An entry whose date is partial may lie after ``on`` in part; its time says so (R-17).
    """
    statements = statements_on(current_facts(facts, on), on)
    devices = assemble_devices(statements)
    specimens = csf_specimens(statements)
    disease_status = assemble_disease_status(statements)
    return Chart(
        on=on,
        demographics=assemble_demographics(statements),
        enrolments=assemble_enrolments(statements),
        primaries=assemble_primaries(statements),
        known_cancer=assemble_answers(statements, "cancer.known"),
        lm_diagnoses=assemble_lm_diagnoses(statements),
        dural_diagnoses=assemble_dural_diagnoses(statements),
        metastases=assemble_metastases(statements),
        comorbidities=assemble_comorbidities(statements),
        refuted_comorbidities=assemble_refuted_comorbidities(statements),
        csf_samples=assemble_samples(statements, device_known(devices)),
        ventricular_device=devices,
        biopsies=assemble_biopsies(statements),
        mri_examinations=assemble_mri_examinations(statements),
        neurological_examinations=assemble_neurological_examinations(statements),
        clinical_lm=assemble_answers(statements, "neuro.clinical_lm"),
        symptoms=assemble_answers(statements, "symptom", by_value=True),
        performance=assemble_performance(statements),
        variants=assemble_variants(statements, specimens),
        genes_tested=assemble_answers(statements, "gene.tested", by_value=True),
        receptors=assemble_receptors(statements, specimens),
        therapies=assemble_therapies(statements, disease_status),
        corticosteroids=assemble_answers(statements, "therapy.steroid", item="corticosteroids"),
        disease_status=disease_status,
        measurements=assemble_measurements(statements, specimens),
        statements=assemble_statements(statements),
        lesions=assemble_lesions(statements),
        lesion_lists_complete=assemble_answers(statements, "lesion_list_complete"),
        reader_forms=assemble_reader_forms(statements),
        pending=_pending(statements),
        future_days=statements.future_days,
    )


def _pending(statements: Statements) -> tuple[PendingItem, ...]:
    """What is ordered, preliminary or only suspected, each once a day."""
    pending = (
        PendingItem(time=facts[0].time, evidence=evidence_of(facts), flags=flags_of(facts), kind=kind, item=str(item))
        for (kind, item, _), facts in grouped(
            statements.pending, lambda fact: (fact.kind, fact.item, same_day(fact.time))
        )
    )
    return in_order(pending)
