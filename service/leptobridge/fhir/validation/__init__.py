"""What a sound structure does not tell: terminology, invariants, references, extensions, narrative, Bundles, profiles.

`structure.check_resource` is the one way in. Everything here is compiled from the same FHIR packages (`package`,
`profile_source`): base R4 ahead of time into ``fhir/definitions``, other packages when they are loaded.
"""
