"""How much a key may ask: a sliding window counted in Redis, which may be silent."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from functools import cache
from math import ceil
from threading import Lock

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

REDIS_MAY_TAKE = 0.04
"""Seconds for each step of a question to Redis: connecting, asking. Both together stay under 0.1."""

SILENT_FOR = 2.0
"""Seconds for which nobody asks a Redis that did not answer."""

# The window that ended counts in proportion to how much of it the sliding window still covers.
# Returns what remains after this request, or -1, and the milliseconds after which to come back.
TAKE = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local quota, window = tonumber(ARGV[1]), tonumber(ARGV[2]) * 1000
local current = math.floor(now / window)
local into = now - current * window
local marks = redis.call('HMGET', KEYS[1], 'window', 'count', 'before')
local at, count, before = tonumber(marks[1]), tonumber(marks[2]) or 0, tonumber(marks[3]) or 0
if at ~= current then
  before = (at == current - 1) and count or 0
  count = 0
end
local used = count + before * (window - into) / window
if used + 1 > quota then
  local wait = window - into
  if before > 0 and count + 1 <= quota then
    wait = math.ceil((used + 1 - quota) * window / before)
  end
  return {-1, wait}
end
redis.call('HSET', KEYS[1], 'window', string.format('%d', current), 'count', count + 1, 'before', before)
redis.call('PEXPIRE', KEYS[1], 2 * window)
return {math.floor(quota - used - 1), window - into}
"""


@dataclass(frozen=True, slots=True)
class RateAllowance:
    """What a key may still ask: `remaining` requests, and seconds until more (or any) are granted."""

    quota: int
    window: int
    remaining: int
    reset: int

    @property
    def spent(self) -> bool:
        return self.remaining < 0

    def headers(self) -> dict[str, str]:
        """Say it in the words of the IETF's RateLimit header draft."""
        told = {
            "RateLimit-Policy": f'"default";q={self.quota};w={self.window}',
            "RateLimit": f'"default";r={max(self.remaining, 0)};t={self.reset}',
        }
        return told | ({"Retry-After": str(self.reset)} if self.spent else {})


class PatientRedis:
    """Asks Redis, and leaves it alone for a while once it did not answer."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._silent = False
        self._ask_again_at = 0.0
        self._redis = Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=REDIS_MAY_TAKE,
            socket_connect_timeout=REDIS_MAY_TAKE,
            retry=Retry(NoBackoff(), 0),
        )
        self._take = self._redis.register_script(TAKE)

    def take(self, name: str, quota: int, window: int) -> tuple[int, int] | None:
        """Take one request from the quota; None where Redis is silent."""
        if self._silent and not self._may_ask_again():
            return None
        try:
            remaining, milliseconds = self._take(keys=[name], args=[quota, window])
        except RedisError:
            self._leave_alone()
            return None
        self._silent = False
        return int(remaining), ceil(int(milliseconds) / 1000)

    def close(self) -> None:
        self._redis.close()

    def _may_ask_again(self) -> bool:
        """Let one request in a while pay for finding out whether Redis is back."""
        with self._lock:
            due = time.monotonic() >= self._ask_again_at
            if due:
                self._ask_again_at = time.monotonic() + SILENT_FOR
            return due

    def _leave_alone(self) -> None:
        with self._lock:
            if not self._silent:
                logger.warning("redis is silent: requests are not limited for now")
            self._silent = True
            self._ask_again_at = time.monotonic() + SILENT_FOR


@cache
def doorbell() -> PatientRedis:
    return PatientRedis()


def take(whose: str) -> RateAllowance | None:
    """Count a request of this key; None where requests are not limited, or Redis is silent."""
    quota, window = settings.API_RATE_QUOTA, settings.API_RATE_WINDOW
    if not quota:
        return None
    taken = doorbell().take(f"{settings.REDIS_PREFIX}rate:{whose}", quota, window)
    if taken is None:
        return None
    return RateAllowance(quota=quota, window=window, remaining=taken[0], reset=max(taken[1], 1))
