"""Tables, transactions and migrations: what is kept, and how it stays whole (design 2 and 3).

This room knows no FHIR and imports no other room: resources are JSON text with the few columns that are searched.
"""
