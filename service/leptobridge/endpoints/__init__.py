"""Endpoints of a cohort: event tables, Kaplan-Meier estimates, response rates, and their figures (clinical.md 15.1)."""
