"""The XHTML of a narrative: well formed, and of the elements and attributes that R4 allows (narrative.html#rules)."""

import re
from typing import Final
from xml.parsers import expat

_NAMES_OF_ELEMENTS = """
    a abbr acronym area b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em font
    h1 h2 h3 h4 h5 h6 hr i img ins kbd label li map nav ol p pre q s samp small span strike strong sub sup table tbody
    td tfoot th thead tr tt u ul var
"""
_NAMES_OF_ATTRIBUTES = """
    abbr accesskey align alt axis bgcolor border cellpadding cellspacing char charoff charset cite class clear color
    colspan compact coords datetime dir face frame headers height href hreflang hspace id ismap lang longdesc name
    noshade nowrap rel rev rowspan rules scope shape size span src start style summary tabindex title type usemap
    valign value vspace width xml:lang xml:space xmlns
"""
_ELEMENTS: Final = frozenset(_NAMES_OF_ELEMENTS.split())
_ATTRIBUTES: Final = frozenset(_NAMES_OF_ATTRIBUTES.split())
_NAMESPACE: Final = "http://www.w3.org/1999/xhtml"
_DECLARED_ENTITIES: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]*);")


def narrative_faults(text: str) -> list[str]:
    """What is wrong with the text of ``Narrative.div``, as sentences without any of its content."""
    reader = _Reader()
    try:
        reader.parser.Parse(_DECLARED_ENTITIES.sub("&#160;", text), True)
    except expat.ExpatError as error:
        return [f"The narrative is not well-formed XML: line {error.lineno}, column {error.offset}."]
    if not reader.has_content:
        reader.faults.append("The narrative has no content: text or an image.")
    return list(dict.fromkeys(reader.faults))


class _Reader:
    def __init__(self) -> None:
        self.faults: list[str] = []
        self.has_content = False
        self._depth = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.ProcessingInstructionHandler = self._instruction

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            if name != "div":
                self.faults.append("The narrative must be one div.")
            if attributes.get("xmlns") != _NAMESPACE:
                self.faults.append("The div of the narrative must be in the XHTML namespace.")
        if name not in _ELEMENTS:
            self.faults.append("The narrative has an element that FHIR does not allow: no scripts, forms or head.")
        if any(attribute not in _ATTRIBUTES for attribute in attributes):
            self.faults.append("The narrative has an attribute that FHIR does not allow.")
        if any(re.match(r"\s*javascript:", attributes.get(link, ""), re.IGNORECASE) for link in ("href", "src")):
            self.faults.append("The narrative has a link that runs a script.")
        if name == "img" and "src" in attributes:
            self.has_content = True

    def _end(self, name: str) -> None:
        self._depth -= 1

    def _text(self, data: str) -> None:
        if data.strip():
            self.has_content = True

    def _doctype(self, *_: object) -> None:
        self.faults.append("The narrative must have no document type.")

    def _instruction(self, *_: object) -> None:
        self.faults.append("The narrative must have no processing instruction.")
