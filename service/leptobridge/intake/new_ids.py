"""New ids: ordered by time, so that rows that come together lie together, and random enough never to meet."""

import os
from datetime import datetime


def new_id(now: datetime) -> str:
    """A FHIR id of 32 hexadecimal digits: milliseconds since 1970, then 80 random bits."""
    return f"{int(now.timestamp() * 1000):012x}{os.urandom(10).hex()}"
