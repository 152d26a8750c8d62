"""Pure rule sets: classification, scorecards, response, prognosis, endpoints.

This room knows no FHIR, no database and no clock. Every rule set is a :class:`~leptobridge.clinical.system.System`:
its inputs as a frozen dataclass, its decision table as data, and one pure function from inputs to a
:class:`~leptobridge.clinical.result.Result`.
"""
