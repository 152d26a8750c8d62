"""The primitive types of R4 as JSON values (datatypes.html#primitive), strict and fast.

Each check answers whether a value is one of its type. It is written for the common case: for a value of another JSON
type, or a day that no calendar has, it may raise TypeError, AttributeError or ValueError; :func:`is_valid` reads
that as no.
"""

import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from leptobridge.fhir.definition_tables import r4_definitions

Check = Callable[[Any], Any]

_LONGEST_STRING = 1024 * 1024
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SPACE = re.compile(r"\s+")
_INTEGER_LIMIT = 2**31
_EXACT_DAY = len("2024-03-05")


def _fullmatch(primitive: str) -> Callable[[str], re.Match[str] | None]:
    return re.compile(r4_definitions().primitives[primitive], re.ASCII).fullmatch


_match_date = _fullmatch("date")
_match_date_time = _fullmatch("dateTime")
_match_instant = _fullmatch("instant")
_match_code = _fullmatch("code")


def is_string(value: Any) -> Any:
    """Text with something in it, no control characters but tab and line ends, at most 1 MB."""
    if value.isprintable():
        return value.strip() and len(value) <= _LONGEST_STRING
    return value.strip() and len(value) <= _LONGEST_STRING and not _CONTROL.search(value)


def is_uri(value: Any) -> Any:
    """Text without any white space; not empty (an empty value is never allowed in JSON)."""
    return value.split() == [value] and (value.isprintable() or not _CONTROL.search(value))


def is_code(value: Any) -> Any:
    """Text without leading, trailing or double spaces."""
    if value.isprintable():
        return value and " ".join(value.split()) == value
    return _match_code(value) and not _CONTROL.search(value)


# Messages name few different days.
@lru_cache(maxsize=65_536)
def _is_day(value: str) -> bool:
    return _match_date(value) is not None and bool(date.fromisoformat(value))


def is_date(value: Any) -> Any:
    """Year, month or day; the day exists."""
    return _is_day(value) if len(value) == _EXACT_DAY else _match_date(value)


def is_date_time(value: Any) -> Any:
    """A date, or day and time with an offset; the day exists."""
    if len(value) == _EXACT_DAY:
        return _is_day(value)
    return _match_date_time(value) and (len(value) < _EXACT_DAY or _is_day(value[:_EXACT_DAY]))


def is_instant(value: Any) -> Any:
    """Day, time to the second at least, and offset; the day exists."""
    return _match_instant(value) and _is_day(value[:_EXACT_DAY])


def is_base64(value: Any) -> Any:
    """Base64 text, white space allowed."""
    try:
        return value and (a2b_base64(value, strict_mode=True) or True)
    except Base64Error:
        stripped = _SPACE.sub("", value)
        return stripped != value and stripped and (a2b_base64(stripped, strict_mode=True) or True)


def is_narrative(value: Any) -> Any:
    """An XHTML div with content: begins with ``<div``, names the XHTML namespace, ends with ``</div>``."""
    text = value.strip()
    head, closed, content = text.partition(">")
    return (
        head.startswith("<div")
        and "http://www.w3.org/1999/xhtml" in head
        and closed
        and content.endswith("</div>")
        and content.removesuffix("</div>").strip()
        and not _CONTROL.search(value)
    )


def is_boolean(value: Any) -> Any:
    """true or false, not as text."""
    return value is True or value is False


def is_decimal(value: Any) -> Any:
    """A JSON number."""
    return type(value) is float or type(value) is int or type(value) is Decimal


def is_integer(value: Any) -> Any:
    """A JSON number without fraction, of 32 bits."""
    return type(value) is int and -_INTEGER_LIMIT <= value < _INTEGER_LIMIT


def is_unsigned(value: Any) -> Any:
    """An integer from 0."""
    return type(value) is int and 0 <= value < _INTEGER_LIMIT


def is_positive(value: Any) -> Any:
    """An integer from 1."""
    return type(value) is int and 0 < value < _INTEGER_LIMIT


PRIMITIVE_CHECKS: Final[Mapping[str, Check]] = {
    "base64Binary": is_base64,
    "boolean": is_boolean,
    "canonical": is_uri,
    "code": is_code,
    "date": is_date,
    "dateTime": is_date_time,
    "decimal": is_decimal,
    "id": _fullmatch("id"),
    "instant": is_instant,
    "integer": is_integer,
    "markdown": is_string,
    "oid": _fullmatch("oid"),
    "positiveInt": is_positive,
    "string": is_string,
    "time": _fullmatch("time"),
    "unsignedInt": is_unsigned,
    "uri": is_uri,
    "url": is_uri,
    "uuid": _fullmatch("uuid"),
    "xhtml": is_narrative,
}

#: What a value of the type looks like, for the sentence that says that one does not.
PRIMITIVE_FORMS: Final[Mapping[str, str]] = {
    "base64Binary": "Base64 text",
    "boolean": "true or false",
    "canonical": "a canonical URL without white space",
    "code": "a code: text without leading, trailing or double spaces",
    "date": "a date: YYYY, YYYY-MM or YYYY-MM-DD, of a day that exists",
    "dateTime": "a dateTime: a date, or YYYY-MM-DDThh:mm:ss with time zone, of a day that exists",
    "decimal": "a JSON number",
    "id": "an id: 1 to 64 of A-Z, a-z, 0-9, '-' and '.'",
    "instant": "an instant: YYYY-MM-DDThh:mm:ss with time zone",
    "integer": "a JSON integer of 32 bits",
    "markdown": "text that is not blank, without control characters",
    "oid": "an OID such as urn:oid:2.16",
    "positiveInt": "a JSON integer from 1",
    "string": "text that is not blank, without control characters, at most 1 MB",
    "time": "a time: hh:mm:ss without zone",
    "unsignedInt": "a JSON integer from 0",
    "uri": "a URI without white space",
    "url": "a URL without white space",
    "uuid": "a UUID such as urn:uuid:… in lower case",
    "xhtml": "an XHTML div in the XHTML namespace with content",
}


def is_valid(check: Check, value: object) -> bool:
    """Whether a check holds, whatever the value is."""
    try:
        return bool(check(value))
    except (TypeError, AttributeError, ValueError):
        return False
