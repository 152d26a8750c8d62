"""When a delivery that failed is tried again."""

from datetime import timedelta
from random import Random

FIRST_DELAY = timedelta(seconds=1)
LONGEST_DELAY = timedelta(minutes=15)

#: An EHR that asks for more than this is asked again after it: Retry-After of a broken clock must not stop delivery.
LONGEST_RETRY_AFTER = timedelta(hours=6)


def retry_delay(attempts: int, random: Random, retry_after: timedelta | None = None) -> timedelta:
    """Time until the next attempt after ``attempts`` (1, 2, …) that failed: exponential, the upper half of it drawn.

    Never shorter than what the EHR asked for with Retry-After; a little more, so that all workers do not come at once.
    """
    exponent = min(max(attempts, 1) - 1, 20)
    ceiling = min(FIRST_DELAY * (1 << exponent), LONGEST_DELAY)
    delay = ceiling * random.uniform(0.5, 1.0)
    if retry_after is None:
        return delay
    asked = min(retry_after, LONGEST_RETRY_AFTER)
    return max(delay, asked + FIRST_DELAY * random.random())
