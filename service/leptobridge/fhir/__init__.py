"""FHIR R4 (4.0.1): parsing, the structural check, references, bundle rules and vocabulary. Knows no database.

Bytes become data in :mod:`json_text` (limits, duplicate keys), are checked by :mod:`structure` against the definitions
compiled from the R4 StructureDefinitions (:mod:`compile_definitions`), and are planned as entries by :mod:`bundle`.
The text as received stays the record: :mod:`received_text` changes ids, meta and references in it and nothing else.
"""
