"""ServiceRequest -> what is ordered: listed as pending where the item is missing, never a fact (exchange.md 0)."""

from leptobridge.chart.observation_facts import find_observable
from leptobridge.chart.resource_reading import ResourceReading

_OPEN = frozenset({"active", "draft", "on-hold"})


def state_order(reading: ResourceReading) -> None:
    """An open order of something that the catalogue knows."""
    order = reading.resource
    if str(order.get("status", "")) not in _OPEN or order.get("doNotPerform") is True or reading.status == "retracted":
        return
    observable, _ = find_observable(reading, order)
    if observable is not None:
        reading.state(observable.kind, observable.item, status="pending", rule="ServiceRequest")
