"""How often somebody may guess at a door: windows for an account and for an address, counted in PostgreSQL.

A guess is counted before it is looked at, so that many at once gain nothing, and nothing slow is done for those beyond
the limit. Redis has no say in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.access import security_log
from helpdesk.database.statement import run
from helpdesk.models import GuessCount, SecurityEventKind
from helpdesk.refusal import Refused


class TooManyGuesses(Refused):
    """The door is shut for a while, for this account or this address, to the right word too."""

    code = "too-many-attempts"
    status = 429
    sentence = _("Too many attempts. Try again in %(minutes)s min.")

    def __init__(self, *, wait: timedelta) -> None:
        super().__init__(minutes=ceil(wait.total_seconds() / 60))
        self.retry_after = max(1, ceil(wait.total_seconds()))


@dataclass(frozen=True, slots=True)
class GuessLimit:
    """So many guesses of one kind within a window, which begins with the first of them."""

    kind: str
    most: int
    within: timedelta

    def digest_of(self, whom: str) -> bytes:
        return sha256(f"{self.kind}\0{whom}".encode(errors="replace")).digest()


LOGIN_OF_ACCOUNT = GuessLimit("login of account", 10, timedelta(minutes=15))
CODE_OF_ACCOUNT = GuessLimit("code of account", 10, timedelta(minutes=15))
LOGIN_FROM_ADDRESS = GuessLimit("login from address", 50, timedelta(minutes=15))
KEY_FROM_ADDRESS = GuessLimit("key from address", 60, timedelta(minutes=5))
INVITATION_FROM_ADDRESS = GuessLimit("invitation from address", 20, timedelta(minutes=15))
WALLBOARD_FROM_ADDRESS = GuessLimit("wallboard from address", 20, timedelta(minutes=15))
LINK_FOR_ACCOUNT = GuessLimit("link for account", 5, timedelta(hours=1))
LINK_FROM_ADDRESS = GuessLimit("link from address", 20, timedelta(hours=1))

_COUNT = """
    INSERT INTO helpdesk_guesscount AS kept (whom, since, count) VALUES (%(whom)s, %(now)s, 1)
    ON CONFLICT (whom) DO UPDATE
       SET since = CASE WHEN kept.since <= %(over)s THEN %(now)s ELSE kept.since END,
           count = CASE WHEN kept.since <= %(over)s THEN 1 ELSE kept.count + 1 END
     WHERE kept.since <= %(over)s OR kept.count <= %(most)s
    RETURNING count
"""
_TAKE_BACK = """
    UPDATE helpdesk_guesscount SET count = greatest(count - 1, 0) WHERE whom = %s RETURNING count
"""


def count(limit: GuessLimit, whom: str | None, *, now: datetime) -> None:
    """Count one guess; raises `TooManyGuesses` beyond the limit. Nobody in particular is not counted.

    The first one beyond it is noted in the security log, and none of the others.
    """
    if whom is None:
        return
    counted = _count(limit, whom, now=now)
    if counted and counted[0][0] <= limit.most:
        return
    if counted:
        security_log.record(SecurityEventKind.GUESSING_STOPPED, what=limit.kind)
    raise TooManyGuesses(wait=_left(limit, whom, now=now))


def is_first(limit: GuessLimit, whom: str, *, now: datetime) -> bool:
    """Count one, and tell whether it is the first of its window; of many at once one is."""
    counted = _count(limit, whom, now=now)
    return bool(counted) and counted[0][0] == 1


def _count(limit: GuessLimit, whom: str, *, now: datetime) -> list[tuple[Any, ...]]:
    asked = {"whom": limit.digest_of(whom), "now": now, "over": now - limit.within, "most": limit.most}
    return run(_COUNT, asked)


def refuse_if_spent(limit: GuessLimit, whom: str | None, *, now: datetime) -> None:
    """Raise `TooManyGuesses` where no guess is left, without counting one."""
    if whom is not None and _kept(limit, whom).filter(count__gt=limit.most, since__gt=now - limit.within):
        raise TooManyGuesses(wait=_left(limit, whom, now=now))


def take_back(limit: GuessLimit, whom: str | None) -> None:
    """Take back one guess that was none: what was said was right."""
    if whom is not None:
        run(_TAKE_BACK, [limit.digest_of(whom)])


def forgive(limit: GuessLimit, whom: str) -> None:
    """Begin anew for whom has proved who they are."""
    _kept(limit, whom).delete()


def forget_oldest(*, now: datetime) -> int:
    """Delete counts whose windows are long over; return how many."""
    return GuessCount.objects.filter(since__lt=now - timedelta(days=1)).delete()[0]


def _kept(limit: GuessLimit, whom: str) -> QuerySet[GuessCount]:
    return GuessCount.objects.filter(whom=limit.digest_of(whom))


def _left(limit: GuessLimit, whom: str, *, now: datetime) -> timedelta:
    since = _kept(limit, whom).values_list("since", flat=True).first()
    return (since or now) + limit.within - now
