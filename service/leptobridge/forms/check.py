"""Whether a response can be submitted: complete, of the form's types and options, and without contradiction.

The rules are those of the Questionnaire itself: ``required``, ``enableWhen``, ``answerOption``, ``repeats``, least
values, and the FHIRPath of ``questionnaire-constraint`` and of calculated expressions. Nothing here knows any one form.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from leptobridge.fhir.issue import Issue, IssueCode, Severity
from leptobridge.fhir.validation.fhirpath import Environment, FhirPathError, Node, compile_expression, is_true
from leptobridge.forms.answers import Given, answer_value, every_item, is_enabled, items_of, objects, same_value

Json = Mapping[str, Any]

_CORE = "http://hl7.org/fhir/StructureDefinition"
_CONSTRAINT = f"{_CORE}/questionnaire-constraint"
_LEAST = f"{_CORE}/minValue"
_MOST_OFTEN = f"{_CORE}/questionnaire-maxOccurs"
_UNIT = f"{_CORE}/questionnaire-unitOption"
_CALCULATED = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"

#: What an answer to a question of a type may be.
_VALUES = {
    "boolean": ("valueBoolean",),
    "choice": ("valueCoding", "valueInteger"),
    "date": ("valueDate",),
    "dateTime": ("valueDateTime",),
    "decimal": ("valueDecimal", "valueInteger"),
    "integer": ("valueInteger",),
    "quantity": ("valueQuantity",),
    "string": ("valueString",),
}


def check_response(response: Json, questionnaire: Json) -> list[Issue]:
    """All that speaks against submitting ``response``, each at its item, and warnings. Empty: nothing does."""
    given = items_of(response)
    issues = list(_check_items(objects(questionnaire.get("item")), given, given, "QuestionnaireResponse"))
    if not any(issue.is_error for issue in issues):  # rules speak of answers that are there and of the right type
        issues += _check_rules(questionnaire, given, Node(response, "QuestionnaireResponse"))
    return issues


def _check_items(asked: list[Json], given: list[Given], response: list[Given], parent: str) -> Iterator[Issue]:
    known = {question["linkId"] for question in asked}
    for item in given:
        if item.item.get("linkId") not in known:
            yield _issue("structure", "The form asks nothing of this linkId here.", item.path)
    for question in asked:
        named = [item for item in given if item.item.get("linkId") == question["linkId"]]
        yield from _check_question(question, named, response, parent)


def _check_question(question: Json, named: list[Given], response: list[Given], parent: str) -> Iterator[Issue]:
    link = question["linkId"]
    absent = f"{parent}.item.where(linkId='{link}')"
    answers = [answer for item in named for answer in item.answers]
    is_group = question["type"] == "group"
    is_answered = bool(answers) or (is_group and any(every.answers for every in every_item(named)))
    if not is_enabled(question, response):
        if is_answered:
            yield _issue("business-rule", f"{link} is not to be answered after the other answers.", named[0].path)
        return
    if not is_answered:
        if question.get("required"):
            yield _issue("required", f"{link} has to be answered.", named[0].path if named else absent)
            if is_group:
                yield from _check_items(objects(question.get("item")), [], response, absent)
        return
    if len(named) > 1:
        yield _issue("structure", f"{link} stands more than once.", named[1].path)
    if is_group:
        if answers:
            yield _issue("structure", f"{link} is a group and takes no answer.", named[0].path)
    else:
        yield from _check_answers(question, answers, named[0].path)
    inner = [below for item in named for below in item.inner()]
    yield from _check_items(objects(question.get("item")), inner, response, named[0].path)


def _check_answers(question: Json, answers: list[Json], path: str) -> Iterator[Issue]:
    link = question["linkId"]
    most = next(_extensions(question, _MOST_OFTEN), {}).get("valueInteger") if question.get("repeats") else 1
    if most is not None and len(answers) > most:
        yield _issue("structure", f"{link} takes at most {most} answer(s).", path)
    options = [answer_value(option) for option in objects(question.get("answerOption"))]
    for number, answer in enumerate(answers):
        name, value = answer_value(answer)
        place = f"{path}.answer[{number}]"
        if name not in _VALUES[question["type"]] or not _is_of(name, value):
            yield _issue("value", f"{link} takes an answer of type {question['type']}.", place)
        elif options and not any(same_value((name, value), option) for option in options):
            yield _issue("code-invalid", f"{link} has no such option.", place)
        elif name == "valueQuantity":
            yield from _check_quantity(question, value, place)
        elif (least := _least(question)) is not None and value < least:
            yield _issue("value", f"{link} is at least {least}.", place)


def _is_of(name: str, value: Any) -> bool:
    match name:
        case "valueBoolean":
            return isinstance(value, bool)
        case "valueInteger":
            return isinstance(value, int) and not isinstance(value, bool)
        case "valueCoding" | "valueQuantity":
            return isinstance(value, Mapping)
        case "valueDecimal":
            return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return isinstance(value, str) and bool(value.strip())


def _check_quantity(question: Json, value: Json, path: str) -> Iterator[Issue]:
    link, number = question["linkId"], value.get("value")
    units = [unit["valueCoding"] for unit in _extensions(question, _UNIT)]
    if not isinstance(number, int | float | Decimal) or isinstance(number, bool):
        yield _issue("required", f"{link} needs a number.", path)
    elif (least := _least(question)) is not None and number < least:
        yield _issue("value", f"{link} is at least {least}.", path)
    if units and not any((value.get("system"), value.get("code")) == (unit["system"], unit["code"]) for unit in units):
        yield _issue("value", f"{link} is given in {' or '.join(unit['code'] for unit in units)} (UCUM).", path)


def _least(question: Json) -> int | None:
    least: int | None = next(_extensions(question, _LEAST), {}).get("valueInteger")
    return least


def _check_rules(questionnaire: Json, given: list[Given], response: Node) -> Iterator[Issue]:
    environment = Environment(resource=response, root_resource=response)
    for question in _every_question(objects(questionnaire.get("item"))):
        for item in every_item(given):
            if item.item.get("linkId") != question["linkId"]:
                continue
            focus = Node(item.item, "QuestionnaireResponse.item")
            for rule in _extensions(question, _CONSTRAINT):
                parts = {part["url"]: answer_value(part)[1] for part in objects(rule["extension"])}
                if not _holds(parts["expression"], focus, environment):
                    severity: Severity = "warning" if parts["severity"] == "warning" else "error"
                    yield Issue(
                        severity, "invariant", f"{question['linkId']}: {parts['human']}.", item.path, parts["key"]
                    )
            if item.answers:
                yield from _check_calculated(question, item, focus, environment)


def _holds(expression: str, focus: Node, environment: Environment) -> bool:
    """A rule that cannot be judged is not satisfied."""
    try:
        return is_true(compile_expression(expression)(focus, environment))
    except FhirPathError:
        return False


def _check_calculated(question: Json, item: Given, focus: Node, environment: Environment) -> Iterator[Issue]:
    for extension in _extensions(question, _CALCULATED):
        results = compile_expression(extension["valueExpression"]["expression"])(focus, environment)
        if [answer_value(answer)[1] for answer in item.answers] != [result.value for result in results]:
            yield _issue("business-rule", f"{question['linkId']} is not what the items give.", item.path)


def _every_question(asked: list[Json]) -> Iterator[Json]:
    for question in asked:
        yield question
        yield from _every_question(objects(question.get("item")))


def _extensions(element: Json, url: str) -> Iterator[Json]:
    return (extension for extension in objects(element.get("extension")) if extension.get("url") == url)


def _issue(code: IssueCode, diagnostics: str, path: str) -> Issue:
    return Issue("error", code, diagnostics, path)
