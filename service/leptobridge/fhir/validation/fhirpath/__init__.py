"""FHIRPath (http://hl7.org/fhirpath, N1) as far as invariants use it: text to closures, over the parsed JSON."""

from leptobridge.fhir.validation.fhirpath.compiler import Environment, Expression, compile_expression, is_true
from leptobridge.fhir.validation.fhirpath.parser import FhirPathError
from leptobridge.fhir.validation.fhirpath.values import Node

__all__ = ["Environment", "Expression", "FhirPathError", "Node", "compile_expression", "is_true"]
