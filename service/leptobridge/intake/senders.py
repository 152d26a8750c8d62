"""Who sent an entry, and which resource of whom a URL means (exchange.md 0, ids)."""

import re

from leptobridge.store.identities import DEFAULT_SENDER

#: ``[base]/[type]/[id]`` with an optional version (R4 references.html, regular expression of a literal reference).
_RESOURCE_URL = re.compile(r"(https?://.+)/([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]{1,64})?")


def split_resource_url(url: str | None) -> tuple[str, str, str] | None:
    """Base, type and id of an absolute URL of a resource; None for whatever is not one."""
    match = _RESOURCE_URL.fullmatch(url) if url and not url.startswith("urn:") else None
    return (match[1], match[2], match[3]) if match else None


def sender_of_base(base: str, *, client: str | None, base_url: str | None) -> str:
    """Whose ids a URL with this base uses: the default sender's under our own base, else the client's or the base's."""
    if base_url is not None and base == base_url.rstrip("/"):
        return DEFAULT_SENDER
    return client or base


def sender_of_entry(full_url: str | None, *, client: str | None, base_url: str | None) -> str:
    """The authenticated client, else the base of the entry's fullUrl, else `DEFAULT_SENDER`."""
    parts = split_resource_url(full_url)
    if client is not None or parts is None:
        return client or DEFAULT_SENDER
    return sender_of_base(parts[0], client=None, base_url=base_url)
