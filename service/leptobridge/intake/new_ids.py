"""New ids: ordered by time, so that rows that come together lie together, and random enough never to meet."""

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Final

#: Ids for which random bits are asked for together: each question is a system call.
_TOGETHER: Final = 20


def new_id(now: datetime) -> str:
    """A FHIR id of 32 hexadecimal digits: milliseconds since 1970, then 80 random bits."""
    return next(new_ids(now))


def new_ids(now: datetime) -> Iterator[str]:
    """Ids like that of `new_id`, without end."""
    milliseconds = f"{int(now.timestamp() * 1000):012x}"
    while True:
        bits = os.urandom(10 * _TOGETHER).hex()
        for start in range(0, len(bits), 20):
            yield milliseconds + bits[start : start + 20]
