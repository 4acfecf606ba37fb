"""What is asked of Redis for standing pages: with little patience, and not at all for a while where it is silent.

It rings, and it knows who is there at the moment. All of it may be lost: pages look by themselves, too.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final, TypeVar

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

MAY_TAKE: Final = 0.1
"""Seconds for each step of a question: connecting, asking."""

SILENT_FOR: Final = 2.0
"""Seconds for which nobody asks a Redis that did not answer."""

LOOK: Final = "look"
"""Said on the channel: tickets have changed."""

Found = TypeVar("Found")


def channel() -> str:
    """Return the name of the channel on which web processes listen."""
    return f"{settings.REDIS_PREFIX}live"


class LiveDoorbell:
    """One connection pool of this process, which is left alone for a while once it did not answer."""

    def __init__(self) -> None:
        self._silent_until = 0.0
        self._redis = Redis.from_url(
            settings.REDIS_URL,
            decode_responses=True,
            socket_timeout=MAY_TAKE,
            socket_connect_timeout=MAY_TAKE,
            retry=Retry(NoBackoff(), 0),
        )

    def ask(self, question: Callable[[Redis], Found]) -> Found | None:
        """Return the answer; null where Redis does not give one, or did not lately."""
        if time.monotonic() < self._silent_until:
            return None
        try:
            return question(self._redis)
        except RedisError as error:
            self._silent_until = time.monotonic() + SILENT_FOR
            logger.warning("redis is silent: standing pages hear of changes a second later (%s)", error)
            return None

    def say(self, words: str) -> None:
        """Tell every web process, or nobody."""
        self.ask(lambda redis: redis.publish(channel(), words))


@cache
def doorbell() -> LiveDoorbell:
    return LiveDoorbell()


def ring(ticket_ids: Sequence[int]) -> None:
    """Say that tickets have changed: a bell of `settings.TICKET_BELLS`. Which ones, PostgreSQL knows."""
    doorbell().say(LOOK)
