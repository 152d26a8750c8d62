"""``leptobridge validate``: files against R4 and profiles, offline."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from leptobridge.cli.exit_codes import ExitCode
from leptobridge.cli.failure import CommandError, failures_shown
from leptobridge.cli.import_files import LINE_SUFFIXES, files_of
from leptobridge.cli.output import print_json
from leptobridge.fhir.issue import Issue
from leptobridge.fhir.json_text import MalformedJsonError, parse_resource
from leptobridge.fhir.structure import Validator, service_validator
from leptobridge.fhir.validation.library import service_library
from leptobridge.fhir.validation.package import UnreadablePackageError
from leptobridge.fhir.validation.strictness import Strictness


def validate(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE…", help="JSON or NDJSON files, or folders of them")],
    profile: Annotated[
        list[str] | None, typer.Option("--profile", metavar="URL", help="judge against this profile, too (repeatable)")
    ] = None,
    *,
    package: Annotated[
        list[Path] | None, typer.Option("--package", metavar="FILE", help="FHIR package (.tgz) to load (repeatable)")
    ] = None,
    extension: Annotated[
        list[str] | None,
        typer.Option("--extension", metavar="PREFIX", help="extensions that need no definition (repeatable)"),
    ] = None,
    no_examples: Annotated[bool, typer.Option("--no-examples", help="example.org and the like are errors")] = False,
    security: Annotated[bool, typer.Option("--security", help="HTML tags in texts are errors")] = False,
    publication: Annotated[
        bool, typer.Option("--publication", help="the rules of published definitions apply")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="the findings as JSON")] = False,
) -> None:
    """Say what is wrong with FHIR R4 resources: every error and warning with its place. Nothing is sent or stored.

    Resources are judged against R4, the profiles that they claim (``meta.profile``) as far as these are known
    (LeptoBridge's own, R4's, those of the packages), and those asked for. Exit code 3 where anything has errors.
    """
    with failures_shown():
        validator = _validator(package or [], profile or [])
        strictness = Strictness(
            rejects=True,
            example_urls=not no_examples,
            embedded_html=not security,
            publication=publication,
            extension_prefixes=tuple(extension or ()),
        )
        found = [
            (place, issue)
            for file in files_of(paths)
            for place, body in _texts(file)
            for issue in _judge(validator, body, strictness, profile or [])
        ]
        counts = Counter("error" if issue.is_error else issue.severity for _, issue in found)
        if as_json:
            print_json([_shown(place, issue) for place, issue in found])
        else:
            for place, issue in found:
                typer.echo(f"{place}: {issue.severity}: {issue.expression or '(document)'}: {issue.diagnostics}")
            typer.echo(f"{counts['error']} errors, {counts['warning']} warnings, {counts['information']} remarks")
        if counts["error"]:
            raise typer.Exit(int(ExitCode.WITH_ISSUES))


def _validator(packages: list[Path], profiles: list[str]) -> Validator:
    library = service_library()
    try:
        for file in packages:
            library = library.with_package(file)
    except UnreadablePackageError as error:
        raise CommandError(str(error), ExitCode.USAGE) from None
    for url in profiles:
        if library.profile(url) is None:
            raise CommandError(f"unknown profile {url}: load the package that defines it (--package)", ExitCode.USAGE)
    return Validator(library) if packages else service_validator()


def _texts(file: Path) -> Iterator[tuple[str, bytes]]:
    body = file.read_bytes()
    if file.suffix not in LINE_SUFFIXES:
        yield str(file), body
        return
    for number, line in enumerate(body.splitlines(), start=1):
        if line.strip():
            yield f"{file}:{number}", line


def _judge(validator: Validator, body: bytes, strictness: Strictness, profiles: list[str]) -> list[Issue]:
    try:
        resource = parse_resource(body)
    except MalformedJsonError as error:
        return list(error.issues)
    return validator.check(resource, None, strictness, profiles=profiles)


def _shown(place: str, issue: Issue) -> dict[str, str]:
    return {
        "file": place,
        "severity": issue.severity,
        "code": issue.code,
        "expression": issue.expression,
        "diagnostics": issue.diagnostics,
        "rule": issue.rule,
    }
