"""``leptobridge rules``: the rule sets of the clinical reference, without a server and without a patient's chart."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import orjson
import typer
import yaml

from leptobridge.cli.exit_codes import ExitCode
from leptobridge.cli.failure import CommandError, failures_shown
from leptobridge.cli.options import AsJson
from leptobridge.cli.output import print_json, print_table
from leptobridge.clinical.catalogue import SYSTEMS
from leptobridge.clinical.description import describe, describe_with_table
from leptobridge.clinical.system import InvalidInputsError, System

rules_app = typer.Typer(help="The rule sets: what they are, their decision tables, and their results.")

SystemName = Annotated[str, typer.Argument(metavar="SYSTEM", help="name of a rule set, as `rules list` prints it")]


@rules_app.command("list")
def list_systems(as_json: AsJson = False) -> None:
    """Print every rule set with its version, section of the clinical reference, evidence and purpose.

    As JSON with the JSON Schemas of inputs and result: the catalogue that GET /rules answers.
    """
    entries = [describe(system) for system in SYSTEMS.values()]
    if as_json:
        print_json(entries)
    else:
        print_table(("system", "version", "section", "evidence", "purpose"), entries, "There is no rule set.")


@rules_app.command("show")
def show_system(system: SystemName, as_json: AsJson = False) -> None:
    """Print a rule set with its inputs, outputs and decision table. Exit code 4 where no rule set has this name."""
    with failures_shown():
        chosen = _system(system)
    if as_json:
        print_json(describe_with_table(chosen))
    else:
        typer.echo(yaml.safe_dump(_in_short(chosen), sort_keys=False, allow_unicode=True, width=120).rstrip())


@rules_app.command("evaluate")
def evaluate_inputs(
    system: SystemName,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="JSON or JSON Lines [default: standard input]")
    ] = None,
) -> None:
    """Print the result for a JSON object of inputs, or for each line of JSON Lines: one line each, in their order.

    Malformed inputs are answered with an object `errors` in their place, one entry per fault with its path, and the
    exit code is then 3. Exit code 4 where no rule set has this name.
    """
    with failures_shown():
        chosen = _system(system)
        refused = False
        with _opened(file) as stream:
            for body in _documents(stream):
                answer, accepted = _answer(chosen, body)
                refused |= not accepted
                typer.echo(orjson.dumps(answer).decode())
    if refused:
        raise typer.Exit(int(ExitCode.WITH_ISSUES))


def _system(name: str) -> System[Any]:
    if name not in SYSTEMS:
        raise CommandError("no rule set has this name; `leptobridge rules list` names them", ExitCode.NOT_FOUND)
    return SYSTEMS[name]


@contextmanager
def _opened(file: Path | None) -> Iterator[BinaryIO]:
    if file is None or file == Path("-"):
        yield sys.stdin.buffer
    else:
        with file.open("rb") as stream:
            yield stream


def _documents(stream: Iterable[bytes]) -> Iterator[bytes]:
    """The one document of a JSON text, or the lines of JSON Lines, which are read one at a time.

    It is JSON Lines if the first line is a document by itself; else the text is one document, unless it is none.
    """
    lines = (line for line in stream if line.strip())
    first = next(lines, b"")
    if _is_json(first):
        yield first
        yield from lines
        return
    rest = list(lines)
    whole = first + b"".join(rest)
    if _is_json(whole) or not any(map(_is_json, rest)):
        yield whole
    else:
        yield first
        yield from rest


def _is_json(text: bytes) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def _answer(system: System[Any], body: bytes) -> tuple[Mapping[str, Any], bool]:
    """What the rule service answers, and whether it is a result."""
    try:
        return system.evaluate(body).to_json(), True
    except InvalidInputsError as error:
        return {"errors": [{"path": fault.path, "message": fault.message} for fault in error.faults]}, False


def _in_short(system: System[Any]) -> dict[str, Any]:
    """The description without the parts of JSON Schema that a reader does not need."""
    entry = describe_with_table(system)
    inputs = entry.pop("input_schema")
    entry.pop("output_schema")
    table = entry.pop("decision_table")
    required = set(inputs.get("required", ()))
    parts = inputs.get("$defs", {})
    return {
        **entry,
        "inputs": {
            f"{name}{' (required)' if name in required else ''}": _type_in_short(schema, parts)
            for name, schema in inputs["properties"].items()
        },
        "value": _type_in_short(dict(system.values), {}),
        "outputs": {output.name: output.meaning for output in system.outputs},
        "decision_table": table,
    }


def _type_in_short(schema: Mapping[str, Any], parts: Mapping[str, Any]) -> Any:
    """``string``, ``number``, ``one of CR, PR``, ``list of date``, or the fields of an object."""
    if "$ref" in schema:
        fields = parts[schema["$ref"].rpartition("/")[2]]["properties"]
        return {name: _type_in_short(field, parts) for name, field in fields.items()}
    if "anyOf" in schema:
        known = [_type_in_short(option, parts) for option in schema["anyOf"] if option.get("type") != "null"]
        return known[0] if len(known) == 1 else known
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"] if value is not None)
    if schema.get("type") == "array" and "items" in schema:
        items = _type_in_short(schema["items"], parts)
        return [items] if isinstance(items, dict | list) else f"list of {items}"
    return schema.get("format") or schema.get("const") or schema.get("type", "any")
