"""Where a resource stands: what it is contained in, which Bundle it travels in, and so where its references lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Situation:
    """``resource`` is the nearest resource, ``root`` the one that contains it (or itself).

    ``entries`` are the resources of the Bundle around by full URL and by type and id.
    """

    resource: dict[str, Any]
    root: dict[str, Any]
    entries: Json | None = None

    def resolve(self, reference: str) -> dict[str, Any] | None:
        """The resource that a reference leads to, here or in the Bundle around; None where that is elsewhere."""
        if reference == "#":
            return self.root
        if reference.startswith("#"):
            contained = self.root.get("contained")
            for item in contained if isinstance(contained, list) else ():
                if isinstance(item, dict) and item.get("id") == reference[1:]:
                    return item
            return None
        found = self.entries.get(reference) if self.entries is not None else None
        return found if isinstance(found, dict) else None


def entries_by_reference(bundle: Json) -> dict[str, Any]:
    """The resources of a Bundle by their full URL, and by ``Type/id`` where only one has that."""
    found: dict[str, Any] = {}
    listed = bundle.get("entry")
    for entry in listed if isinstance(listed, list) else ():
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict):
            continue
        full_url, name, identity = entry.get("fullUrl"), resource.get("resourceType"), resource.get("id")
        if isinstance(full_url, str):
            found[full_url] = resource
        if isinstance(name, str) and isinstance(identity, str):
            found.setdefault(f"{name}/{identity}", resource)
    return found
