"""What the tests of the chart share: resources in, the chart of one person out."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

from leptobridge.chart.assembly import assemble_chart
from leptobridge.chart.chart import Chart
from leptobridge.chart.extraction import extract_facts
from leptobridge.chart.facts import Fact
from tests.chart.reading import MAPPINGS, RECEIVED
from tests.dialects import Json

ON = date(2026, 7, 1)


def all_facts(
    *resources: Json, received: datetime = RECEIVED, referenced: Mapping[str, Json] | None = None
) -> list[Fact]:
    """The facts of resources, received a minute after each other; those without id are numbered, those with one id are
    versions of one resource.
    """
    facts: list[Fact] = []
    versions: dict[str, int] = {}
    for place, resource in enumerate(resources):
        reference = f"{resource['resourceType']}/{resource.get('id', f'n{place}')}"
        versions[reference] = versions.get(reference, 0) + 1
        facts += extract_facts(
            resource, reference=reference, version=versions[reference], received=received + timedelta(minutes=place),
            mappings=MAPPINGS, zone=None, referenced=referenced or {},
        )  # fmt: skip
    return facts


def chart_of(*resources: Json, on: date | str = ON, referenced: Mapping[str, Json] | None = None) -> Chart:
    """The chart of the person whom all of them are about."""
    day = date.fromisoformat(on) if isinstance(on, str) else on
    return assemble_chart(all_facts(*resources, referenced=referenced), day)


def charts_in_every_order(*resources: Json, on: date = ON) -> list[Chart]:
    """Charts of the same resources, received together, their facts in every order of the resources."""
    received = datetime(2026, 7, 1, 8, tzinfo=UTC)
    together = [
        extract_facts(
            resource, reference=f"{resource['resourceType']}/{resource['id']}", version=1, received=received,
            mappings=MAPPINGS,
        )
        for resource in resources
    ]  # fmt: skip
    return [assemble_chart([fact for facts in order for fact in facts], on) for order in permutations(together)]


def named(identity: str, resource: Json, **elements: object) -> Json:
    """The resource with an id, and more."""
    return resource | {"id": identity} | elements


def reference(kind: str, identity: str) -> Json:
    return {"reference": f"{kind}/{identity}"}
