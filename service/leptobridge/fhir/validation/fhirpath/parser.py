"""FHIRPath text to a tree of tuples (grammar: http://hl7.org/fhirpath/N1/grammar.html)."""

import re
from decimal import Decimal
from typing import Any, Final

#: ``("name", "status")``, ``("call", "where", (…))``, ``("path", left, right)``, ``("and", left, right)`` and so on.
Tree = tuple[Any, ...]

_TOKEN = re.compile(
    r"""\s+|//[^\n]*|/\*.*?\*/
    |(?P<time>@T[0-9:.]+)
    |(?P<date>@[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?(?:T(?:[0-9:.]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?)
    |(?P<number>[0-9]+(?:\.[0-9]+)?)
    |(?P<string>'(?:[^'\\]|\\.)*')
    |(?P<quoted>`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*")
    |(?P<variable>%(?:[A-Za-z_][A-Za-z0-9_-]*|`[^`]*`|'[^']*'))
    |(?P<special>\$[a-z]+)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<symbol><=|>=|!=|!~|[-+*/&|=~<>.,()\[\]{}])
    """,
    re.VERBOSE | re.DOTALL,
)

#: Binary operators from the loosest to the tightest.
_LEVELS: Final = (
    ("implies",),
    ("or", "xor"),
    ("and",),
    ("in", "contains"),
    ("=", "~", "!=", "!~"),
    ("<=", "<", ">", ">="),
    ("|",),
    ("is", "as"),
    ("+", "-", "&"),
    ("*", "/", "div", "mod"),
)
_TYPE_LEVEL = 7
_UNITS = frozenset(
    f"{unit}{plural}"
    for unit in ("year", "month", "week", "day", "hour", "minute", "second", "millisecond")
    for plural in ("", "s")
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}
_DEEPEST = 40

Token = tuple[str, str]


class FhirPathError(Exception):
    """An expression that cannot be read, or asks for what this subset has not."""


def parse(text: str) -> Tree:
    """The tree of an expression. Raises FhirPathError."""
    parser = _Parser(_tokens(text))
    tree = parser.expression(0)
    if parser.token != ("end", ""):
        raise FhirPathError(f"unexpected {parser.token[1]!r}")
    return tree


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.end() == position:
            raise FhirPathError(f"unexpected character at {position}")
        if match.lastgroup:
            found.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return [*found, ("end", "")]


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    @property
    def token(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self.token
        self._next += 1
        return token

    def _accept(self, *symbols: str) -> str | None:
        kind, text = self.token
        if kind in ("symbol", "name") and text in symbols:
            self._next += 1
            return text
        return None

    def _expect(self, symbol: str) -> None:
        if self._accept(symbol) is None:
            raise FhirPathError(f"{symbol!r} expected before {self.token[1]!r}")

    def expression(self, level: int) -> Tree:
        if level == len(_LEVELS):
            return self._unary()
        if level == 0:
            self._depth += 1
            if self._depth > _DEEPEST:
                raise FhirPathError("nested too deeply")
        left = self.expression(level + 1)
        while operator := self._accept(*_LEVELS[level]):
            right: Any = self._type_name() if level == _TYPE_LEVEL else self.expression(level + 1)
            left = (operator, left, right)
        if level == 0:
            self._depth -= 1
        return left

    def _type_name(self) -> str:
        if self._accept("("):  # "as (Quantity)" is no FHIRPath, but has been met
            name = self._type_name()
            self._expect(")")
            return name
        name = self._identifier()
        while self._accept("."):
            name = f"{name}.{self._identifier()}"
        return name

    def _identifier(self) -> str:
        kind, text = self._take()
        if kind == "quoted":
            return _unescape(text)
        if kind != "name":
            raise FhirPathError(f"a name expected instead of {text!r}")
        return text

    def _unary(self) -> Tree:
        if sign := self._accept("+", "-"):
            tree = self._unary()
            return ("negative", tree) if sign == "-" else tree
        return self._postfix(self._term())

    def _postfix(self, tree: Tree) -> Tree:
        while True:
            if self._accept("."):
                tree = ("path", tree, self._invocation())
            elif self._accept("["):
                tree = ("index", tree, self.expression(0))
                self._expect("]")
            else:
                return tree

    def _term(self) -> Tree:
        kind, text = self.token
        if kind == "string":
            self._take()
            return ("literal", _unescape(text), "System.String")
        if kind == "number":
            self._take()
            return self._quantity(text)
        if kind in ("date", "time"):
            self._take()
            value = text[1:].removeprefix("T") if kind == "time" else text[1:].removesuffix("T")
            return ("literal", value, "System.Time" if kind == "time" else "System.DateTime")
        if kind == "variable":
            self._take()
            return ("variable", text[1:].strip("`'"))
        if self._accept("("):
            tree = self.expression(0)
            self._expect(")")
            return tree
        if self._accept("{"):
            self._expect("}")
            return ("nothing",)
        if kind == "name" and text in ("true", "false"):
            self._take()
            return ("literal", text == "true", "System.Boolean")
        return self._invocation()

    def _quantity(self, number: str) -> Tree:
        value: int | Decimal = Decimal(number) if "." in number else int(number)
        kind, text = self.token
        if kind == "string" or (kind == "name" and text in _UNITS):
            self._take()
            unit = _unescape(text) if kind == "string" else text.removesuffix("s")
            return ("literal", {"value": value, "code": unit, "unit": unit}, "System.Quantity")
        return ("literal", value, "System.Decimal" if "." in number else "System.Integer")

    def _invocation(self) -> Tree:
        kind, text = self.token
        if kind == "special":
            self._take()
            return (text,)
        name = self._identifier()
        if not self._accept("("):
            return ("name", name)
        arguments: list[Tree] = []
        while not self._accept(")"):
            arguments.append(self.expression(0))
            if not self._accept(","):
                self._expect(")")
                break
        return ("call", name, tuple(arguments))


def _unescape(text: str) -> str:
    def replaced(match: re.Match[str]) -> str:
        escaped = match[1]
        return chr(int(escaped[1:], 16)) if escaped[0] == "u" else _ESCAPES.get(escaped, escaped)

    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", replaced, text[1:-1], flags=re.DOTALL)
