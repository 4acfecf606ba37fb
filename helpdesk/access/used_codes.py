"""Codes of an app that were used: each is good once, which PostgreSQL remembers. Redis has no say in a login."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

from helpdesk.access import guesses
from helpdesk.access.guesses import GuessLimit
from helpdesk.database.instant import database_now


class UsedCodes(BaseCache):
    """The cache in which allauth marks a code as used; it keeps nothing else, and nobody else has a cache."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(
        self,
        key: str,
        value: object,  # a mark has none
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        """Mark it for so many seconds; false where it is marked already."""
        seconds = self.default_timeout if timeout in (DEFAULT_TIMEOUT, None) else timeout
        once = GuessLimit("used code", 1, timedelta(seconds=seconds or 0))
        return guesses.is_first(once, self.make_and_validate_key(key, version=version), now=database_now())
